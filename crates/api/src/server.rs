//! The routes, and the loop that serves them.

use std::future::Future;
use std::io;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::net::TcpListener;
use vespid_store::Store;

use crate::hosts::{self, Hosts};
use crate::{failure, headers, page};

/// Every page over one store, for requests to `hosts` only.
pub fn router(store: Store, hosts: Hosts) -> Router {
    Router::new()
        .route("/", get(page::home::handle))
        .route("/attackers", get(page::attackers::handle))
        .route("/attackers/{ip}", get(page::attacker::handle))
        .route("/sessions/{decky}/{session}/{ip}", get(page::session::handle))
        .route("/sessions/{decky}/{session}/{ip}/replay", get(page::replay::handle))
        .route("/sources", get(page::sources::handle))
        .route("/techniques/{id}", get(page::technique::handle))
        .route("/navigator.json", get(page::navigator::handle))
        .route("/style.css", get(page::style::handle))
        .route("/health", get(page::health::handle))
        .fallback(failure::no_page)
        .method_not_allowed_fallback(failure::no_method)
        .layer(from_fn_with_state(hosts, hosts::check))
        // Outermost, so that a refusal carries them too.
        .layer(from_fn(headers::add))
        .with_state(store)
}

/// Serves the pages on `listener` until `shutdown` is ready and the requests under way are answered. Requests may
/// ask for this machine's own names and for the address that the listener is bound to.
///
/// # Errors
/// When the listener has no address or accepting fails for good.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let hosts = Hosts::of(listener.local_addr()?);
    axum::serve(listener, router(store, hosts)).with_graceful_shutdown(shutdown).await
}
