//! Tags without an event.

use vespid_model::UtcMicros;
use vespid_model::record::TagRecord;

use crate::dialect::server;
use crate::error::StoreError;
use crate::record::{Inserted, check};
use crate::store::{Store, Writer};

/// Records of one transaction.
const PART: usize = 10_000;

impl Store {
    /// Stores tags that come without their event, any number of them. Of tags with one id the first one ever stored
    /// stands, whatever the others say. A bad one is rejected alone. `now` is when they were made.
    ///
    /// # Errors
    /// [`StoreError`] when a transaction failed. Records go in parts of ten thousand, one transaction each: what was
    /// stored before stays, and handing the same over again stores the rest.
    pub async fn insert_tags(&self, records: Vec<TagRecord>, now: UtcMicros) -> Result<Inserted, StoreError> {
        let mut done = Inserted::default();
        let mut records = records.into_iter();
        let mut first = 0;
        loop {
            let part: Vec<TagRecord> = records.by_ref().take(PART).collect();
            if part.is_empty() {
                break;
            }
            let length = part.len();
            let (records, refused) = check(part, first);
            first += length;
            done += refused;
            done += match self.writer()? {
                Writer::Sqlite(writer) => {
                    writer.run(move |session| session.records(&records, now)).await?.done().await?
                }
                Writer::Server(writer) => writer.run(server::Records { records, now }).await.done().await?,
            };
        }
        done.rejected.sort_by_key(|rejected| rejected.index);
        Ok(done)
    }
}
