//! Rules as they are defined, and what operators say of them.

use vespid_model::UtcMicros;
use vespid_model::id::RuleId;
use vespid_model::rule_state::{RuleRow, RuleState, RuleStateRow};

use super::column;
use super::fields::Fields;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

/// The columns that [`state`] reads.
pub(crate) const STATE: &str = "rule, state, confidence_max, expires_at, reason, set_by, set_at";

/// Of each name the text of the highest version that was defined last; a row that only names a rule comes last.
const RULES: &str = "
    SELECT name, version, title, description, source_path, yaml, updated_at, updated_by FROM (
        SELECT r.*, ROW_NUMBER() OVER (
            PARTITION BY name ORDER BY CASE WHEN yaml = '' THEN 1 ELSE 0 END, version DESC,
                                       COALESCE(updated_at, -1) DESC, id DESC) AS place
        FROM rule r";

impl Store {
    /// The rules that tags or definitions name, by name. Of a rule that only tags name, the text is empty.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn rule_list(&self) -> Result<Vec<RuleRow>, StoreError> {
        let mut query = Query::new(RULES);
        query.push(") x WHERE place = 1 ORDER BY name");
        self.pool.all(&query).await?.iter().map(rule).collect()
    }

    /// A rule by its name; None when neither a tag nor a definition names it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn rule_find(&self, name: &str) -> Result<Option<RuleRow>, StoreError> {
        let mut query = Query::new(RULES);
        query.push(" WHERE name = ").bind(name).push(") x WHERE place = 1");
        self.pool.first(&query).await?.as_ref().map(rule).transpose()
    }

    /// All that operators say of rules, expired or not, by the rules' names.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn rule_states(&self) -> Result<Vec<RuleStateRow>, StoreError> {
        let query = Query::new(&format!("SELECT {STATE} FROM rule_state ORDER BY rule"));
        self.pool.all(&query).await?.iter().map(state).collect()
    }

    /// What holds of a rule at `now`; None when nobody said anything, or it has expired. What has expired stays stored.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn rule_state(
        &self,
        rule: &RuleId,
        now: UtcMicros,
    ) -> Result<Option<RuleStateRow>, StoreError> {
        let mut query = Query::new(&format!("SELECT {STATE} FROM rule_state WHERE rule = "));
        query.bind(rule.as_str());
        let row = self.pool.first(&query).await?.as_ref().map(state).transpose()?;
        Ok(row.filter(|row| !row.is_expired(now)))
    }
}

fn rule(row: &Row) -> Result<RuleRow, StoreError> {
    let mut row = Fields::of(row);
    Ok(RuleRow {
        rule: RuleId::new(&row.get::<String>()?),
        version: column::version(row.get()?)?,
        title: row.get()?,
        description: row.get()?,
        source_path: row.get()?,
        yaml: row.get()?,
        updated_at: row.maybe_time()?,
        updated_by: row.get()?,
    })
}

/// From a row that has [`STATE`].
pub(crate) fn state(row: &Row) -> Result<RuleStateRow, StoreError> {
    let mut row = Fields::of(row);
    let (rule, mode): (String, String) = (row.get()?, row.get()?);
    Ok(RuleStateRow {
        state: RuleState {
            rule: RuleId::new(&rule),
            state: mode.parse().map_err(|_| column::bad("rule_state.state", mode))?,
            confidence_max: row.get::<Option<f64>>()?.map(column::confidence).transpose()?,
            expires_at: row.maybe_time()?,
            reason: row.get()?,
            set_by: row.get()?,
        },
        set_at: row.time()?,
    })
}
