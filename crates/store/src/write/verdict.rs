//! What persons say of who is who.

use serde_json::json;
use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, IdentityId};

use super::audit::{self, Note};
use super::columns::insert;
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Tx};

/// Two attackers, or two identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair {
    /// Are they the same hands?
    Attackers(AttackerId, AttackerId),
    /// Are they of one campaign?
    Identities(IdentityId, IdentityId),
}

impl Store {
    /// Keeps what a person says of two: that they belong together, that they do not, or, with None, nothing any more. It
    /// counts when clustering runs the next time, and is written down. False where nothing was said that could be taken
    /// back.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed, or the name of who says so is too long for the database.
    pub async fn verdict_put(
        &self,
        pair: Pair,
        same: Option<bool>,
        reason: &str,
        said_by: &str,
        now: UtcMicros,
    ) -> Result<bool, StoreError> {
        let (reason, said_by) = (reason.to_owned(), said_by.to_owned());
        self.change(Say { pair, same, reason, said_by, now }).await
    }
}

struct Say {
    pair: Pair,
    same: Option<bool>,
    reason: String,
    said_by: String,
    now: UtcMicros,
}

impl Change for Say {
    type Done = bool;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Stop> {
        keys::fits(tx, "said_by", &self.said_by)?;
        let (noun, one, other, shown) = match self.pair {
            Pair::Attackers(a, b) => (0_u8, *a.as_bytes(), *b.as_bytes(), [a.to_string(), b.to_string()]),
            Pair::Identities(a, b) => (1, *a.as_bytes(), *b.as_bytes(), [a.to_string(), b.to_string()]),
        };
        let (a, b) = (one.min(other), one.max(other));
        let forget = Query::new("DELETE FROM verdict WHERE noun = ? AND a = ? AND b = ?");
        let stood = tx.run(&forget.with(noun).with(&a).with(&b)).await? > 0;
        if self.same.is_none() && !stood {
            return Ok(false);
        }
        if let Some(same) = self.same {
            let columns = vec![
                ("noun", noun.into()),
                ("a", (&a).into()),
                ("b", (&b).into()),
                ("same", u8::from(same).into()),
                ("reason", self.reason.clone().into()),
                ("said_by", self.said_by.clone().into()),
                ("said_at", self.now.as_micros().into()),
            ];
            tx.run(&insert("verdict", columns)).await?;
        }
        let said = match self.same {
            Some(true) => "same",
            Some(false) => "not_same",
            None => "withdrawn",
        };
        let detail = json!({ "with": shown[1], "said": said, "reason": self.reason });
        let action = if noun == 0 { "attacker.verdict" } else { "identity.verdict" };
        let note = Note { at: self.now, actor: &self.said_by, action, subject: &shown[0], detail: &detail };
        audit::note(tx, note).await?;
        Ok(true)
    }
}
