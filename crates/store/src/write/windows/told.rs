//! What is stored of windows beside what a judge would say of them.

use std::sync::Arc;

use vespid_model::id::{IdentityId, RuleId};
use vespid_model::window::{WindowEvidence, WindowTag};
use vespid_model::{Confidence, TacticId, TechniqueId, UtcMicros};

use super::look::{ATTACKERS, Attacker, End, Keys, Look, Looking};
use crate::batch::RuleText;
use crate::dialect::windows::Stored;
use crate::error::StoreError;
use crate::read::column;
use crate::store::Store;
use crate::windows::Judge;

/// Some windows of one attacker.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowsTold {
    /// The attacker.
    pub ip: std::net::IpAddr,
    /// The identity behind it, the winner where it was merged.
    pub identity: Option<IdentityId>,
    /// Windows to which something is brought.
    pub windows: u64,
    /// The tags that are stored.
    pub stored: Vec<WindowSaid>,
    /// Those that the judge would give.
    pub shown: Vec<WindowSaid>,
}

/// What a tag of a window says.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowSaid {
    /// The correlation.
    pub rule: RuleId,
    /// Its version.
    pub rule_version: u32,
    /// Technique or sub-technique.
    pub technique: TechniqueId,
    /// The tactic under which the rule names it.
    pub tactic: TacticId,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Time of the event that completed it.
    pub created_at: UtcMicros,
    /// What it was given for, the window with it.
    pub evidence: WindowEvidence,
}

impl From<WindowTag> for WindowSaid {
    fn from(tag: WindowTag) -> Self {
        let WindowTag { rule, rule_version, technique, tactic, confidence, created_at, evidence, .. } = tag;
        Self { rule, rule_version, technique, tactic, confidence, created_at, evidence }
    }
}

impl Store {
    /// Looks at all windows in which something happened from one time on, and writes nothing. `rules` are the texts of
    /// the judge's rules; only stored tags of the rules of these `names` are looked at, or all where none are given.
    /// `each` is told of a part of an attacker's windows at once, so that memory stays flat. A tag that
    /// [`Store::windows_rejudge`] would leave alone because its events were purged is not told.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn windows_look(
        &self,
        judge: Arc<dyn Judge>,
        rules: &[RuleText],
        names: Option<&[RuleId]>,
        from: Option<UtcMicros>,
        mut each: impl FnMut(WindowsTold) + Send,
    ) -> Result<(), StoreError> {
        let names = names.map(|names| names.iter().map(ToString::to_string).collect());
        let looking = Looking::new(judge, rules, names);
        let keys = looking.keys(&mut self.pool.look().await?).await?;
        let mut after = 0;
        loop {
            let rows = self.pool.all(&Attacker::behind(after)).await?;
            for row in &rows {
                let attacker = Attacker::read(row)?;
                after = attacker.key;
                let mut tx = self.pool.look().await?;
                let mut start = looking.begin(from);
                while let Some(End { at: end, .. }) =
                    looking.end(&mut tx, attacker.key, (start, UtcMicros::LATEST)).await?
                {
                    let look = looking.look(&mut tx, &keys, attacker, (start, end)).await?;
                    each(told(&look, &keys, attacker)?);
                    start = end;
                }
            }
            if rows.len() < ATTACKERS as usize {
                return Ok(());
            }
        }
    }
}

pub(super) fn told(look: &Look, keys: &Keys, attacker: Attacker) -> Result<WindowsTold, StoreError> {
    let Attacker { ip, identity, .. } = attacker;
    let stored = look.stored.iter().filter_map(|stored| said(stored, keys).transpose());
    let stored = stored.collect::<Result<_, _>>()?;
    let shown = look.shown.iter().cloned().map(Into::into).collect();
    Ok(WindowsTold { ip, identity, windows: look.windows, stored, shown })
}

/// None for a tag whose rule came while we looked.
fn said(stored: &Stored, keys: &Keys) -> Result<Option<WindowSaid>, StoreError> {
    let (Some((rule, version)), Some(evidence)) = (keys.rule(stored), stored.evidence()) else {
        return Ok(None);
    };
    Ok(Some(WindowSaid {
        rule: RuleId::new(rule),
        rule_version: *version,
        technique: column::technique(stored.counted.technique)?,
        tactic: column::tactic(stored.counted.tactic)?,
        confidence: column::confidence(stored.counted.confidence)?,
        created_at: UtcMicros::from_micros(stored.counted.time),
        evidence,
    }))
}
