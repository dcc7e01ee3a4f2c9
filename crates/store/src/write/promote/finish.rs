//! The change of places.

use serde_json::json;
use vespid_model::event::Event;

use super::stage::{abandon, stage};
use super::{Concerned, Promoted, Promotion, StagedTag, windows};
use crate::batch::RuleText;
use crate::error::StoreError;
use crate::read::page;
use crate::read::stored::{self, StoredEvent};
use crate::rollup::Remembered;
use crate::sql::{Query, Tx, Value};
use crate::write::audit::{self, Note};
use crate::write::rule::Define;
use crate::write::{Change, Stop, keys};

/// Events that came meanwhile, read at once.
const PART: u32 = 500;

pub(super) struct Finish {
    pub(super) promotion: Promotion,
    /// All events up to this one are staged.
    pub(super) after: i64,
    /// Whose windows differed then.
    pub(super) concerned: Concerned,
}

impl Change for Finish {
    type Done = Promoted;
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Promoted, Stop> {
        let promotion = &self.promotion;
        check_versions(tx, &promotion.rules).await?;
        self.catch_up(tx).await?;
        let techniques = techniques(tx, promotion).await?;
        let remembered = Remembered::of(tx, &techniques).await?;
        let mut parts = Vec::new();
        for (place, rule) in promotion.rules.iter().enumerate() {
            let (actor, now) = (promotion.actor.clone(), promotion.now);
            Define { rule: rule.clone(), actor, now }.run(tx).await?;
            let before = versions(tx, &rule.name).await?;
            parts.push((before, self.replace(tx, place, rule).await?));
        }
        for name in promotion.silent.iter() {
            let before = versions(tx, name).await?;
            let texts = texts(tx, name).await?;
            let removed = self.remove(tx, &texts, None).await?;
            parts.push((before, Promoted { removed, ..Promoted::default() }));
        }
        if parts.iter().any(|(_, one)| one.added + one.removed > 0) {
            remembered.recount(tx).await?;
        }
        let of_windows = windows::replace(tx, promotion, &self.concerned).await?;
        let mut done = Promoted::default();
        for (place, (name, (before, mut one))) in promotion.names().zip(parts).enumerate() {
            one += of_windows.get(name).copied().unwrap_or_default();
            done += one;
            let version = promotion.rules.get(place).map(|rule| rule.version);
            if version.is_some() || one.removed > 0 {
                self.note(tx, name, version, (&before, one)).await?;
            }
        }
        abandon(tx, promotion.run).await?;
        Ok(done)
    }
}

impl Finish {
    async fn catch_up(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let mut after = self.after;
        loop {
            let sizes = tx.all(&stored::sizes(tx.dialect(), None, after, PART)).await?;
            let limit = page::fitting(&sizes)?;
            let rows = tx.all(&stored::part(None, after, limit)).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let mut tags = Vec::new();
            for row in &rows {
                let StoredEvent { key, event, .. } = stored::event(row)?;
                after = key;
                tags.extend(self.tags(key, &event));
            }
            stage(tx, &self.promotion, &tags).await?;
        }
    }

    fn tags(&self, key: i64, event: &Event) -> Vec<StagedTag> {
        let tags = (self.promotion.tagger)(event).into_iter();
        tags.map(|tag| StagedTag { event: key, time: event.time, tag }).collect()
    }

    /// Deletes the tags of all texts of a rule, but those that are said again in the same words, and inserts the others.
    async fn replace(&self, tx: &mut Tx<'_>, place: usize, rule: &RuleText) -> Result<Promoted, Stop> {
        let (run, place) = (self.promotion.run, Value::from(place as u64));
        let texts = texts(tx, &rule.name).await?;
        let mut this = Query::new("SELECT id FROM rule WHERE name = ");
        this.bind(&*rule.name).push(" AND version = ").bind(rule.version);
        this.push(" AND digest = ").bind(&rule.digest());
        let text: i64 = tx.first(&this).await?.ok_or(sqlx::Error::RowNotFound)?.get(0)?;

        let removed = self.remove(tx, &texts, Some(text)).await?;
        let mut insert = Query::new(
            "INSERT INTO tag (uid, event, kind, attacker, session, decky, rule, technique, tactic, confidence,
                              attack_release, created_at, tagged_at, span, via, evidence)
             SELECT s.uid, e.id, e.kind, e.attacker, e.session, e.decky, ",
        );
        insert.bind(text);
        insert.push(", s.technique, s.tactic, s.confidence, s.attack_release, s.created_at, ");
        insert.bind(self.promotion.now.as_micros());
        // An event that was purged meanwhile may have left its number to another.
        insert.push(
            ", s.span, s.via, s.evidence FROM tag_staged s JOIN event e ON e.id = s.event AND e.time = s.created_at
             WHERE s.run = ",
        );
        insert.bind(run).push(" AND s.rule = ").bind(place.clone());
        insert.push(" AND NOT EXISTS (SELECT 1 FROM tag t WHERE t.uid = s.uid)");
        let added = tx.run(&insert).await?;

