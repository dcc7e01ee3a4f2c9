//! Definitions and states of rules.

use std::collections::HashMap;

use vespid_model::UtcMicros;
use vespid_model::id::RuleId;
use vespid_model::rule_state::{Defined, RuleState, RuleStateRow};

use super::Run;
use super::line::{Bad, Line};
use super::source::Table;
use super::stored::refused;
use crate::batch::RuleText;
use crate::error::StoreError;
use crate::sql::Query;

static RULES: Table = Table {
    name: "ttp_rule",
    columns: &["rule_id", "rule_version", "source_path", "yaml_content", "updated_at", "updated_by"],
    large: &["yaml_content"],
    rows: 500,
};

static STATES: Table = Table {
    name: "ttp_rule_state",
    columns: &["rule_id", "state", "confidence_max", "expires_at", "reason", "set_by", "set_at"],
    large: &[],
    rows: 500,
};

impl Run<'_> {
    pub(super) async fn rules(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&RULES).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            for line in &lines {
                let key = line.key();
                match rule(line) {
                    Ok((rule, by, at)) => self.define(&key, rule, &by, at).await?,
                    Err(bad) => self.told.reject(&key, &bad),
                }
            }
        }
    }

    async fn define(&mut self, key: &str, rule: RuleText, by: &str, at: UtcMicros) -> Result<(), StoreError> {
        // A text that is here stays as it is, also where another one is the rule by now.
        let mut find = Query::new("SELECT id FROM rule WHERE updated_at IS NOT NULL AND name = ");
        find.bind(&*rule.name).push(" AND version = ").bind(rule.version);
        find.push(" AND digest = ").bind(&rule.digest());
        if self.store.is_there(&find).await? {
            self.told.known_rows(1);
            return Ok(());
        }
        match self.store.rule_define(rule, by, at).await {
            Ok(defined) => self.told.stored(defined != Defined::Same),
            Err(error) => {
                let (reason, detail) = refused(error)?;
                self.told.reject_for(key, &reason, detail);
            }
        }
        Ok(())
    }

    pub(super) async fn rule_states(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&STATES).await? else { return Ok(()) };
        let here = self.store.rule_states().await?;
        let here: HashMap<RuleId, RuleStateRow> =
            here.into_iter().map(|row| (row.state.rule.clone(), row)).collect();
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            for line in &lines {
                let key = line.key();
                let row = match state(line) {
                    Ok(row) => row,
                    Err(bad) => {
                        self.told.reject(&key, &bad);
                        continue;
                    }
                };
                match here.get(&row.state.rule) {
                    Some(known) if *known == row => self.told.known_rows(1),
                    Some(known) if known.set_at > row.set_at => {
                        self.told.known_rows(1);
                        self.told.changed(&key, "a later state is here, which stays", String::new());
                    }
                    known => match self.store.rule_state_set(row.state, row.set_at).await {
                        Ok(_) => self.told.stored(known.is_none()),
                        Err(error) => {
                            let (reason, detail) = refused(error)?;
                            self.told.reject_for(&key, &reason, detail);
                        }
                    },
                }
            }
        }
    }
}

fn rule(line: &Line) -> Result<(RuleText, String, UtcMicros), Bad> {
    let name = line.text("rule_id")?;
    let rule = RuleText {
        // DECNET's titles are in its YAML, which nobody here reads.
        title: name.clone(),
        name,
        version: line.version("rule_version")?,
        description: String::new(),
        source_path: line.maybe_text("source_path")?.unwrap_or_default(),
        yaml: line.text("yaml_content")?,
    };
    Ok((rule, line.maybe_text("updated_by")?.unwrap_or_default(), line.time("updated_at")?))
}

fn state(line: &Line) -> Result<RuleStateRow, Bad> {
    let state = RuleState {
        rule: RuleId::new(&line.text("rule_id")?),
        state: line
            .text("state")?
            .parse()
            .map_err(|_| "state is none of enabled, disabled, clipped".to_owned())?,
        confidence_max: line.maybe_confidence("confidence_max")?,
        expires_at: line.maybe_time("expires_at")?,
        reason: line.maybe_text("reason")?,
        set_by: line.maybe_text("set_by")?,
    };
    Ok(RuleStateRow { state, set_at: line.time("set_at")? })
}
