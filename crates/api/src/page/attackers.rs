//! `/attackers`: who came, most tags first.

use axum::extract::State;
use axum::response::Html;
use maud::html;
use vespid_export::report::html as parts;
use vespid_export::text::count;
use vespid_store::Store;

use crate::address::LINKS;
use crate::failure::Failure;
use crate::layout::{self, Place};
use crate::paging::{Paging, PagingQuery, ROWS, offset, turner, within};

pub(crate) async fn handle(State(store): State<Store>, query: PagingQuery) -> Result<Html<String>, Failure> {
    let page = Paging::parse(&query)?;
    let attackers = store.attacker_list(ROWS, offset(page, ROWS)).await?;
    within(page, ROWS, attackers.total)?;
    let content = html! {
        h1 { "Attackers" }
        p { (count(attackers.total, "attacker")) ", most tags first." }
        (parts::attackers(&attackers.rows, &LINKS))
        (turner("/attackers", page, ROWS, attackers.total))
    };
    Ok(layout::page("Attackers", Some(Place::Attackers), &content))
}
