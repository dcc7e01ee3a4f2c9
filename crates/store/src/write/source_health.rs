//! How sources fare.

use uuid::Uuid;
use vespid_model::UtcMicros;
use vespid_model::rows::SourceHealth;

use super::columns::{insert, text, time};
use crate::error::StoreError;
use crate::sql::{Query, Tx, Value};
use crate::store::Store;
use crate::write::{Change, Stop};

impl Store {
    /// Writes down how these sources fare at `now`. Their counts (lines, events, dead letters, dropped, errors) are what
    /// came since the last time and are added; all else takes the place of what was there, where it is known.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn source_health_add(
        &self,
        sources: Vec<SourceHealth>,
        now: UtcMicros,
    ) -> Result<(), StoreError> {
        if sources.is_empty() { Ok(()) } else { self.change(Add { sources, now }).await }
    }
}

struct Add {
    sources: Vec<SourceHealth>,
    now: UtcMicros,
}

impl Change for Add {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        for source in &self.sources {
            one(tx, source, self.now).await?;
        }
        Ok(())
    }
}

async fn one(tx: &mut Tx<'_>, source: &SourceHealth, now: UtcMicros) -> Result<(), Stop> {
    let uid = uid(source);
    let add = Query::new(
        "UPDATE source_health
         SET line_count = line_count + ?, event_count = event_count + ?, dead_count = dead_count + ?,
             drop_count = drop_count + ?, error_count = error_count + ?, rate = ?, updated_at = ?,
             last_event = COALESCE(?, last_event), last_received = COALESCE(?, last_received),
             last_error = COALESCE(?, last_error), lag_us = COALESCE(?, lag_us)
         WHERE uid = ?",
    );
    let counts = [source.lines, source.events, source.dead_letters, source.dropped, source.errors];
    let add = counts
        .into_iter()
        .fold(add, Query::with)
        .with(source.rate)
        .with(now.as_micros())
        .with(time(source.last_event))
        .with(time(source.last_received))
        .with(text(source.last_error.as_ref()))
        .with(Value::Int(source.lag))
        .with(&uid);
    // Rows found, not rows changed.
    if tx.run(&add).await? == 0 {
        let columns = vec![
            ("uid", Value::from(&uid)),
            ("kind", Value::from(&*source.kind)),
            ("name", Value::from(&*source.name)),
            ("last_event", time(source.last_event)),
            ("last_received", time(source.last_received)),
            ("line_count", source.lines.into()),
            ("event_count", source.events.into()),
            ("dead_count", source.dead_letters.into()),
            ("drop_count", source.dropped.into()),
            ("error_count", source.errors.into()),
            ("last_error", text(source.last_error.as_ref())),
            ("rate", source.rate.into()),
            ("lag_us", Value::Int(source.lag)),
            ("updated_at", now.as_micros().into()),
        ];
        tx.run(&insert("source_health", columns)).await?;
    }
    Ok(())
}

/// Of kind and name. No kind has a line feed.
fn uid(source: &SourceHealth) -> [u8; 16] {
    let text = format!("{}\n{}", source.kind, source.name);
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).into_bytes()
}
