//! What batches refer to: rules, inputs, imported catalogues.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::Error;
use vespid_model::UtcMicros;
use vespid_model::release::Release;

use super::anchors::{Anchors, RuleName};
use super::chunk;
use super::names::{fits, kept};
use super::writer::Work;
use crate::batch::{RuleText, SourceOffset};
use crate::dialect::text::digest;
use crate::error::StoreError;
use crate::sql::{Dialect, Query, Tx, Value};

/// Stores the texts of rules; of two with one name and version the last.
pub(crate) struct Rules(pub(crate) Vec<RuleText>);

/// Stores an imported ATT&CK release.
pub(crate) struct Import {
    pub(crate) release: Release,
    pub(crate) body: String,
    pub(crate) now: UtcMicros,
}

/// Begins to read an input; gives the id of its row.
pub(crate) struct SourceBegin {
    pub(crate) source: SourceOffset,
    pub(crate) now: UtcMicros,
}

impl Work for Rules {
    /// The names of those that were known with another text.
    type Done = Vec<String>;

    fn check(&self) -> Result<(), StoreError> {
        self.0.iter().try_for_each(|rule| fits("rule", &rule.name))
    }

    async fn run(&self, tx: &mut Tx, anchors: &mut Anchors) -> Result<Vec<String>, Error> {
        let dialect = tx.dialect();
        let texts: BTreeMap<RuleName<'_>, &RuleText> =
            self.0.iter().map(|rule| ((kept(dialect, &rule.name), rule.version), rule)).collect();
        let mut changed = Vec::new();
        let mut known = known(tx, &texts).await?;
        for ((name, version), rule) in &texts {
            let rows = known.get(&(name.to_string(), *version)).map(Vec::as_slice).unwrap_or_default();
            let digest = digest(rule);
            if rows.iter().any(|(_, known)| known == &digest) {
                continue;
            }
            let texts = [&rule.title, &rule.description, &rule.source_path, &rule.yaml]
                .map(|text| Value::from(&**text));
            if let Some((key, _)) = rows.iter().find(|(_, digest)| digest.is_empty()) {
                let set = Query::new(
                    "UPDATE rule SET title = ?, description = ?, source_path = ?, yaml = ?, digest = ? WHERE id = ?",
                );
                tx.run(&texts.into_iter().fold(set, Query::with).with(&digest).with(*key)).await?;
                continue;
            }
            if !rows.is_empty() {
                changed.push(rule.name.clone());
            }
            let mut insert = Query::new(
                "INSERT INTO rule (name, version, title, description, source_path, yaml, digest) VALUES ",
            );
            let names = [Value::from(&**name), (*version).into()];
            insert.list(names.into_iter().chain(texts).chain([Value::from(&digest)]));
            tx.run(&insert).await?;
        }
        known = self::known(tx, &texts).await?;
        for ((name, version), rule) in &texts {
            let digest = digest(rule);
            let rows = known.get(&(name.to_string(), *version)).map(Vec::as_slice).unwrap_or_default();
            if let Some((key, _)) = rows.iter().find(|(_, known)| known == &digest) {
                anchors.register(name, *version, *key);
            }
        }
        Ok(changed)
    }
}

/// The keys and digests of all texts under these names.
async fn known(
    tx: &mut Tx,
    texts: &BTreeMap<RuleName<'_>, &RuleText>,
) -> Result<HashMap<(String, u32), Vec<(i64, Vec<u8>)>>, Error> {
    let names: BTreeSet<&str> = texts.keys().map(|(name, _)| &**name).collect();
    let values = names.into_iter().map(Value::from);
    let find = chunk::selects("SELECT name, version, id, digest FROM rule WHERE name IN ", values, "");
    let mut known: HashMap<_, Vec<_>> = HashMap::new();
    for row in chunk::all(tx, find).await? {
        let version = u32::try_from(row.get::<i64>(1)?).unwrap_or(u32::MAX);
        known.entry((row.get(0)?, version)).or_default().push((row.get(2)?, row.get(3)?));
    }
    Ok(known)
}

impl Work for Import {
    type Done = ();

    async fn run(&self, tx: &mut Tx, _: &mut Anchors) -> Result<(), Error> {
        let (release, now) = (self.release.code(), self.now.as_micros());
        let replace =
            Query::new("UPDATE attack_catalogue SET body = ?, imported_at = ? WHERE attack_release = ?");
        // Rows found, not rows changed: the same text again is found too.
        if tx.run(&replace.with(&*self.body).with(now).with(release)).await? == 0 {
            let mut insert =
                Query::new("INSERT INTO attack_catalogue (attack_release, body, imported_at) VALUES ");
            insert.list([release.into(), Value::from(&*self.body), now.into()]);
            tx.run(&insert).await?;
        }
        Ok(())
    }
}

impl Work for SourceBegin {
    type Done = i64;

    async fn run(&self, tx: &mut Tx, _: &mut Anchors) -> Result<i64, Error> {
        let source = &self.source;
        let values = [
            Value::from(source.fingerprint.cast_signed()),
            source.fingerprint_length.into(),
            source.position.into(),
            Value::from(&*source.rules),
            self.now.as_micros().into(),
        ];
        if source.id != 0 {
            let moved = Query::new(
                "UPDATE source_offset
                 SET fingerprint = ?, fingerprint_length = ?, position = ?, rules = ?, updated_at = ? WHERE id = ?",
            );
            tx.run(&values.into_iter().fold(moved, Query::with).with(source.id)).await?;
            let forget = Query::new("DELETE FROM dead_letter WHERE source = ? AND position >= ?");
            tx.run(&forget.with(source.id).with(source.position)).await?;
            return Ok(source.id);
        }
        let mut insert = Query::new(
            "INSERT INTO source_offset (name, fingerprint, fingerprint_length, position, rules, updated_at) VALUES ",
        );
        insert.list([Value::from(&*source.name)].into_iter().chain(values));
        tx.run(&insert).await?;
        let made = Query::new(match tx.dialect() {
            Dialect::MySql => "SELECT CAST(LAST_INSERT_ID() AS SIGNED)",
            Dialect::Postgres | Dialect::Sqlite => "SELECT lastval()",
        });
        tx.all(&made).await?.first().ok_or(Error::RowNotFound)?.get(0)
    }
}
