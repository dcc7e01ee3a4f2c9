//! What a person means by a session.

use anyhow::{Result, bail};
use vespid_model::rows::SessionKey;
use vespid_store::Store;

/// Finds the one session named `ID` or `DECKY/ID`; None when there is none.
///
/// # Errors
/// When several decoys have a session of that id: the message lists them.
pub(crate) async fn session(store: &Store, name: &str) -> Result<Option<SessionKey>> {
    let mut found = store.session_find(name, None).await?;
    if found.is_empty()
        && let Some((decky, session)) = name.rsplit_once('/')
    {
        found = store.session_find(session, Some(decky)).await?;
    }
    if found.len() > 1 {
        let names: Vec<_> =
            found.iter().map(|row| format!("{}/{}", row.key.decky, row.key.session)).collect();
        bail!("several decoys have a session {name}: say {}", names.join(" or "));
    }
    Ok(found.pop().map(|row| row.key))
}
