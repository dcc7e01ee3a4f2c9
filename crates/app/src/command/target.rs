//! What a person means by a session.

use std::net::IpAddr;

use anyhow::{Result, bail};
use vespid_model::rows::{SessionKey, SessionRow};
use vespid_store::Store;

/// Sessions of one name that are listed for a choice.
const LISTED: u32 = 10;

/// Finds the one session named `ID`, `DECKY/ID` or `DECKY/ID@IP`, or the only one whose id begins so; None when there is
/// none.
///
/// # Errors
/// When several are meant: the message lists them.
pub(crate) async fn session(store: &Store, name: &str) -> Result<Option<SessionKey>> {
    let found = named(store, name).await?;
    if !found.is_empty() {
        return one(found, &format!("there are several sessions {name}"));
    }
    // A table cuts what is too long for it, and shows so.
    let begins = name.strip_suffix('…').unwrap_or(name);
    // An address is more likely that of an attacker than half of a session's.
    if begins.is_empty() || begins.parse::<IpAddr>().is_ok() {
        return Ok(None);
    }
    one(beginning(store, begins).await?, &format!("several sessions begin with {begins}"))
}

async fn named(store: &Store, name: &str) -> Result<Vec<SessionRow>> {
    let found = store.session_named(name, None, LISTED).await?;
    let Some((decky, session)) = name.rsplit_once('/').filter(|_| found.is_empty()) else { return Ok(found) };
    let found = store.session_named(session, Some(decky), LISTED).await?;
    if found.is_empty()
        && let Some((session, ip)) = session.rsplit_once('@')
        && let Ok(ip) = ip.parse()
    {
        let key = SessionKey { decky: decky.to_owned(), session: session.to_owned(), ip };
        return Ok(store.session_find(&key).await?.into_iter().collect());
    }
    Ok(found)
}

async fn beginning(store: &Store, begins: &str) -> Result<Vec<SessionRow>> {
    let found = store.session_beginning(begins, None, LISTED).await?;
    match begins.rsplit_once('/') {
        Some((decky, begins)) if found.is_empty() && !begins.is_empty() => {
            Ok(store.session_beginning(begins, Some(decky), LISTED).await?)
        }
        _ => Ok(found),
    }
}

fn one(mut found: Vec<SessionRow>, several: &str) -> Result<Option<SessionKey>> {
    if found.len() > 1 {
        let names = found.iter().map(|row| format!("{}/{}@{}", row.key.decky, row.key.session, row.key.ip));
        let names: Vec<_> = names.map(|name| vespid_export::printable(&name).into_owned()).collect();
        bail!("{}: say {}", vespid_export::printable(several), names.join(" or "));
    }
    Ok(found.pop().map(|row| row.key))
}
