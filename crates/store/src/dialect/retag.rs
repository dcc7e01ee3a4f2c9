//! Stored tags of events that say something else now.

use sqlx::Error;
use vespid_model::UtcMicros;

use crate::rollup::{self, Cells, Counted, Days};
use crate::sql::{Query, Tx};

/// What a tag says of which another ATT&CK release, or another text of its rule, says something else.
#[derive(Debug, PartialEq)]
pub(super) struct Said {
    pub(super) rule: i64,
    pub(super) tactic: i64,
    pub(super) confidence: f64,
    pub(super) release: i64,
    pub(super) spans: String,
    pub(super) via: Option<String>,
    pub(super) evidence: Option<String>,
}

/// Changes these tags, while nobody else writes. They are tags of events, which hang on attackers alone.
pub(super) async fn retag(tx: &mut Tx<'_>, tags: Vec<([u8; 16], Said)>, now: UtcMicros) -> Result<(), Error> {
    let (mut old, mut new) = (Cells::default(), Cells::default());
    for (uid, said) in tags {
        let mut find = Query::new("SELECT ");
        find.push(Counted::COLUMNS).push(" FROM tag WHERE uid = ").bind(&uid);
        let counted = Counted::read(&tx.first(&find).await?.ok_or(Error::RowNotFound)?, 0)?;
        old.add(&counted);
        new.add(&Counted {
            tactic: said.tactic,
            release: said.release,
            confidence: said.confidence,
            ..counted
        });
        let set = Query::new(
            "UPDATE tag SET rule = ?, tactic = ?, confidence = ?, attack_release = ?, span = ?, via = ?, evidence = ?,
                            tagged_at = ? WHERE uid = ?",
        );
        let set = set.with(said.rule).with(said.tactic).with(said.confidence).with(said.release);
        tx.run(&set.with(said.spans).with(said.via).with(said.evidence).with(now.as_micros()).with(&uid))
            .await?;
    }
    rollup::remove(tx, &old, Days::Remove).await?;
    rollup::add(tx, &new, 0).await
}
