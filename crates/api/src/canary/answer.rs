//! What a token gives to who opens it.

use std::fmt;
use std::str::FromStr;

use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse as _, Response};

/// A transparent picture of one pixel, a GIF.
const PIXEL: &[u8] =
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
    \x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");
/// The longest address that a token leads to.
const LONGEST: usize = 1024;

/// What a token gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Serve {
    /// A picture of one pixel.
    Image,
    /// A page whose script tells what the browser says of itself.
    Page,
    /// Another address.
    Redirect(String),
}

impl Serve {
    /// What is given; the page comes with a number that its script sends back.
    pub(super) fn response(&self, nonce: Option<&str>) -> Response {
        let mut response = match (self, nonce) {
            (Self::Page, Some(nonce)) => page(nonce),
            (Self::Redirect(url), _) => match HeaderValue::from_str(url) {
                Ok(url) => (StatusCode::FOUND, [(LOCATION, url)]).into_response(),
                Err(_) => pixel(),
            },
            _ => pixel(),
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}

fn pixel() -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("image/gif"))], PIXEL).into_response()
}

/// `nonce` is ours: letters and digits.
fn page(nonce: &str) -> Response {
    let policy =
        format!("default-src 'none'; script-src 'nonce-{nonce}'; connect-src 'self'; base-uri 'none'");
    let policy =
        HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    let html = PAGE.replace("@script@", SCRIPT).replace("@nonce@", nonce);
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    ([(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, policy)], html).into_response()
}

/// A word that names nothing to give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("give image, page or redirect:URL, where the URL begins with http:// or https:// and has no spaces")]
pub struct BadServe;

impl FromStr for Serve {
    type Err = BadServe;

    fn from_str(text: &str) -> Result<Self, BadServe> {
        match text {
            "image" => Ok(Self::Image),
            "page" => Ok(Self::Page),
            _ => {
                let url = text.strip_prefix("redirect:").ok_or(BadServe)?;
                let is_web = url.starts_with("http://") || url.starts_with("https://");
                let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic()) && url.len() <= LONGEST;
                if is_web && is_plain { Ok(Self::Redirect(url.to_owned())) } else { Err(BadServe) }
            }
        }
    }
}

impl fmt::Display for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image => f.write_str("image"),
            Self::Page => f.write_str("page"),
            Self::Redirect(url) => write!(f, "redirect:{url}"),
        }
    }
}
