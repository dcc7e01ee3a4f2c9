//! Who is who, kept up to date while others store events.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use vespid_model::UtcMicros;
use vespid_store::{Store, StoreError};

use super::{Clusterer, Told};
use crate::clock::clock;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(10);

/// Works it out once. Another process may do so meanwhile: then again, from what that one wrote.
pub(crate) async fn once(store: &Store, now: UtcMicros) -> Result<Option<Told>> {
    const TRIES: usize = 5;
    for _ in 1..TRIES {
        match Clusterer::default().run(store, now).await {
            Err(error) if matches!(error.downcast_ref(), Some(StoreError::Overtaken)) => {}
            done => return done,
        }
    }
    Clusterer::default().run(store, now).await
}

/// Looks for as long as the task runs. What fails is said once, and tried again.
pub(crate) fn keep(store: Store) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut clusterer = Clusterer::default();
        let mut said = None;
        loop {
            match clusterer.run(&store, clock().now()).await {
                Ok(_) => said = None,
                Err(error) => {
                    let why = format!("{error:#}");
                    if said.as_ref() != Some(&why) {
                        // Whoever started the program may have closed its standard error.
                        let _ = writeln!(io::stderr(), "identities stay as they are: {why}");
                    }
                    said = Some(why);
                    // What was read may not be what was written.
                    clusterer = Clusterer::default();
                }
            }
            sleep(EVERY).await;
        }
    })
}
