//! Where a window's tags hang.

use sqlx::Error;
use vespid_model::window::WindowTag;

use crate::rollup::Counted;
use crate::sql::{Query, Tx};

/// A tag with the keys of what it hangs on.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(super) tag: WindowTag,
    pub(super) rule: i64,
    pub(super) counted: Counted,
}

/// Finds decky and session, which are stored with the events.
pub(crate) async fn place(
    tx: &mut Tx<'_>,
    tag: WindowTag,
    (attacker, rule): (i64, i64),
) -> Result<Placed, Error> {
    let decky = match &tag.decky {
        Some(name) => key(tx, Query::new("SELECT id FROM decky WHERE name = ?").with(&**name)).await?,
        None => None,
    };
    let session = match (&tag.session, decky) {
        (Some(name), Some(decky)) => {
            let find = Query::new("SELECT id FROM session WHERE name = ? AND decky = ? AND attacker = ?");
            key(tx, find.with(&**name).with(decky).with(attacker)).await?
        }
        _ => None,
    };
    let counted = Counted {
        attacker: Some(attacker),
        identity: None,
        session,
        decky,
        kind: tag.kind.code().into(),
        tactic: tag.tactic.code().into(),
        technique: tag.technique.code().into(),
        release: tag.release.code().into(),
        time: tag.created_at.as_micros(),
        confidence: tag.confidence.get(),
    };
    Ok(Placed { tag, rule, counted })
}

async fn key(tx: &mut Tx<'_>, find: Query) -> Result<Option<i64>, Error> {
    tx.first(&find).await?.map(|row| row.get(0)).transpose()
}
