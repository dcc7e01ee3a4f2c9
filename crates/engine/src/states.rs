//! What operators say of rules, laid over what the rules say.

use std::collections::HashMap;
use std::fmt;

use vespid_model::id::RuleId;
use vespid_model::rule_state::{RuleMode, RuleStateRow};
use vespid_model::window::Judged;
use vespid_model::{Confidence, Tag, UtcMicros};

/// What holds of rules at one moment. Rules that are not in it fire as they are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct States(HashMap<RuleId, Ruling>);

/// What holds of one rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ruling {
    /// It makes no tags.
    Disabled,
    /// Its tags are at most this sure.
    Clipped(Confidence),
}

/// What states did to tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Withheld {
    /// Tags of disabled rules, which were taken away.
    pub disabled: u64,
    /// Tags that were made less sure. Some may be below [`Confidence::FLOOR`] now.
    pub clipped: u64,
}

/// `disabled`, `clipped to 0.5`
impl fmt::Display for Ruling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled => f.write_str("disabled"),
            Self::Clipped(most) => write!(f, "clipped to {}", most.get()),
        }
    }
}

impl States {
    /// What these rows say at `now`: a state that has expired says nothing, and a ceiling counts for clipped rules
    /// only.
    pub fn at(rows: &[RuleStateRow], now: UtcMicros) -> Self {
        let held = rows.iter().filter(|row| !row.is_expired(now)).filter_map(|row| {
            let ruling = match (row.state.state, row.state.confidence_max) {
                (RuleMode::Disabled, _) => Ruling::Disabled,
                (RuleMode::Clipped, Some(most)) => Ruling::Clipped(most),
                (RuleMode::Clipped, None) | (RuleMode::Enabled, _) => return None,
            };
            Some((row.state.rule.clone(), ruling))
        });
        Self(held.collect())
    }

    /// What holds of a rule; None when it fires as it is.
    pub fn ruling(&self, rule: &RuleId) -> Option<Ruling> {
        self.0.get(rule).copied()
    }

    /// Takes away the tags of disabled rules and lowers those of clipped ones; no tag becomes surer.
    pub fn apply(&self, tags: &mut Vec<Tag>) -> Withheld {
        let mut withheld = Withheld::default();
        if !self.0.is_empty() {
            tags.retain_mut(|tag| self.leaves(&tag.rule, &mut tag.confidence, &mut withheld));
        }
        withheld
    }

    /// As [`States::apply`], for what windows show. What it did is said there.
    pub fn apply_to_windows(&self, judged: &mut Judged) {
        if self.0.is_empty() {
            return;
        }
        let Judged { tags, disabled, clipped, .. } = judged;
        tags.retain_mut(|tag| {
            let mut withheld = Withheld::default();
            let leaves = self.leaves(&tag.rule, &mut tag.confidence, &mut withheld);
            if withheld.disabled > 0 {
                disabled.extend(tag.completed_by());
            }
            if withheld.clipped > 0 {
                clipped.extend(tag.completed_by());
            }
            leaves
        });
    }

    /// False for a rule that is disabled; a ceiling is applied.
    fn leaves(&self, rule: &RuleId, confidence: &mut Confidence, withheld: &mut Withheld) -> bool {
        match self.ruling(rule) {
            None => true,
            Some(Ruling::Disabled) => {
                withheld.disabled += 1;
                false
            }
            Some(Ruling::Clipped(most)) => {
                if *confidence > most {
                    withheld.clipped += 1;
                    *confidence = most;
                }
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use vespid_model::rule_state::RuleState;
    use vespid_testkit::event::{at, command};
    use vespid_testkit::tag::tag;

    use super::*;

    fn row(rule: &str, state: RuleMode, most: Option<f64>, ends: Option<i64>) -> RuleStateRow {
        RuleStateRow {
            state: RuleState {
                rule: RuleId::new(rule),
                state,
                confidence_max: most.map(|most| Confidence::new(most).unwrap()),
                expires_at: ends.map(at),
                reason: None,
                set_by: None,
            },
            set_at: at(0),
        }
    }

    /// The confidences that are left of a tag each of `a` (0.9) and `b` (0.4).
    fn left(rows: &[RuleStateRow], now: i64) -> Vec<(String, f64)> {
        let event = command(0, 1, "s", "uname");
        let mut tags = vec![tag(&event, "a", "TA0007/T1082@0.9"), tag(&event, "b", "TA0007/T1082@0.4")];
        States::at(rows, at(now)).apply(&mut tags);
        tags.iter().map(|tag| (tag.rule.to_string(), tag.confidence.get())).collect()
    }

    #[test]
    fn disabled_is_never_and_clipped_only_lowers() {
        let whole = [("a".to_owned(), 0.9), ("b".to_owned(), 0.4)];
        assert_eq!(left(&[], 0), whole);
        assert_eq!(left(&[row("a", RuleMode::Disabled, None, None)], 0), whole[1..]);
        let clipped =
            [row("a", RuleMode::Clipped, Some(0.5), None), row("b", RuleMode::Clipped, Some(0.5), None)];
        assert_eq!(left(&clipped, 0), [("a".to_owned(), 0.5), ("b".to_owned(), 0.4)]);
        let without_ceiling =
            [row("a", RuleMode::Clipped, None, None), row("b", RuleMode::Enabled, Some(0.1), None)];
        assert_eq!(left(&without_ceiling, 0), whole);
    }

    #[test]
    fn what_has_expired_is_as_if_nobody_had_said_it() {
        let rows =
            [row("a", RuleMode::Disabled, None, Some(10)), row("b", RuleMode::Clipped, Some(0.0), Some(20))];
        assert_eq!(left(&rows, 9), [("b".to_owned(), 0.0)]);
        assert_eq!(left(&rows, 10), [("a".to_owned(), 0.9), ("b".to_owned(), 0.0)]);
        assert_eq!(left(&rows, 20), left(&[], 0));
    }
}
