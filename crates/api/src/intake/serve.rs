//! The intake's routes, and the loop that serves them to many connections, slow ones too.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;

use super::refusal::Refusal;
use super::{Intake, post};
use crate::hosts::Hosts;

/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 256;
/// For a request's head to come, also the next one of a connection.
const HEAD: Duration = Duration::from_secs(15);

/// The intake's routes. Without a token, for requests to `hosts` only, as for pages.
pub fn intake_router(intake: Intake, hosts: Hosts) -> Router {
    let hosts = intake.token.is_none().then_some(hosts);
    Router::new()
        .route("/api/v1/events", post(post::handle))
        .route("/health", get(crate::page::health::handle))
        .fallback(async || Refusal::Missing)
        .method_not_allowed_fallback(async || Refusal::Method)
        .layer(from_fn_with_state(hosts, check))
        .with_state(intake)
}

async fn check(State(hosts): State<Option<Hosts>>, request: Request, next: Next) -> Response {
    if hosts.is_none_or(|hosts| hosts.allow(&request)) {
        next.run(request).await
    } else {
        Refusal::Host.into_response()
    }
}

/// Serves the intake on `listener` until `shutdown` is ready; requests under way are answered by tasks that go on.
///
/// # Errors
/// When the listener has no address.
pub async fn serve_intake(
    listener: TcpListener,
    intake: Intake,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let router = intake_router(intake, Hosts::of(listener.local_addr()?));
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let (end, ending) = watch::channel(());
    tokio::pin!(shutdown);
    loop {
        let next = async {
            let seat = Arc::clone(&connections).acquire_owned().await;
            (seat, listener.accept().await)
        };
        let accepted = tokio::select! {
            accepted = next => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            (Ok(seat), Ok((stream, _))) => {
                let (router, ending) = (router.clone(), ending.clone());
                tokio::spawn(async move {
                    connection(stream, router, ending).await;
                    drop(seat);
                });
            }
            // Without file descriptors it would fail again at once.
            _ => sleep(Duration::from_millis(100)).await,
        }
    }
    drop(end);
    Ok(())
}

/// Serves one connection until it ends, or `ending` says that the request under way is its last.
async fn connection(stream: TcpStream, router: Router, mut ending: watch::Receiver<()>) {
    let service = TowerToHyperService::new(router);
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let connection = server.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // A client that went away is no news.
    let _ = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = ending.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}
