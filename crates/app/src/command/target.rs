//! What a person means by a session.

use anyhow::{Result, bail};
use vespid_model::rows::SessionKey;
use vespid_store::Store;

/// Sessions of one name that are listed for a choice.
const LISTED: u32 = 10;

/// Finds the one session named `ID`, `DECKY/ID` or `DECKY/ID@IP`; None when there is none.
///
/// # Errors
/// When several have that name: the message lists them.
pub(crate) async fn session(store: &Store, name: &str) -> Result<Option<SessionKey>> {
    let mut found = store.session_named(name, None, LISTED).await?;
    if found.is_empty()
        && let Some((decky, session)) = name.rsplit_once('/')
    {
        found = store.session_named(session, Some(decky), LISTED).await?;
        if found.is_empty()
            && let Some((session, ip)) = session.rsplit_once('@')
            && let Ok(ip) = ip.parse()
        {
            let key = SessionKey { decky: decky.to_owned(), session: session.to_owned(), ip };
            found.extend(store.session_find(&key).await?);
        }
    }
    if found.len() > 1 {
        let names = found.iter().map(|row| format!("{}/{}@{}", row.key.decky, row.key.session, row.key.ip));
        let names: Vec<_> = names.map(|name| vespid_export::printable(&name).into_owned()).collect();
        bail!("there are several sessions {name}: say {}", names.join(" or "));
    }
    Ok(found.pop().map(|row| row.key))
}
