//! `vespid serve`

use std::io::{self, Write};
use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use vespid_store::Store;

use crate::cli::Database;
use crate::exit::Exit;

pub(crate) async fn run(db: &Database, listen: SocketAddr) -> Result<Exit> {
    pages(Store::open_existing(&db.db).await?, listen).await
}

/// Shows the pages until Ctrl-C.
pub(crate) async fn pages(store: Store, listen: SocketAddr) -> Result<Exit> {
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("listening on {listen}; name another address with --listen"))?;
    writeln!(io::stdout(), "\nPages: http://{}/ (Ctrl-C to stop)", listener.local_addr()?)?;
    vespid_api::serve(listener, store, stopped()).await?;
    Ok(Exit::Done)
}

async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the signal ends the process anyway.
        std::future::pending::<()>().await;
    }
}
