//! `/sessions/{decky}/{session}/{ip}`: what happened in one connection, and why each tag was given.

use std::net::IpAddr;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Html;
use maud::{Markup, html};
use vespid_attack::Catalogue;
use vespid_export::explain;
use vespid_export::report::html as parts;
use vespid_export::text::{count, moment, name};
use vespid_model::rows::{EventsFrom, Scope, SessionKey, SessionRow, TechniqueRow};
use vespid_store::{Store, StoreError};

use crate::address::{self, LINKS};
use crate::failure::Failure;
use crate::layout;
use crate::paging::{Paging, PagingQuery, offset, turner, within};

/// Events on a page.
const EVENTS: u32 = 500;
/// Tags that are not of one event.
const SEVERAL: u32 = 50;

pub(crate) async fn handle(
    State(store): State<Store>,
    names: Result<Path<(String, String, IpAddr)>, PathRejection>,
    query: PagingQuery,
) -> Result<Html<String>, Failure> {
    // What is no address, or not UTF-8 behind its percent signs, names nothing that the store could hold.
    let Ok(Path((decky, session, ip))) = names else { return Err(Failure::Missing("session")) };
    let page = Paging::parse(&query)?;
    let key = SessionKey {
        decky: address::name(&decky).to_owned(),
        session: address::name(&session).to_owned(),
        ip,
    };
    let session = store.session_find(&key).await?.ok_or(Failure::Missing("session"))?;
    within(page, EVENTS, session.events)?;
    let scope = Scope::Session(key);
    let techniques = store.technique_list(&scope).await?;
    let attack = store.catalogue_of(&store.totals(&scope).await?.releases).await?;
    let entries = entries(&store, &session.key, page, &attack).await?;
    let several = several(&store, &session.key, &attack).await?;
    let content = content(&session, &techniques, (&entries, &several), page, &attack);
    Ok(layout::page(&format!("Session {}", name(&session.key.session)), None, &content))
}

/// The page's events, read in parts: an event may be large, what is shown of it is not.
async fn entries(
    store: &Store,
    key: &SessionKey,
    page: u32,
    attack: &Catalogue,
) -> Result<Vec<Markup>, StoreError> {
    let (mut entries, mut from) = (Vec::new(), EventsFrom::Offset(offset(page, EVENTS)));
    loop {
        let left = EVENTS - u32::try_from(entries.len()).unwrap_or(EVENTS);
        let events = store.session_events(key, from, left).await?;
        let Some(last) = events.last() else { return Ok(entries) };
        from = EventsFrom::After(last.time, last.id);
        entries.extend(events.iter().map(|event| explain::entry(event, attack, &LINKS, None)));
    }
}

/// Tags that are not of one event, the first ones: of the session alone, then of others of the attacker too.
async fn several(store: &Store, key: &SessionKey, attack: &Catalogue) -> Result<Vec<Markup>, StoreError> {
    let mut found = store.session_tags_alone(key, SEVERAL, None).await?;
    found.extend(store.session_windows(key, SEVERAL).await?);
    Ok(found.iter().map(|it| explain::alone(&it.tag, &it.evidence, attack, &LINKS)).collect())
}

fn content(
    session: &SessionRow,
    techniques: &[TechniqueRow],
    (entries, several): (&[Markup], &[Markup]),
    page: u32,
    attack: &Catalogue,
) -> Markup {
    html! {
        h1 { "Session " (name(&session.key.session)) }
        (facts(session))
        @if session.commands > 0 {
            p { a href={ (address::session(&session.key)) "/replay" } { "Replay what was typed" } }
        }
        h2 { "Techniques" }
        (parts::techniques(techniques, attack, &LINKS))
        h2 { "What happened, and why it was tagged" }
        p class="soft" { "The marked bytes are what a rule matched. Times are UTC." }
        ol class="events" { @for entry in entries { (entry) } }
        @if !several.is_empty() {
            h2 { "What several events show together" }
            ol class="events" { @for entry in several { (entry) } }
        }
        (turner(&address::session(&session.key), page, EVENTS, session.events))
    }
}

fn facts(session: &SessionRow) -> Markup {
    let (first, last) = (moment(session.first_seen), moment(session.last_seen));
    let counts =
        [count(session.events, "event"), count(session.commands, "command"), count(session.tags, "tag")];
    let typed = |what, value: Option<&String>| {
        html! { @if let Some(value) = value { dt { (what) } dd { code { (name(value)) } } } }
    };
    html! {
        dl class="about" {
            dt { "Attacker" } dd { a href=(address::attacker(session.key.ip)) { (session.key.ip) } }
            dt { "Decoy" } dd { (name(&session.key.decky)) }
            dt { "Time (UTC)" } dd { (first) " to " (last) }
            dt { "Recorded" } dd { (counts.join(", ")) }
            (typed("Service", session.service.as_ref()))
            (typed("Client", session.client_version.as_ref()))
            (typed("HASSH", session.hassh.as_ref()))
            (typed("Logged in as", session.login.as_ref()))
        }
    }
}
