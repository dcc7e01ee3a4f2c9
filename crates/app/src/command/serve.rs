//! `vespid serve`

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use vespid_store::Store;

use crate::cli::Database;
use crate::exit::Exit;
use crate::stop::Stop;

/// For requests under way when the program is to end.
const GRACE: Duration = Duration::from_secs(3);

pub(crate) async fn run(db: &Database, listen: SocketAddr) -> Result<Exit> {
    pages(Store::open_existing(&db.db).await?, listen).await
}

/// Shows the pages until Ctrl-C.
pub(crate) async fn pages(store: Store, listen: SocketAddr) -> Result<Exit> {
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("listening on {listen}; name another address with --listen"))?;
    if !listen.ip().is_loopback() {
        writeln!(io::stderr(), "warning: {listen} can be reached by others, and the pages need no login")?;
    }
    let (mut stopped, again) = (Stop::new()?, Stop::new()?);
    writeln!(io::stdout(), "\nPages: http://{}/ (Ctrl-C to stop)", listener.local_addr()?)?;
    tokio::select! {
        served = vespid_api::serve(listener, store.clone(), async move { stopped.next().await }) => served?,
        () = waited(again) => {}
    }
    // A request that still runs holds its connection; what is stored is stored.
    let _ = tokio::time::timeout(GRACE, store.close()).await;
    Ok(Exit::Done)
}

/// Ready when requests under way have had their time after Ctrl-C, or it comes again: a client that never ends its
/// request must not keep the program from ending.
async fn waited(mut stop: Stop) {
    stop.next().await;
    tokio::select! {
        () = stop.next() => {}
        () = tokio::time::sleep(GRACE) => {}
    }
}
