//! `/attackers/{ip}`: what one address did.

use std::net::IpAddr;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Html;
use maud::{Markup, html};
use vespid_attack::Catalogue;
use vespid_export::report::{facts, html as parts};
use vespid_export::{explain, verdict};
use vespid_model::intel::Intel;
use vespid_model::rows::{AttackerRow, Page, Scope, SessionRow, TechniqueRow, Totals};
use vespid_store::{FoundTag, SessionFilter, Store};

use crate::address::{self, LINKS};
use crate::failure::Failure;
use crate::layout;
use crate::paging::{Paging, PagingQuery, ROWS, offset, turner, within};

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
    let content =
        content(&attacker, (&totals, intel.as_ref()), (&techniques, &several), &sessions, page, &attack);
    Ok(layout::page(&format!("Attacker {}", attacker.ip), None, &content))
}

fn content(
    attacker: &AttackerRow,
    (totals, intel): (&Totals, Option<&Intel>),
    (techniques, several): (&[TechniqueRow], &[FoundTag]),
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
        @if !several.is_empty() {
            h2 { "What several events show together" }
            ol class="events" {
                @for it in several { (explain::alone(&it.tag, &it.evidence, attack, &LINKS)) }
            }
        }
        h2 { "Sessions" }
        (parts::sessions(&sessions.rows, &LINKS))
        (turner(&address::attacker(attacker.ip), page, ROWS, sessions.total))
    }
}
