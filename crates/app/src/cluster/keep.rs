//! Who is who, kept up to date while others store events.

use std::io::{self, Write};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;
use vespid_store::Store;

use super::Clusterer;
use crate::clock::clock;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(10);

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
