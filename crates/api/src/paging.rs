//! Long lists in pages.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use maud::{Markup, html};
use serde::Deserialize;

use vespid_export::text::thousands;

use crate::failure::Failure;

/// `?page=2`; the first page when it is absent.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Paging {
    page: Option<u32>,
}

/// A query as axum hands it over.
pub(crate) type PagingQuery = Result<Query<Paging>, QueryRejection>;

/// Rows on a page.
pub(crate) const ROWS: u32 = 50;

impl Paging {
    /// The number of the page, from 1.
    pub(crate) fn parse(query: &PagingQuery) -> Result<u32, Failure> {
        match query {
            Ok(Query(Self { page })) if *page != Some(0) => Ok(page.unwrap_or(1)),
            _ => Err(Failure::Request("A page is a number from 1, as in ?page=2.")),
        }
    }
}

/// Rows before this page of `rows` rows each.
pub(crate) const fn offset(page: u32, rows: u32) -> u32 {
    (page - 1).saturating_mul(rows)
}

/// Is there such a page of `total` rows? There is always a first one.
pub(crate) fn within(page: u32, rows: u32, total: u64) -> Result<(), Failure> {
    if u64::from(page) <= total.div_ceil(u64::from(rows)).max(1) {
        Ok(())
    } else {
        Err(Failure::Missing("page"))
    }
}

/// Links to the neighbouring pages; nothing when there is only one page. `path` is an address of ours without a query.
pub(crate) fn turner(path: &str, page: u32, rows: u32, total: u64) -> Markup {
    let pages = total.div_ceil(u64::from(rows)).max(1);
    html! {
        @if pages > 1 {
            nav class="turner" aria-label="Pages" {
                @if page > 1 { a rel="prev" href={ (path) "?page=" (page - 1) } { "Previous" } }
                span { "Page " (thousands(page.into())) " of " (thousands(pages)) }
                @if u64::from(page) < pages { a rel="next" href={ (path) "?page=" (page + 1) } { "Next" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_only_where_there_are_some() {
        let shown = |page, total| turner("/x", page, 50, total).into_string();
        assert_eq!(shown(1, 50), "");
        assert!(shown(1, 51).contains("page=2") && !shown(1, 51).contains("Previous"));
        assert!(shown(2, 51).contains("page=1") && !shown(2, 51).contains("Next"));
        assert!(!shown(u32::MAX, 51).contains("Next"), "and nothing overflows");
        assert_eq!(offset(u32::MAX, 50), u32::MAX);
        assert!(within(1, 50, 0).is_ok() && within(2, 50, 51).is_ok());
        assert!(within(2, 50, 50).is_err() && within(u32::MAX, 50, 51).is_err());
    }
}
