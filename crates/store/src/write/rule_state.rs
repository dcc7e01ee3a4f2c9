//! Whether rules fire, as operators say.

use serde_json::{Value as Json, json};
use vespid_model::UtcMicros;
use vespid_model::id::RuleId;
use vespid_model::rule_state::{RuleState, RuleStateRow};

use super::audit::{self, Note};
use super::columns::{insert, text, time, update};
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::read::rule::{STATE, state};
use crate::sql::{Query, Tx};

impl Store {
    /// Stores what an operator says of a rule, in the place of what was said before, which is returned. What was and
    /// what is said are written down.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn rule_state_set(
        &self,
        state: RuleState,
        now: UtcMicros,
    ) -> Result<Option<RuleStateRow>, StoreError> {
        self.change(Set(RuleStateRow { state, set_at: now })).await
    }

    /// Forgets what was said of a rule, which is returned and written down; None when nothing was.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn rule_state_clear(
        &self,
        rule: &RuleId,
        actor: &str,
        now: UtcMicros,
    ) -> Result<Option<RuleStateRow>, StoreError> {
        self.change(Clear { rule: rule.clone(), actor: actor.to_owned(), now }).await
    }
}

struct Set(RuleStateRow);

struct Clear {
    rule: RuleId,
    actor: String,
    now: UtcMicros,
}

impl Change for Set {
    type Done = Option<RuleStateRow>;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<RuleStateRow>, Stop> {
        let RuleStateRow { state, set_at } = &self.0;
        keys::fits(tx, "rule", state.rule.as_str())?;
        keys::fits(tx, "actor", state.set_by.as_deref().unwrap_or_default())?;
        let (key, old) = find(tx, &state.rule).await?.unzip();
        let mut columns = vec![
            ("state", state.state.as_str().into()),
            ("confidence_max", state.confidence_max.map(f64::from).into()),
            ("expires_at", time(state.expires_at)),
            ("reason", text(state.reason.as_ref())),
            ("set_by", text(state.set_by.as_ref())),
            ("set_at", set_at.as_micros().into()),
        ];
        if let Some(key) = key {
            tx.run(&update("rule_state", columns, ("id", key))).await?;
        } else {
            columns.push(("rule", state.rule.as_str().into()));
            tx.run(&insert("rule_state", columns)).await?;
        }
        let detail = json!({ "old": shown(old.as_ref()), "new": shown(Some(&self.0)) });
        let (actor, subject) = (state.set_by.as_deref().unwrap_or_default(), state.rule.as_str());
        audit::note(tx, Note { at: *set_at, actor, action: "rule.state.set", subject, detail: &detail })
            .await?;
        Ok(old)
    }
}

impl Change for Clear {
    type Done = Option<RuleStateRow>;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<RuleStateRow>, Stop> {
        let Some((key, old)) = find(tx, &self.rule).await? else { return Ok(None) };
        let mut forget = Query::new("DELETE FROM rule_state WHERE id = ");
        forget.bind(key);
        tx.run(&forget).await?;
        let detail = &json!({ "old": shown(Some(&old)), "new": null });
        let (actor, subject) = (&*self.actor, self.rule.as_str());
        audit::note(tx, Note { at: self.now, actor, action: "rule.state.clear", subject, detail }).await?;
        Ok(Some(old))
    }
}

async fn find(tx: &mut Tx<'_>, rule: &RuleId) -> Result<Option<(i64, RuleStateRow)>, Stop> {
    let mut find = Query::new(&format!("SELECT {STATE}, id FROM rule_state WHERE rule = "));
    find.bind(rule.as_str()).push(keys::locked(tx));
    let Some(row) = tx.first(&find).await? else { return Ok(None) };
    Ok(Some((row.get(7)?, state(&row)?)))
}

fn shown(row: Option<&RuleStateRow>) -> Json {
    let Some(RuleStateRow { state, set_at }) = row else { return Json::Null };
    json!({
        "state": state.state.as_str(),
        "confidence_max": state.confidence_max.map(f64::from),
        "expires_at": state.expires_at.map(|at| at.to_string()),
        "reason": state.reason,
        "set_by": state.set_by,
        "set_at": set_at.to_string(),
    })
}