        let mut staged = Query::new("SELECT COUNT(*) FROM tag_staged WHERE run = ");
        staged.bind(run).push(" AND rule = ").bind(place);
        let staged = tx.first(&staged).await?.map(|row| row.get::<i64>(0)).transpose()?.unwrap_or(0);
        let kept = u64::try_from(staged).unwrap_or(0).saturating_sub(added);
        Ok(Promoted { added, removed, kept })
    }

    /// Deletes the tags of these texts, but those of one of them that are said again in the same words.
    async fn remove(&self, tx: &mut Tx<'_>, texts: &[i64], again: Option<i64>) -> Result<u64, Stop> {
        if texts.is_empty() {
            return Ok(0);
        }
        let mut delete = Query::new("DELETE FROM tag WHERE event IS NOT NULL AND rule IN ");
        delete.list(texts.iter().map(|text| Value::from(*text)));
        if let Some(text) = again {
            delete.push(" AND NOT (rule = ").bind(text);
            delete.push(" AND EXISTS (SELECT 1 FROM tag_staged s WHERE s.run = ").bind(self.promotion.run).push(
                " AND s.uid = tag.uid AND s.event = tag.event AND s.tactic = tag.tactic
                  AND s.confidence = tag.confidence AND s.attack_release = tag.attack_release AND s.span = tag.span
                  AND COALESCE(s.via, '') = COALESCE(tag.via, '')
                  AND COALESCE(s.evidence, '') = COALESCE(tag.evidence, '')))",
            );
        }
        let removed = tx.run(&delete).await?;
        // What tags were under other releases says nothing of those that take their place, and may get their numbers.
        let mut forget = Query::new("DELETE FROM tag_origin WHERE event IS NOT NULL AND rule IN ");
        forget.list(texts.iter().map(|text| Value::from(*text)));
        forget.push(" AND NOT EXISTS (SELECT 1 FROM tag t WHERE t.id = COALESCE(tag_origin.survivor, tag_origin.tag))");
        tx.run(&forget).await?;
        Ok(removed)
    }

    /// Writes down what became of a rule's tags. One without a version says nothing any more.
    async fn note(
        &self,
        tx: &mut Tx<'_>,
        subject: &str,
        version: Option<u32>,
        (before, done): (&[i64], Promoted),
    ) -> Result<(), Stop> {
        let Promoted { added, removed, kept } = done;
        let new = version.map_or(json!({ "silent": true }), |version| json!({ "version": version }));
        let detail = &json!({
            "new": new, "old": { "versions": before },
            "tags": { "added": added, "removed": removed, "kept": kept },
        });
        let (at, actor, action) = (self.promotion.now, &*self.promotion.actor, "rule.promote");
        audit::note(tx, Note { at, actor, action, subject, detail }).await
    }
}

/// The keys of all texts of a name.
async fn texts(tx: &mut Tx<'_>, name: &str) -> Result<Vec<i64>, Stop> {
    let mut find = Query::new("SELECT id FROM rule WHERE name = ");
    find.bind(name);
    Ok(tx.all(&find).await?.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?)
}

/// No text of these names has a higher version, nor another text the same one.
pub(super) async fn check_versions(tx: &mut Tx<'_>, rules: &[RuleText]) -> Result<(), Stop> {
    for rule in rules {
        keys::fits(tx, "rule", &rule.name)?;
        let mut find = Query::new("SELECT version, digest FROM rule WHERE name = ");
        find.bind(&*rule.name);
        let ours = i64::from(rule.version);
        for row in tx.all(&find).await? {
            let (version, digest): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let is_other = !digest.is_empty() && digest != rule.digest();
            if version > ours || (version == ours && is_other) {
                let (rule, version) = (rule.name.clone(), rule.version);
                return Err(Stop::Refused(StoreError::NotRaised { rule, version }));
            }
        }
    }
    Ok(())
}

/// The versions of a rule that tags are of.
async fn versions(tx: &mut Tx<'_>, name: &str) -> Result<Vec<i64>, Stop> {
    let mut find = Query::new("SELECT DISTINCT version FROM rule WHERE name = ");
    find.bind(name).push(" AND EXISTS (SELECT 1 FROM tag WHERE tag.rule = rule.id) ORDER BY version");
    Ok(tx.all(&find).await?.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?)
}

/// The techniques whose counts may change.
async fn techniques(tx: &mut Tx<'_>, promotion: &Promotion) -> Result<Vec<i64>, Stop> {
    let mut find = Query::new("SELECT technique FROM tag_staged WHERE run = ");
    find.bind(promotion.run).push(
        " UNION SELECT t.technique FROM tag t JOIN rule r ON r.id = t.rule WHERE t.event IS NOT NULL AND r.name IN ",
    );
    find.list(promotion.names().map(Value::from));
    find.push(" ORDER BY 1");
    Ok(tx.all(&find).await?.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?)
}
