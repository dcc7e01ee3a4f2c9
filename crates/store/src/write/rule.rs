//! Definitions of rules that somebody makes, rather than comes with.

use serde_json::{Value as Json, json};
use uuid::Uuid;
use vespid_model::UtcMicros;
use vespid_model::rule_state::Defined;

use super::audit::{self, Note};
use super::columns::{Columns, insert, update};
use super::{Change, Stop, keys};
use crate::Store;
use crate::batch::RuleText;
use crate::error::StoreError;
use crate::sql::{Query, Tx};

impl Store {
    /// Stores a rule's definition and who made it. Texts of before are kept, since tags explain themselves with them; of
    /// several, the one of the highest version that was defined last is the rule. Written down unless it is the
    /// rule already. Tags of batches to come need [`Store::rule_register`] too.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn rule_define(
        &self,
        rule: RuleText,
        actor: &str,
        now: UtcMicros,
    ) -> Result<Defined, StoreError> {
        self.change(Define { rule, actor: actor.to_owned(), now }).await
    }
}

pub(super) struct Define {
    pub(super) rule: RuleText,
    pub(super) actor: String,
    pub(super) now: UtcMicros,
}

/// A stored text of a rule.
struct Known {
    key: i64,
    version: i64,
    digest: Vec<u8>,
    updated_at: Option<i64>,
}

impl Change for Define {
    type Done = Defined;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Defined, Stop> {
        keys::fits(tx, "rule", &self.rule.name)?;
        keys::fits(tx, "actor", &self.actor)?;
        let known = self.known(tx).await?;
        let (digest, version) = (self.rule.digest(), i64::from(self.rule.version));
        let current = known.iter().filter(|known| !known.digest.is_empty());
        let current = current.max_by_key(|known| (known.version, known.updated_at, known.key));
        let is_this = |known: &&Known| known.version == version && known.digest == digest;
        if let Some(known) = current.filter(is_this)
            && known.updated_at.is_some()
        {
            return Ok(Defined::Same);
        }
        let done = match current {
            None => Defined::New,
            Some(known) if is_this(&known) => Defined::Same,
            Some(_) => Defined::Changed,
        };
        // This text, else a row that only names the rule.
        let row = known
            .iter()
            .find(is_this)
            .or_else(|| known.iter().find(|known| known.version == version && known.digest.is_empty()));
        let mut columns = self.columns();
        if let Some(row) = row {
            tx.run(&update("rule", columns, ("id", row.key))).await?;
        } else {
            columns.extend([("name", self.rule.name.as_str().into()), ("version", self.rule.version.into())]);
            tx.run(&insert("rule", columns)).await?;
        }
        if done != Defined::Same {
            let from = current.map_or(
                Json::Null,
                |known| json!({ "version": known.version, "digest": shown(&known.digest) }),
            );
            let to =
                json!({ "version": version, "digest": shown(&digest), "source_path": self.rule.source_path });
            let (actor, subject) = (&*self.actor, &*self.rule.name);
            let detail = &json!({ "old": from, "new": to });
            audit::note(tx, Note { at: self.now, actor, action: "rule.define", subject, detail }).await?;
        }
        Ok(done)
    }
}

impl Define {
    async fn known(&self, tx: &mut Tx<'_>) -> Result<Vec<Known>, Stop> {
        let mut find = Query::new("SELECT id, version, digest, updated_at FROM rule WHERE name = ");
        find.bind(&*self.rule.name).push(keys::locked(tx));
        let mut known = Vec::new();
        for row in tx.all(&find).await? {
            let (key, version) = (row.get(0)?, row.get(1)?);
            known.push(Known { key, version, digest: row.get(2)?, updated_at: row.get(3)? });
        }
        Ok(known)
    }

    fn columns(&self) -> Columns {
        vec![
            ("title", self.rule.title.as_str().into()),
            ("description", self.rule.description.as_str().into()),
            ("source_path", self.rule.source_path.as_str().into()),
            ("yaml", self.rule.yaml.as_str().into()),
            ("digest", (&self.rule.digest()).into()),
            ("updated_at", self.now.as_micros().into()),
            ("updated_by", self.actor.as_str().into()),
        ]
    }
}

/// A row that only names a rule has no digest.
fn shown(digest: &[u8]) -> Option<String> {
    Uuid::from_slice(digest).ok().map(|digest| digest.to_string())
}
