//! `POST /api/v1/events`: what sensors and shippers send. Whoever reads lines does so at the other end of a channel.

mod post;
mod refusal;
mod serve;
#[cfg(test)]
mod tests;
mod unpack;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::{Semaphore, mpsc, oneshot};

pub use serve::{intake_router, serve_intake};

/// Requests whose bodies are read or wait at once; more are sent away for a moment.
const AT_ONCE: usize = 4;

/// The side of the channel where requests come in. Clones share it.
#[derive(Clone)]
pub struct Intake {
    posts: mpsc::Sender<Post>,
    /// What a request must show.
    token: Option<Arc<str>>,
    /// A body each.
    bodies: Arc<Semaphore>,
    /// Is told why requests are not taken.
    refused: Arc<dyn Fn(String) + Send + Sync>,
}

impl fmt::Debug for Intake {
    /// Without its secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Intake")
    }
}

/// A request's lines, to be answered once they are stored.
#[derive(Debug)]
pub struct Post {
    /// The lines, unpacked.
    pub lines: Vec<u8>,
    /// The format that the request names.
    pub format: Option<String>,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Result<Taken, NotTaken>>,
}

/// What became of a request's lines, which are committed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Taken {
    /// Lines in the body.
    pub lines: u64,
    /// Events in them.
    pub events: u64,
    /// Those that were not there.
    pub new: u64,
    /// Those that were.
    pub duplicate: u64,
    /// What became no event, or not whole; kept, see `vespid dead-letters`.
    pub dead_letters: u64,
    /// The same by reason.
    pub reasons: BTreeMap<&'static str, u64>,
}

/// Why nothing was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// No such format; the text names those that there are.
    Format(String),
    /// The lines could not be stored.
    Store,
}

impl Intake {
    /// An intake whose requests must show this token, if there is one, and where they come out.
    pub fn new(token: Option<String>) -> (Self, mpsc::Receiver<Post>) {
        let (posts, receiver) = mpsc::channel(AT_ONCE);
        let bodies = Arc::new(Semaphore::new(AT_ONCE));
        let intake = Self { posts, token: token.map(Arc::from), bodies, refused: Arc::new(|_| ()) };
        (intake, receiver)
    }

    /// The same, and whoever counts is told why requests are not taken.
    #[must_use]
    pub fn on_refusal(self, tell: impl Fn(String) + Send + Sync + 'static) -> Self {
        Self { refused: Arc::new(tell), ..self }
    }
}
