//! `/attackers/{ip}`: what one address did.

use std::net::IpAddr;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Html;
use maud::{Markup, html};
use vespid_attack::Catalogue;
use vespid_export::explain::Listed;
use vespid_export::report::{facts, html as parts};
use vespid_export::text::{name, thousands};
use vespid_export::{explain, verdict};
use vespid_model::clock::{Clock as _, SystemClock};
use vespid_model::id::IdentityId;
use vespid_model::intel::Intel;
use vespid_model::rows::{
    AttackerRow, EventRow, ObservableRow, Page, Scope, SessionRow, TechniqueRow, Totals,
};
use vespid_store::{EdgeRow, FoundTag, LOOKED_THROUGH, ObservableFilter, SessionFilter, Store};

use crate::address::{self, LINKS};
use crate::failure::Failure;
use crate::layout;
use crate::paging::{Paging, PagingQuery, ROWS, offset, turner, within};

/// Other addresses of the same hands, and things seen with an attacker, that are shown.
const OTHERS: u32 = 20;
const SEEN: u32 = 30;

/// Tags for several events, the newest.
const SEVERAL: u32 = 20;

pub(crate) async fn handle(
    State(store): State<Store>,
    ip: Result<Path<IpAddr>, PathRejection>,
    query: PagingQuery,
) -> Result<Html<String>, Failure> {
    let Ok(Path(ip)) = ip else {
        return Err(Failure::Request("An attacker is an IP address, as in /attackers/192.0.2.1."));
    };
    let page = Paging::parse(&query)?;
    let attacker = store.attacker_find(ip).await?.ok_or(Failure::Missing("attacker"))?;
    let scope = Scope::Attacker(attacker.ip);
    let totals = store.totals(&scope).await?;
    let techniques = store.technique_list(&scope).await?;
    let filter = SessionFilter { attacker: Some(attacker.ip), ..SessionFilter::default() };
    let sessions = store.session_list(&filter, ROWS, offset(page, ROWS)).await?;
    within(page, ROWS, sessions.total)?;
    let attack = store.catalogue_of(&totals.releases).await?;
    let intel = store.intel_find(attacker.id).await?;
    let several = store.attacker_windows(attacker.ip, SEVERAL, None).await?;
    let hands = Hands {
        identity: store.identity_of(attacker.ip).await?,
        edges: store.edges_of(attacker.ip, OTHERS).await?,
    };
    let listings = store.listing_list(attacker.ip).await?;
    let said = store.listing_events(&listings).await?;
    let listed = Listed { listings: &listings, now: SystemClock.now() };
    let filter = ObservableFilter { attacker: Some(attacker.ip), ..ObservableFilter::default() };
    let seen = store.observable_list(filter, SEEN, 0).await?;
    let content = content(
        &attacker,
        (&totals, intel.as_ref()),
        (&techniques, &several, &said, listed),
        (&hands, &seen),
        &sessions,
        page,
        &attack,
    );
    Ok(layout::page(&format!("Attacker {}", attacker.ip), None, &content))
}

fn content(
    attacker: &AttackerRow,
    (totals, intel): (&Totals, Option<&Intel>),
    (techniques, several, said, listed): (&[TechniqueRow], &[FoundTag], &[EventRow], Listed<'_>),
    (hands, seen): (&Hands, &Page<ObservableRow>),
    sessions: &Page<SessionRow>,
    page: u32,
    attack: &Catalogue,
) -> Markup {
    html! {
        h1 { "Attacker " (attacker.ip) }
        ul class="facts" {
            @for fact in facts(totals) { li { (fact) } }
            @if let Some(intel) = intel { li { (verdict(intel)) } }
        }
        h2 { "Techniques" }
        (parts::techniques(techniques, attack, &LINKS))
        @if !said.is_empty() {
            h2 { "What providers say" }
            ol class="events" {
                @for event in said { (explain::entry(event, attack, &LINKS, Some(listed))) }
            }
        }
        @if !several.is_empty() {
            h2 { "What several events show together" }
            ol class="events" {
                @for it in several { (explain::alone(&it.tag, &it.evidence, attack, &LINKS)) }
            }
        }
        (same_hands(attacker.ip, hands))
        (observables(attacker.ip, seen))
        h2 { "Sessions" }
        (parts::sessions(&sessions.rows, &LINKS))
        (turner(&address::attacker(attacker.ip), page, ROWS, sessions.total))
    }
}

/// Whose hands an address is.
struct Hands {
    identity: Option<IdentityId>,
    /// Why.
    edges: Vec<EdgeRow>,
}

fn same_hands(ip: IpAddr, hands: &Hands) -> Markup {
    html! {
        @if let Some(identity) = hands.identity {
            h2 { "The same hands" }
            p class="soft" { "Identity " code { (identity) } }
            ul class="events" { @for edge in &hands.edges {
                @let other = if edge.a == ip { edge.b } else { edge.a };
                li { a href=(address::attacker(other)) { (other) } " " span { (name(&edge.sentence)) } }
            } }
        }
    }
}

fn observables(ip: IpAddr, seen: &Page<ObservableRow>) -> Markup {
    html! {
        @if !seen.rows.is_empty() {
            h2 { "What was seen with it" }
            div class="scroll" tabindex="0" role="region" aria-label="What was seen with it" { table {
                thead { tr {
                    th scope="col" { "kind" } th scope="col" { "value" } th scope="col" class="n" { "events" }
                    th scope="col" class="n" { "attackers" }
                } }
                tbody { @for row in &seen.rows { tr {
                    td { (row.observable.kind()) }
                    td { code { (name(row.observable.value())) } }
                    td class="n" { (row.events) }
                    td class="n" { (row.attackers) }
                } } }
            } }
            @if seen.total > seen.rows.len() as u64 { p class="soft" {
                    "What was seen most"
                    @if seen.total > u64::from(LOOKED_THROUGH) { " among " (thousands(LOOKED_THROUGH.into())) " of them" }
                    "; " (thousands(seen.total - seen.rows.len() as u64)) " more: "
                    code { "vespid observables --attacker " (ip) }
                } }
        }
    }
}
