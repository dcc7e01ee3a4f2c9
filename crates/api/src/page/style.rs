//! `/style.css`: the one style sheet, that of the reports and what only pages have.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use vespid_export::report::html::STYLE;

const PAGES: &str = include_str!("../style.css");

pub(crate) async fn handle() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], format!("{STYLE}{PAGES}"))
}
