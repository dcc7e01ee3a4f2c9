//! Why a request is not taken, as its sender is told.

use axum::Json;
use axum::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::post::{MOST, MOST_UNPACKED};

/// Why a request is not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("give the token as Authorization: Bearer TOKEN")]
    Token,
    #[error("pages of other sites may not send events")]
    Origin,
    #[error("this name is not served here: use the address, or give a token (VESPID_INTAKE_TOKEN)")]
    Host,
    #[error(
        "more than {MOST} bytes, or {MOST_UNPACKED} unpacked: send fewer lines at once; nothing was stored"
    )]
    TooLarge,
    #[error("the body is no whole gzip stream; nothing was stored")]
    Gzip,
    #[error("the body did not come; nothing was stored")]
    Body,
    #[error("the body took too long to come; nothing was stored")]
    Slow,
    #[error("Content-Encoding {0:?} is not known: send gzip, or none; nothing was stored")]
    Encoding(String),
    #[error("the query has ?format=NAME, or nothing; nothing was stored")]
    Query,
    #[error("{0}; nothing was stored")]
    Format(String),
    #[error("too many requests at once: send it again")]
    Busy,
    #[error("the events could not be stored, or the program ends: send it again")]
    Unavailable,
    #[error("there is only POST /api/v1/events, and GET /health")]
    Missing,
    #[error("events are sent with POST")]
    Method,
}

impl Refusal {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Token => StatusCode::UNAUTHORIZED,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Gzip | Self::Body | Self::Query | Self::Format(_) => StatusCode::BAD_REQUEST,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Encoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    const fn header(&self) -> Option<(HeaderName, &'static str)> {
        match self {
            Self::Token => Some((WWW_AUTHENTICATE, "Bearer")),
            // In seconds.
            Self::Busy => Some((RETRY_AFTER, "1")),
            Self::Unavailable => Some((RETRY_AFTER, "10")),
            Self::Method => Some((ALLOW, "POST")),
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.to_string() }));
        match self.header() {
            Some(header) => (self.status(), [header], body).into_response(),
            None => (self.status(), body).into_response(),
        }
    }
}
