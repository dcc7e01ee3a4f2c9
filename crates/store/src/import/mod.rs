//! Taking over a database of DECNET 1.2.1: its tables are read page by page and stored through the store's own writes.
//!
//! The source is only read, in one snapshot. What is here already stays once: taking over twice changes nothing. A row
//! that cannot be taken over, or not as it stands, is told with its table, key and reason.

mod attacker_row;
mod attackers;
mod campaigns;
mod canary;
mod cell;
mod connect;
mod identities;
mod intel;
mod json;
mod line;
mod report;
mod rules;
mod source;
mod stored;
mod tags;
mod triggers;

use std::collections::HashMap;

use vespid_model::UtcMicros;
use vespid_model::actor::Stored;
use vespid_model::id::AttackerId;

use report::Tables;
pub use report::{Import, ImportedTable, Named, Outcome, Told};
use source::Source;
use stored::refused;

use crate::Store;
use crate::error::StoreError;
use crate::url::database_name;

impl Store {
    /// Takes over a DECNET database: `sqlite:PATH`, a path or `mysql://...`. `now` is when its tags are here since;
    /// `named` is how many rows are named for each table and reason. In the order in which rows need each other, each
    /// page a transaction: what was stored before an error stays, and taking over again goes on.
    ///
    /// # Errors
    /// [`StoreError`] when the address is none, the source cannot be read or holds no table of DECNET, or a transaction
    /// failed for another reason than its rows.
    pub async fn import_decnet(&self, url: &str, named: usize, now: UtcMicros) -> Result<Import, StoreError> {
        let source = opened(url).await?;
        let mut run = Run { store: self, source, now, told: Tables::new(named), moved: HashMap::new() };
        run.all().await?;
        run.source.close().await;
        Ok(run.told.done())
    }

    /// Makes sure that an address is that of a DECNET database.
    ///
    /// # Errors
    /// [`StoreError`] when it is not, or cannot be read.
    pub async fn import_check(url: &str) -> Result<(), StoreError> {
        opened(url).await?.close().await;
        Ok(())
    }
}

async fn opened(url: &str) -> Result<Source, StoreError> {
    let mut source = Source::open(url).await?;
    if !source.is_decnet().await? {
        return Err(StoreError::NotDecnet(database_name(url)));
    }
    Ok(source)
}

/// An import under way.
struct Run<'a> {
    store: &'a Store,
    source: Source,
    now: UtcMicros,
    told: Tables,
    /// Attackers that have another id here than in the source, and that one. All others have the same.
    moved: HashMap<AttackerId, AttackerId>,
}

impl Run<'_> {
    async fn all(&mut self) -> Result<(), StoreError> {
        self.campaigns().await?;
        self.identities().await?;
        self.attackers().await?;
        self.intel().await?;
        self.canary().await?;
        self.rules().await?;
        self.rule_states().await?;
        self.tags().await
    }

    /// Stores rows together, or each alone where the store refuses one of them.
    async fn put_all<T: Clone>(
        &mut self,
        rows: Vec<(String, T)>,
        put: impl AsyncFn(&Store, Vec<T>) -> Result<Stored, StoreError>,
    ) -> Result<(), StoreError> {
        let all = rows.iter().map(|(_, row)| row.clone()).collect();
        match put(self.store, all).await {
            Ok(stored) => {
                self.told.new_rows(stored.new);
                self.told.known_rows(stored.known);
            }
            Err(error) => {
                refused(error)?;
                for (key, row) in rows {
                    match put(self.store, vec![row]).await {
                        Ok(stored) => self.told.stored(stored.new > 0),
                        Err(error) => {
                            let (reason, detail) = refused(error)?;
                            self.told.reject_for(&key, &reason, detail);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The id that an attacker of the source has here, if it was taken over.
    fn attacker(&self, id: AttackerId) -> AttackerId {
        self.moved.get(&id).copied().unwrap_or(id)
    }
}
