//! The texts of rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::Error;

use super::anchors::{Anchors, RuleName};
use super::names::{fits, kept};
use super::writer::Work;
use crate::batch::RuleText;
use crate::error::StoreError;
use crate::sql::chunk;
use crate::sql::{Query, Tx, Value};
use crate::write::Stop;

/// Stores the texts of rules; of two with one name and version the last.
pub(crate) struct Rules(pub(crate) Vec<RuleText>);

impl Work for Rules {
    /// The names of those that were known with another text.
    type Done = Vec<String>;

    fn check(&self) -> Result<(), StoreError> {
        self.0.iter().try_for_each(|rule| fits("rule", &rule.name))
    }

    async fn run(&self, tx: &mut Tx<'_>, anchors: &mut Anchors) -> Result<Vec<String>, Stop> {
        let dialect = tx.dialect();
        let texts: BTreeMap<RuleName<'_>, &RuleText> =
            self.0.iter().map(|rule| ((kept(dialect, &rule.name), rule.version), rule)).collect();
        let mut changed = Vec::new();
        let mut known = known(tx, &texts).await?;
        for ((name, version), rule) in &texts {
            let rows = known.get(&(name.to_string(), *version)).map(Vec::as_slice).unwrap_or_default();
            let digest = rule.digest();
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
            let digest = rule.digest();
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
    tx: &mut Tx<'_>,
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
