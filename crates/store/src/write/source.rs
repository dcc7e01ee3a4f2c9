//! Inputs that are about to be read.

use vespid_model::UtcMicros;

use crate::batch::SourceOffset;
use crate::error::StoreError;
use crate::sql::{Dialect, Query, Tx, Value};
use crate::store::Store;
use crate::write::{Change, Stop};

impl Store {
    /// Begins to read an input at `source.position`: stores its row (a new one when `source.id` is 0), also under
    /// another name than before, and forgets the dead letters from there on, since they are about to be judged again. Returns the row's id.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn source_begin(&self, source: SourceOffset, now: UtcMicros) -> Result<i64, StoreError> {
        self.change(Begin { source, now }).await
    }

    /// Says that an input whose beginning was shorter than a fingerprint has grown.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn source_grown(
        &self,
        source: i64,
        fingerprint: u64,
        length: u64,
        now: UtcMicros,
    ) -> Result<(), StoreError> {
        self.change(Grown { source, fingerprint, length, now }).await
    }

    /// Says that this input is being read with several rule packs: whoever reads it with any of them later reads it
    /// from its beginning.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn source_mixed(&self, source: i64) -> Result<(), StoreError> {
        self.change(Mixed(source)).await
    }
}

struct Mixed(i64);

impl Change for Mixed {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        // No pack has an empty digest.
        let mut mix = Query::new("UPDATE source_offset SET rules = '' WHERE id = ");
        mix.bind(self.0);
        tx.run(&mix).await?;
        Ok(())
    }
}

struct Grown {
    source: i64,
    fingerprint: u64,
    length: u64,
    now: UtcMicros,
}

impl Change for Grown {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let grown = Query::new(
            "UPDATE source_offset SET fingerprint = ?, fingerprint_length = ?, updated_at = ? WHERE id = ?",
        );
        let grown = grown.with(self.fingerprint.cast_signed()).with(self.length);
        tx.run(&grown.with(self.now.as_micros()).with(self.source)).await?;
        Ok(())
    }
}

struct Begin {
    source: SourceOffset,
    now: UtcMicros,
}

impl Change for Begin {
    type Done = i64;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Stop> {
        let source = &self.source;
        let values = [
            Value::from(&*source.name),
            Value::from(source.fingerprint.cast_signed()),
            source.fingerprint_length.into(),
            source.position.into(),
            Value::from(&*source.rules),
            self.now.as_micros().into(),
        ];
        if source.id != 0 {
            let moved = Query::new(
                "UPDATE source_offset
                 SET name = ?, fingerprint = ?, fingerprint_length = ?, position = ?, rules = ?, updated_at = ? WHERE id = ?",
            );
            tx.run(&values.into_iter().fold(moved, Query::with).with(source.id)).await?;
            let forget = Query::new("DELETE FROM dead_letter WHERE source = ? AND position >= ?");
            tx.run(&forget.with(source.id).with(source.position)).await?;
            return Ok(source.id);
        }
        let mut insert = Query::new(
            "INSERT INTO source_offset (name, fingerprint, fingerprint_length, position, rules, updated_at) VALUES ",
        );
        insert.list(values);
        tx.run(&insert).await?;
        let made = Query::new(match tx.dialect() {
            Dialect::MySql => "SELECT CAST(LAST_INSERT_ID() AS SIGNED)",
            Dialect::Postgres => "SELECT lastval()",
            Dialect::Sqlite => "SELECT last_insert_rowid()",
        });
        Ok(tx.first(&made).await?.ok_or(sqlx::Error::RowNotFound)?.get(0)?)
    }
}
