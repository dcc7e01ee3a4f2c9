//! The one handler, and the loop that serves it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep, timeout};
use vespid_model::UtcMicros;
use vespid_model::canary::CanaryToken;
use vespid_model::clock::Clock;
use vespid_model::id::CanaryTriggerId;
use vespid_store::Store;

use super::nonces::{Nonces, random, unknown};
use super::visits::{Missed, Rate, Why};
use super::{Facts, Serve, Touch, Visit};

/// Bytes of what a script may send.
const BODY: usize = 16 << 10;
/// Connections at once, and how long each may take: one request.
const CONNECTIONS: usize = 512;
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the database may take to know a token: whoever asks is answered in time.
const LOOK: Duration = Duration::from_secs(3);
/// Headers of a visit that are kept, and characters of each and of a path.
const HEADERS: usize = 64;
const TEXT: usize = 1024;

struct Canary {
    store: Store,
    visits: Sender<Visit>,
    missed: Missed,
    nonces: Nonces,
    rate: Rate,
    clock: Arc<dyn Clock>,
}

/// Answers for tokens on `listener` until accepting is ended from outside, and tells `visits` of each. A visit for which
/// there is no room there is answered all the same, and counted as `missed`.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    visits: Sender<Visit>,
    missed: Missed,
    clock: Arc<dyn Clock>,
) {
    let (nonces, rate, refused) = (Nonces::default(), Rate::new(Instant::now()), missed.clone());
    let canary = Canary { store, visits, missed, nonces, rate, clock };
    let router =
        Router::new().fallback(handle).layer(DefaultBodyLimit::max(BODY)).with_state(Arc::new(canary));
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // Too many files, or a client that went away: others come.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            refused.count(Why::Refused);
            continue;
        };
        let service = TowerToHyperService::new(router.clone().layer(Extension(ConnectInfo(peer))));
        tokio::spawn(async move {
            let connection =
                http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service);
            // Whoever is slow or goes away is nobody's loss.
            let _ = timeout(PATIENCE, connection).await;
            drop(permit);
        });
    }
}

async fn handle(
    State(canary): State<Arc<Canary>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let (source, time) = (peer.ip().to_canonical(), canary.clock.now());
    let token = canary.token(uri.path()).await;
    if method == Method::POST {
        if let Some(token) = token {
            // A body that is too long is none of a page's.
            let body = body.map(|bytes| bytes.to_vec()).unwrap_or_default();
            canary.facts(token, time, source, &headers, body);
        }
        return StatusCode::NO_CONTENT.into_response();
    }
    match token {
        Some(token) => canary.touch(token, time, source, &uri, &headers),
        None => Serve::Image.response(None),
    }
}

impl Canary {
    /// The planted token that a path names in its first part.
    async fn token(&self, path: &str) -> Option<CanaryToken> {
        let name = path.trim_start_matches('/').split('/').next()?;
        let is_one = (8..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_one {
            return None;
        }
        // A database that does not answer is no reason to answer otherwise.
        let Ok(Ok(found)) = timeout(LOOK, self.store.canary_token_of_callback(name)).await else {
            self.missed.count(Why::Away);
            return None;
        };
        found.filter(|token| token.kind == "http" && token.state == "planted")
    }

    fn touch(
        &self,
        token: CanaryToken,
        time: UtcMicros,
        source: IpAddr,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Response {
        let serve: Serve =
            token.generator.as_deref().and_then(|text| text.parse().ok()).unwrap_or(Serve::Image);
        let now = Instant::now();
        let Some(trigger) = random().map(CanaryTriggerId::from_bytes) else {
            self.missed.count(Why::Many);
            return serve.response(None);
        };
        let is_taken_down = self.rate.allows(source, now);
        let nonce = match serve {
            Serve::Page if is_taken_down => self.nonces.make(token.id, trigger, now),
            Serve::Page => unknown(),
            _ => None,
        };
        if is_taken_down {
            let touch = Touch {
                token,
                trigger,
                time,
                source,
                user_agent: agent(headers),
                path: Some(shortened(uri.path_and_query().map_or("/", |path| path.as_str()))),
                name: None,
                headers: headers
                    .iter()
                    .take(HEADERS)
                    .map(|(name, value)| {
                        (name.to_string(), shortened(&String::from_utf8_lossy(value.as_bytes())))
                    })
                    .collect(),
            };
            self.tell(Visit::Touch(Box::new(touch)));
        } else {
            self.missed.count(Why::Many);
        }
        serve.response(nonce.as_deref())
    }

    fn facts(
        &self,
        token: CanaryToken,
        time: UtcMicros,
        source: IpAddr,
        headers: &HeaderMap,
        bytes: Vec<u8>,
    ) {
        let nonce = nonce_of(&bytes);
        let Some(trigger) = nonce.and_then(|nonce| self.nonces.take(&nonce, token.id, Instant::now())) else {
            self.missed.count(Why::Unread);
            return;
        };
        let facts = Facts { token, trigger, time, source, user_agent: agent(headers), bytes };
        self.tell(Visit::Facts(Box::new(facts)));
    }

    /// Nobody waits for who is overrun.
    fn tell(&self, visit: Visit) {
        if self.visits.try_send(visit).is_err() {
            self.missed.count(Why::Many);
        }
    }
}

/// The number in what a script sent; the rest is read by who knows what it means.
fn nonce_of(bytes: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Sent {
        nonce: String,
    }
    serde_json::from_slice::<Sent>(bytes).ok().map(|sent| sent.nonce)
}

fn agent(headers: &HeaderMap) -> Option<String> {
    headers.get(USER_AGENT).map(|value| shortened(&String::from_utf8_lossy(value.as_bytes())))
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT).collect()
}
