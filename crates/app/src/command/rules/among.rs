//! What rule files change among others: their own rules, and those around that say something else because of them.

use std::collections::HashSet;

use vespid_engine::rule::Correlation;
use vespid_engine::{Pack, Rule, RuleFile};
use vespid_model::id::RuleId;

/// A rule that is spoken of, and why.
pub(super) struct Head {
    pub(super) rule: RuleId,
    pub(super) version: u32,
    pub(super) role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The files have it.
    Own,
    /// The files have it, and only correlations use it.
    Base,
    /// Other files have it; what it looks at is in these.
    Changed,
    /// It made tags of its own, and correlations make them now.
    Silenced,
}

/// Files, and the pack of the others without them.
pub(super) struct Among<'a> {
    pub(super) files: &'a [RuleFile],
    pub(super) others: &'a Pack,
}

impl Among<'_> {
    /// Leaves in the pack of all what says something else than the others alone, what the files have, and what these
    /// need.
    pub(super) fn narrow(&self, pack: &mut Pack) -> Vec<Head> {
        let mut heads: Vec<Head> =
            pack.rules.iter().filter_map(|parsed| self.of_rule(&parsed.rule)).collect();
        let touched: HashSet<RuleId> = heads.iter().map(|head| head.rule.clone()).collect();
        heads.extend(self.silenced(pack, &touched));
        pack.correlations.retain(|correlation| {
            let role = if self.is_own(&correlation.path, &correlation.source) {
                Role::Own
            } else if self.is_changed(correlation, &touched) {
                Role::Changed
            } else {
                return false;
            };
            heads.push(Head { rule: correlation.id.clone(), version: correlation.version, role });
            true
        });
        let needed: HashSet<&RuleId> = bases(&pack.correlations).collect();
        pack.rules.retain_mut(|parsed| {
            let is_touched = touched.contains(&parsed.rule.id);
            if !is_touched {
                // Its own tags are what they were.
                parsed.rule.emits.clear();
            }
            is_touched || needed.contains(&parsed.rule.id)
        });
        heads
    }

    fn of_rule(&self, rule: &Rule) -> Option<Head> {
        let mut others = self.others.rules.iter().map(|parsed| &parsed.rule);
        let before = others.find(|known| known.id == rule.id);
        let (is_silent, was_silent) = (rule.emits.is_empty(), before.is_none_or(|it| it.emits.is_empty()));
        let why = if self.is_own(&rule.path, &rule.source) {
            if is_silent { Role::Base } else { Role::Own }
        } else if before.is_some_and(|it| it.source == rule.source && it.emits == rule.emits) {
            return None;
        } else if is_silent && !was_silent {
            Role::Silenced
        } else {
            Role::Changed
        };
        Some(Head { rule: rule.id.clone(), version: rule.version, role: why })
    }

    fn is_own(&self, path: &str, text: &str) -> bool {
        self.files.iter().any(|file| file.path == path && text.starts_with(&file.text))
    }

    fn is_changed(&self, correlation: &Correlation, touched: &HashSet<RuleId>) -> bool {
        let mut others = self.others.correlations.iter();
        let Some(before) = others.find(|known| known.id == correlation.id) else { return true };
        before.source != correlation.source
            || before.steps != correlation.steps
            || before.emits != correlation.emits
            || bases([correlation]).any(|base| touched.contains(base))
    }

    /// Correlations that others use now.
    fn silenced(&self, pack: &Pack, touched: &HashSet<RuleId>) -> Vec<Head> {
        let speaking: HashSet<_> = pack.correlations.iter().map(|correlation| &correlation.id).collect();
        let others = self.others.correlations.iter();
        let silenced = others.filter(|known| !speaking.contains(&known.id) && !touched.contains(&known.id));
        let head = |it: &Correlation| Head { rule: it.id.clone(), version: it.version, role: Role::Silenced };
        silenced.map(head).collect()
    }
}

impl Role {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Base => "base",
            Self::Changed => "changed",
            Self::Silenced => "silenced",
        }
    }

    /// Does it make no tags of its own?
    pub(super) const fn is_silent(self) -> bool {
        matches!(self, Self::Base | Self::Silenced)
    }
}

/// The rules that correlations use.
fn bases<'a>(correlations: impl IntoIterator<Item = &'a Correlation>) -> impl Iterator<Item = &'a RuleId> {
    let steps = correlations.into_iter().flat_map(|correlation| &correlation.steps);
    steps.flat_map(|step| &step.rules).map(|base| &base.rule)
}
