//! Most writers work side by side. Some must be alone, and wait at the gate until the others are done.

use std::time::Duration;

use sqlx::Error;

use super::trouble::is_busy;
use crate::sql::{Dialect, Query, Tx};

/// Whoever queues at the gate holds up all who come behind. So who must be alone tries for a while first, and queues
/// only where the others never leave a gap.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(5);

/// Passes the gate, until the transaction ends.
pub(super) async fn pass(tx: &mut Tx<'_>, alone: bool) -> Result<(), Error> {
    if alone {
        for _ in 0..TRIES {
            if is_free(tx).await? {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    let lock = match (tx.dialect(), alone) {
        (Dialect::Postgres, true) => {
            "SELECT pg_advisory_xact_lock(hashtext('vespid gate ' || current_schema()))"
        }
        (Dialect::Postgres, false) => {
            "SELECT pg_advisory_xact_lock_shared(hashtext('vespid gate ' || current_schema()))"
        }
        (_, true) => "SELECT id FROM gate WHERE id = 1 FOR UPDATE",
        (_, false) => "SELECT id FROM gate WHERE id = 1 LOCK IN SHARE MODE",
    };
    tx.run(&Query::new(lock)).await?;
    Ok(())
}

/// Is nobody else inside? Then we are.
async fn is_free(tx: &mut Tx<'_>) -> Result<bool, Error> {
    if tx.dialect() == Dialect::Postgres {
        let try_lock =
            "SELECT CASE WHEN pg_try_advisory_xact_lock(hashtext('vespid gate ' || current_schema()))
                               THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END";
        let row = tx.first(&Query::new(try_lock)).await?.ok_or(Error::RowNotFound)?;
        return Ok(row.get::<i64>(0)? == 1);
    }
    match tx.run(&Query::new("SELECT id FROM gate WHERE id = 1 FOR UPDATE NOWAIT")).await {
        Ok(_) => Ok(true),
        Err(error) if is_busy(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
