//! Tags that wait.

use vespid_model::Confidence;
use vespid_model::evidence::Evidence;

use super::finish::check_versions;
use super::{Promotion, StagedTag};
use crate::dialect::json;
use crate::sql::{Dialect, Query, Tx, Value, chunk};
use crate::write::{Change, Stop};

/// Microseconds after which what waits was forgotten: its process was killed.
const FORGOTTEN: i64 = 7 * 86_400_000_000;

/// Waits until nobody writes.
pub(super) struct Fence(pub(super) Promotion);

impl Change for Fence {
    type Done = i64;
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Stop> {
        check_versions(tx, &self.0.rules).await?;
        let mut forget = Query::new("DELETE FROM tag_staged WHERE run < ");
        forget.bind(self.0.run - FORGOTTEN);
        tx.run(&forget).await?;
        let last = tx.first(&Query::new("SELECT MAX(id) FROM event")).await?;
        Ok(last.map(|row| row.get::<Option<i64>>(0)).transpose()?.flatten().unwrap_or(0))
    }
}

pub(super) struct Stage {
    pub(super) promotion: Promotion,
    pub(super) tags: Vec<StagedTag>,
}

impl Change for Stage {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        Ok(stage(tx, &self.promotion, &self.tags).await?)
    }
}

pub(super) struct Abandon(pub(super) i64);

impl Change for Abandon {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        Ok(abandon(tx, self.0).await?)
    }
}

pub(super) async fn abandon(tx: &mut Tx<'_>, run: i64) -> Result<(), sqlx::Error> {
    let mut forget = Query::new("DELETE FROM tag_staged WHERE run = ");
    forget.bind(run);
    tx.run(&forget).await?;
    Ok(())
}

pub(super) async fn stage(
    tx: &mut Tx<'_>,
    promotion: &Promotion,
    tags: &[StagedTag],
) -> Result<(), sqlx::Error> {
    let rows = tags.iter().filter(|staged| staged.tag.confidence >= Confidence::FLOOR).filter_map(|staged| {
        let StagedTag { event, time, tag } = staged;
        let place = promotion.place(tag)?;
        Some(vec![
            promotion.run.into(),
            Value::from(place as u64),
            tag.id.as_bytes().into(),
            (*event).into(),
            tag.technique.code().into(),
            tag.tactic.code().into(),
            tag.confidence.get().into(),
            tag.release.code().into(),
            time.as_micros().into(),
            json(&tag.spans).into(),
            Value::from((!tag.via.is_empty()).then(|| json(&tag.via))),
            Value::from(tag.evidence.as_ref().map(Evidence::to_json)),
        ])
    });
    let into = "INSERT INTO tag_staged (run, rule, uid, event, technique, tactic, confidence, attack_release,
                                        created_at, span, via, evidence) VALUES ";
    // An event that was purged and came again has another number than its tags were staged under.
    let on_conflict = match tx.dialect() {
        Dialect::MySql => " ON DUPLICATE KEY UPDATE event = VALUES(event)",
        Dialect::Postgres | Dialect::Sqlite => " ON CONFLICT (run, uid) DO UPDATE SET event = excluded.event",
    };
    chunk::run(tx, chunk::upserts(into, rows, on_conflict)).await
}
