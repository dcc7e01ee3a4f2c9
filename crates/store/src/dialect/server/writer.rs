//! One transaction after the other, each until it is committed or cannot be.

use std::sync::Arc;

use tokio::sync::{Mutex, oneshot};

use super::anchors::Anchors;
use super::connect::Writing;
use super::trouble::Patience;
use crate::error::StoreError;
use crate::sql::Tx;
use crate::store::Ticket;

/// What one transaction does.
pub(crate) trait Work: Send + Sync + 'static {
    /// What it changed.
    type Done: Send + 'static;

    /// What can be said before a server is asked.
    fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Does it. Runs again from the start when the transaction was rolled back.
    fn run(
        &self,
        tx: &mut Tx,
        anchors: &mut Anchors,
    ) -> impl Future<Output = Result<Self::Done, sqlx::Error>> + Send;
}

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
        Self(Arc::new(Mutex::new(Session { writing, anchors: Anchors::default() })))
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

impl Session {
    async fn done<W: Work>(&mut self, work: &W) -> Result<W::Done, StoreError> {
        work.check()?;
        let mut patience = Patience::default();
        loop {
            // Keys learnt in a transaction that was rolled back may not exist: they are put back after a commit only.
            let registered = self.anchors.registered();
            let mut anchors = std::mem::replace(&mut self.anchors, registered);
            let remembered = !anchors.is_empty();
            match self.attempt(work, &mut anchors).await {
                Ok(done) => {
                    self.anchors = anchors;
                    return Ok(done);
                }
                Err(error) => patience.pause(error, remembered).await?,
            }
        }
    }

    async fn attempt<W: Work>(&self, work: &W, anchors: &mut Anchors) -> Result<W::Done, sqlx::Error> {
        let mut tx = self.writing.begin().await?;
        let done = work.run(&mut tx, anchors).await?;
        tx.commit().await?;
        Ok(done)
    }
}
