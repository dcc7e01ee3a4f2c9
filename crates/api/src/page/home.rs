//! `/`: the whole fleet at a glance.

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use vespid_attack::Catalogue;
use vespid_export::report::{facts, html as parts};
use vespid_model::rows::{AttackerRow, Page, Scope, SessionRow, TechniqueRow, Totals};
use vespid_store::{SessionFilter, Store};

use crate::address::LINKS;
use crate::failure::Failure;
use crate::layout::{self, Place};
use crate::matrix::matrix;

/// Attackers and sessions listed.
const LISTED: u32 = 10;

pub(crate) async fn handle(State(store): State<Store>) -> Result<Html<String>, Failure> {
    let totals = store.totals(&Scope::Fleet).await?;
    let techniques = store.technique_list(&Scope::Fleet).await?;
    let attackers = store.attacker_list(LISTED, 0).await?;
    let sessions = store.session_list(&SessionFilter::default(), LISTED, 0).await?;
    let attack = store.catalogue_of(&totals.releases).await?;
    let content = content(&totals, &techniques, &attackers, &sessions, &attack);
    Ok(layout::page("What was observed", Some(Place::Overview), &content))
}

fn content(
    totals: &Totals,
    techniques: &[TechniqueRow],
    attackers: &Page<AttackerRow>,
    sessions: &Page<SessionRow>,
    attack: &Catalogue,
) -> Markup {
    html! {
        h1 { "What was observed" }
        @if totals.events == 0 {
            p { "Nothing yet. Give Vespid a honeypot's log and load this page again:" }
            p { code { "vespid ingest PATH" } }
        } @else {
            ul class="facts" { @for fact in facts(totals) { li { (fact) } } }
            h2 { "ATT&CK techniques" }
            (matrix(techniques, attack))
            h2 { "Attackers with most tags" }
            (parts::attackers(&attackers.rows, &LINKS))
            @if attackers.total > u64::from(LISTED) { p { a href="/attackers" { "All attackers" } } }
            h2 { "Newest sessions" }
            (parts::sessions(&sessions.rows, &LINKS))
        }
    }
}
