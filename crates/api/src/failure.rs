//! What can go wrong while answering, and the page that says so.

use std::io::Write as _;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;
use vespid_export::printable;
use vespid_store::StoreError;

use crate::layout;

/// Why a request has no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// There is no such thing; the text names the kind of thing.
    #[error("no such {0}")]
    Missing(&'static str),
    /// The request cannot be understood; the text says what would be.
    #[error("{0}")]
    Request(&'static str),
    /// The address exists and the method does not.
    #[error("these pages can only be read")]
    Method,
    /// The request asks for a host that this server does not answer for.
    #[error("request for another host")]
    Host,
    /// The store failed.
    #[error("reading the store: {0}")]
    Store(#[from] StoreError),
}

impl Failure {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Request(_) => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title_and_advice(&self) -> (String, &'static str) {
        match self {
            Self::Missing(what) => (
                format!("There is no such {what}"),
                "It may have a different name, or nothing of it was ingested yet.",
            ),
            Self::Request(wanted) => ("This address cannot be understood".to_owned(), wanted),
            Self::Method => ("These pages can only be read".to_owned(), "Follow a link instead."),
            Self::Host => (
                "This name is not served here".to_owned(),
                "Vespid answers for this machine's own names only, so that no other site can read these pages through \
                 your browser. Open it as http://localhost or http://127.0.0.1 with its port.",
            ),
            Self::Store(_) => (
                "The database could not be read".to_owned(),
                "The reason is on the standard error of `vespid serve`.",
            ),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Self::Store(error) = &self {
            // A reader sees no internals, and nothing is silent: the operator does. Failing to write is no reason to
            // fail the request.
            let _ = writeln!(std::io::stderr(), "vespid serve: {}", printable(&error.to_string()));
        }
        let (title, advice) = self.title_and_advice();
        let page = layout::page(
            &title,
            None,
            &html! {
                h1 { (title) }
                p { (advice) }
                p { a href="/" { "To the overview" } }
            },
        );
        (self.status(), page).into_response()
    }
}

pub(crate) async fn no_page() -> Failure {
    Failure::Missing("page")
}

pub(crate) async fn no_method() -> Failure {
    Failure::Method
}
