//! One transaction after the other, each until it is committed or cannot be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{Mutex, oneshot};

use super::anchors::Anchors;
use super::connect::Writing;
use super::gate;
use super::trouble::Patience;
use crate::error::StoreError;
use crate::sql::Tx;
use crate::store::Ticket;
use crate::write::{Change, Stop};

/// What one transaction does.
pub(crate) trait Work: Send + Sync + 'static {
    /// What it changed.
    type Done: Send + 'static;

    /// What can be said before a server is asked.
    fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Must nobody else write meanwhile?
    fn alone(&self) -> bool {
        false
    }

    /// Does it. Runs again from the start when the transaction was rolled back.
    fn run(
        &self,
        tx: &mut Tx<'_>,
        anchors: &mut Anchors,
    ) -> impl Future<Output = Result<Self::Done, Stop>> + Send;
}

/// A change that is the same everywhere.
pub(crate) struct Changing<C>(pub(crate) C);

impl<C: Change> Work for Changing<C> {
    type Done = C::Done;

    fn alone(&self) -> bool {
        C::ALONE
    }

    async fn run(&self, tx: &mut Tx<'_>, anchors: &mut Anchors) -> Result<C::Done, Stop> {
        let done = self.0.run(tx).await?;
        // What they name may be gone.
        *anchors = anchors.registered();
        Ok(done)
    }
}

/// Rows that may share one key of the rollups: readers add them up.
const SHARDS: u32 = 64;

/// The way to the connection that writes. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Writer(Arc<Mutex<Session>>);

/// The connection, and the integer keys that are known to be committed.
#[derive(Debug)]
struct Session {
    writing: Writing,
    anchors: Anchors,
}

impl Writer {
    pub(super) fn new(writing: Writing) -> Self {
        let anchors = Anchors::on(shard());
        Self(Arc::new(Mutex::new(Session { writing, anchors })))
    }

    /// Begins a write when those before it are done, in the order of asking; does not wait for its end. It goes on
    /// when nobody waits for it any more.
    pub(crate) async fn run<W: Work>(&self, work: W) -> Ticket<W::Done> {
        let (reply, ticket) = oneshot::channel();
        let mut session = Arc::clone(&self.0).lock_owned().await;
        tokio::spawn(async move {
            let done = session.done(&work).await;
            // The next write may begin before this one's asker has read the answer.
            drop(session);
            let _ = reply.send(done);
        });
        Ticket(ticket)
    }

    /// Waits for the writes that were asked for and closes the connection.
    pub(crate) async fn close(&self) {
        self.0.lock().await.writing.close().await;
    }
}

/// Writers of one process have different shards, those of several rarely the same. Two that share one queue.
fn shard() -> i64 {
    static WRITERS: AtomicU32 = AtomicU32::new(0);
    i64::from((std::process::id().wrapping_mul(7) + WRITERS.fetch_add(1, Ordering::Relaxed)) % SHARDS)
}

impl Session {
    async fn done<W: Work>(&mut self, work: &W) -> Result<W::Done, StoreError> {
        work.check()?;
        let mut patience = Patience::default();
        let mut alone = work.alone();
        loop {
            // Keys learnt in a transaction that was rolled back may not exist: they are put back after a commit only.
            let registered = self.anchors.registered();
            let mut anchors = std::mem::replace(&mut self.anchors, registered);
            let remembered = !anchors.is_empty();
            match self.attempt(work, &mut anchors, alone).await {
                Ok(done) => {
                    self.anchors = anchors;
                    return Ok(done);
                }
                Err(Stop::Database(error)) => patience.pause(error, remembered).await?,
                Err(Stop::Alone) => alone = true,
                Err(Stop::Refused(error)) => return Err(error),
            }
        }
    }

    async fn attempt<W: Work>(&self, work: &W, anchors: &mut Anchors, alone: bool) -> Result<W::Done, Stop> {
        let mut tx = self.writing.begin().await?;
        gate::pass(&mut tx, alone).await?;
        anchors.alone = alone;
        let done = work.run(&mut tx, anchors).await?;
        tx.commit().await?;
        Ok(done)
    }
}
