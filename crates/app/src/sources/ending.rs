//! When the program is to end, as every task knows it.

use tokio::sync::watch;

/// Set once. Clones are for other tasks.
#[derive(Clone)]
pub(super) struct Ending(watch::Receiver<bool>);

/// Whoever says it.
pub(super) struct End(watch::Sender<bool>);

pub(super) fn ending() -> (End, Ending) {
    let (sender, receiver) = watch::channel(false);
    (End(sender), Ending(receiver))
}

impl End {
    pub(super) fn set(&self) {
        self.0.send_replace(true);
    }
}

impl Ending {
    pub(super) fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Ready when the program is to end.
    pub(super) async fn wait(&mut self) {
        // Who is gone has nothing more to wait for either.
        let _ = self.0.wait_for(|ends| *ends).await;
    }
}
