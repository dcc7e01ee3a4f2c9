//! `/techniques/{id}`: one technique, and the sessions that show it.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Html;
use maud::{Markup, html};
use vespid_attack::{Catalogue, Status, Technique};
use vespid_export::report::html as parts;
use vespid_export::text::count;
use vespid_model::TechniqueId;
use vespid_model::rows::{Page, Scope, SessionRow, TechniqueRow};
use vespid_store::{SessionFilter, Store};

use crate::address::{self, LINKS};
use crate::failure::Failure;
use crate::layout;
use crate::paging::{Paging, PagingQuery, ROWS, offset, turner, within};

pub(crate) async fn handle(
    State(store): State<Store>,
    id: Result<Path<String>, PathRejection>,
    query: PagingQuery,
) -> Result<Html<String>, Failure> {
    let id = id.ok().and_then(|Path(id)| id.parse::<TechniqueId>().ok());
    let id = id.ok_or(Failure::Request("A technique is an ATT&CK id, as in /techniques/T1059.004."))?;
    let page = Paging::parse(&query)?;
    let totals = store.totals(&Scope::Fleet).await?;
    let attack = store.catalogue_of(&totals.releases).await?;
    let mut techniques = store.technique_list(&Scope::Fleet).await?;
    techniques.retain(|row| row.technique == id || row.technique.parent() == id);
    let technique = attack.technique(id);
    if technique.is_none() && techniques.is_empty() {
        return Err(Failure::Missing("technique"));
    }
    let filter = SessionFilter { technique: Some(id), ..SessionFilter::default() };
    let sessions = store.session_list(&filter, ROWS, offset(page, ROWS)).await?;
    within(page, ROWS, sessions.total)?;
    let content = html! {
        (heading(id, technique, &attack))
        (observed(id, &techniques, &attack))
        (sessions_of(id, &sessions, page))
        (documented(id, &attack))
    };
    Ok(layout::page(&id.to_string(), None, &content))
}

fn heading(id: TechniqueId, technique: Option<&Technique>, attack: &Catalogue) -> Markup {
    let tactics = technique.map(|technique| technique.tactics.as_slice()).unwrap_or_default();
    let names: Vec<_> = tactics
        .iter()
        .filter_map(|tactic| attack.tactic(*tactic))
        .map(|tactic| tactic.name.as_str())
        .collect();
    html! {
        h1 { (id) " " (attack.full_name(id).unwrap_or_default()) }
        dl class="about" {
            @if !names.is_empty() { dt { "Tactics" } dd { (names.join(", ")) } }
            @if id.is_sub() {
                dt { "Part of" } dd { a href=(address::technique(id.parent())) { (id.parent()) } }
            }
            dt { "At MITRE" } dd { a href=(id.url()) { (id.url()) } }
            dt { "Release" } dd { "ATT&CK " (attack.release()) @match technique.map(|technique| technique.status) {
                Some(Status::Live) => {},
                Some(Status::Deprecated) => ", where it is deprecated",
                Some(Status::Revoked { by }) => {
                    ", where it was replaced by " a href=(address::technique(by)) { (by) }
                }
                None => ", which does not have it",
            } }
        }
    }
}

fn observed(id: TechniqueId, techniques: &[TechniqueRow], attack: &Catalogue) -> Markup {
    let tags: u64 = techniques.iter().filter(|row| row.technique == id).map(|row| row.count).sum();
    html! {
        h2 { "Observed" }
        p { (count(tags, "tag")) @if !id.is_sub() { ", sub-techniques not included" } "." }
        @if !techniques.is_empty() { (parts::techniques(techniques, attack, &LINKS)) }
    }
}

fn sessions_of(id: TechniqueId, sessions: &Page<SessionRow>, page: u32) -> Markup {
    html! {
        @if sessions.total > 0 {
            h2 { "Sessions that show it" }
            (parts::sessions(&sessions.rows, &LINKS))
            (turner(&address::technique(id), page, ROWS, sessions.total))
        }
    }
}

fn documented(id: TechniqueId, attack: &Catalogue) -> Markup {
    let groups: Vec<_> = attack.groups_using(id).collect();
    html! {
        @if !groups.is_empty() {
            h2 { "Groups with documented use" }
            p class="soft" {
                "Documented use, not attribution: MITRE describes that these groups have used it (ATT&CK "
                (attack.relations_release()) "). Many others do too."
            }
            ul class="groups" { @for group in groups {
                li { a href=(group.url()) { (group.name) } " " small { (group.id) } }
            } }
        }
    }
}
