//! `/sources`: what is watched, and how it fares.

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use vespid_export::sources::{HEAD, cells};
use vespid_export::text::name;
use vespid_model::UtcMicros;
use vespid_model::clock::{Clock as _, SystemClock};
use vespid_model::rows::SourceHealth;
use vespid_store::Store;

use crate::failure::Failure;
use crate::layout::{self, Place};

pub(crate) async fn handle(State(store): State<Store>) -> Result<Html<String>, Failure> {
    let rows = store.source_health_list().await?;
    Ok(layout::page("Sources", Some(Place::Sources), &content(&rows, SystemClock.now())))
}

fn content(rows: &[SourceHealth], now: UtcMicros) -> Markup {
    html! {
        h1 { "Sources" }
        @if rows.is_empty() {
            p { "None yet. Follow a log, or take syslog and HTTP:" }
            p { code { "vespid watch PATH" } }
        } @else {
            p { "What `vespid watch` reads, as it was written down last." }
            div class="scroll" tabindex="0" role="region" aria-label="Sources" { table {
                thead { tr { @for title in HEAD { th scope="col" { (title) } } th scope="col" { "last error" } } }
                tbody { @for row in rows { tr {
                    @for (place, cell) in cells(row, now).into_iter().enumerate() {
                        td class=[(place > 2).then_some("n")] { (cell) }
                    }
                    td { (row.last_error.as_deref().map(name).unwrap_or_default()) }
                } } }
            } }
        }
    }
}
