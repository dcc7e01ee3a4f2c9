//! The one endpoint: a body of lines in, counts out, and only after they are committed.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::refusal::Refusal;
use super::{Intake, NotTaken, Post, Taken, unpack};

/// Bytes of a body as it is sent, and unpacked.
pub(super) const MOST: usize = 8 << 20;
pub(super) const MOST_UNPACKED: usize = 32 << 20;
/// For a body to come.
const COMES: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    format: Option<String>,
}

pub(super) async fn handle(
    State(intake): State<Intake>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Taken>), Refusal> {
    let taken = take(&intake, asked, &headers, body).await;
    taken
        .map(|taken| (StatusCode::ACCEPTED, Json(taken)))
        .inspect_err(|why| (intake.refused)(why.to_string()))
}

async fn take(
    intake: &Intake,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Taken, Refusal> {
    // A browser says which site makes it send; no shipper has one.
    if headers.contains_key(ORIGIN) {
        return Err(Refusal::Origin);
    }
    authorise(intake, headers)?;
    let Ok(Query(Asked { format })) = asked else { return Err(Refusal::Query) };
    let is_gzip = is_gzip(headers)?;
    // Kept until the answer is there: so many bodies are in memory and no more.
    let _body = intake.bodies.try_acquire().map_err(|_| Refusal::Busy)?;
    let read = timeout(COMES, to_bytes(body, MOST)).await.map_err(|_| Refusal::Slow)?;
    let bytes = read.map_err(|error| refused(&error))?;
    let lines = if is_gzip { unpack::gzip(&bytes, MOST_UNPACKED)? } else { bytes.into() };
    let (answer, answered) = oneshot::channel();
    let post = Post { lines, format, answer };
    intake.posts.try_send(post).map_err(|_| Refusal::Unavailable)?;
    match answered.await {
        Ok(Ok(taken)) => Ok(taken),
        Ok(Err(NotTaken::Format(which))) => Err(Refusal::Format(which)),
        // Whoever reads lines is gone, or going.
        Ok(Err(NotTaken::Store)) | Err(_) => Err(Refusal::Unavailable),
    }
}

/// Compares in a time that tells nothing of where they differ.
fn authorise(intake: &Intake, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(token) = &intake.token else { return Ok(()) };
    let shown = headers.get(AUTHORIZATION).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    let shown = match shown.split_at_checked(7) {
        Some((scheme, shown)) if scheme.eq_ignore_ascii_case(b"bearer ") => shown,
        _ => return Err(Refusal::Token),
    };
    bool::from(shown.ct_eq(token.as_bytes())).then_some(()).ok_or(Refusal::Token)
}

fn is_gzip(headers: &HeaderMap) -> Result<bool, Refusal> {
    let mut all = headers.get_all(CONTENT_ENCODING).iter();
    let (Some(encoding), None) = (all.next(), all.next()) else {
        // Several in a row are one too many.
        return if headers.contains_key(CONTENT_ENCODING) {
            Err(Refusal::Encoding("several".to_owned()))
        } else {
            Ok(false)
        };
    };
    let encoding = String::from_utf8_lossy(encoding.as_bytes()).trim().to_ascii_lowercase();
    match &*encoding {
        "gzip" | "x-gzip" => Ok(true),
        "identity" | "" => Ok(false),
        other => Err(Refusal::Encoding(other.chars().take(40).collect())),
    }
}

/// A body that is too long, or a connection that broke.
fn refused(error: &axum::Error) -> Refusal {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.to_string() == "length limit exceeded" {
            return Refusal::TooLarge;
        }
        cause = error.source();
    }
    Refusal::Body
}
