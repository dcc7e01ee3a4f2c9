//! Stored tags of events that say something else now.

use sqlx::Error;
use vespid_model::evidence::Evidence;
use vespid_model::{Tag, UtcMicros};

use super::json;
use crate::rollup::{self, Cells, Counted, Days};
use crate::sql::{Query, Row, Tx};

/// What a tag says of which another ATT&CK release, or another text of its rule, says something else.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) rule: i64,
    pub(crate) tactic: i64,
    pub(crate) confidence: f64,
    pub(crate) release: i64,
    pub(crate) spans: String,
    pub(crate) via: Option<String>,
    pub(crate) evidence: Option<String>,
}

impl Said {
    /// What [`Said::read`] reads.
    pub(crate) const COLUMNS: &str = "rule, tactic, confidence, attack_release, span, via, evidence";

    /// `rule` is the store's number of the rule's text.
    pub(crate) fn of(tag: &Tag, rule: i64) -> Self {
        Self {
            rule,
            tactic: tag.tactic.code().into(),
            confidence: tag.confidence.get(),
            release: tag.release.code().into(),
            spans: json(&tag.spans),
            via: (!tag.via.is_empty()).then(|| json(&tag.via)),
            evidence: tag.evidence.as_ref().map(Evidence::to_json),
        }
    }

    /// Reads [`Said::COLUMNS`] from this column on.
    pub(crate) fn read(row: &Row, from: usize) -> Result<Self, Error> {
        Ok(Self {
            rule: row.get(from)?,
            tactic: row.get(from + 1)?,
            confidence: row.get(from + 2)?,
            release: row.get(from + 3)?,
            spans: row.get(from + 4)?,
            via: row.get(from + 5)?,
            evidence: row.get(from + 6)?,
        })
    }

    /// Lets a stored tag say this.
    pub(crate) async fn set(self, tx: &mut Tx<'_>, uid: &[u8; 16], now: UtcMicros) -> Result<(), Error> {
        let set = Query::new(
            "UPDATE tag SET rule = ?, tactic = ?, confidence = ?, attack_release = ?, span = ?, via = ?, evidence = ?,
                            tagged_at = ? WHERE uid = ?",
        );
        let set = set.with(self.rule).with(self.tactic).with(self.confidence).with(self.release);
        let set = set.with(self.spans).with(self.via).with(self.evidence).with(now.as_micros()).with(uid);
        tx.run(&set).await?;
        Ok(())
    }
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
        said.set(tx, &uid, now).await?;
    }
    rollup::remove(tx, &old, Days::Remove).await?;
    rollup::add(tx, &new, 0).await
}
