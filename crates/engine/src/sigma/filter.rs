//! Sigma filters: what a site excludes from rules of others.
//!
//! A filter names rules, by `name` or `id`, or `any`. Its selections join theirs under names that no selector of theirs
//! finds, and each condition of theirs holds only where the filter's holds too.

use rsigma_eval::compile_rule;
use rsigma_parser::{
    ConditionExpr, Detections, FilterRule, FilterRuleTarget, LogSource, Quantifier, SigmaRule,
};

use crate::problem::Fault;
use crate::rule::Parsed;

/// How the selections begin that came from filters.
pub(crate) const PREFIX: &str = "_filter:";

/// A filter and the file that it is in.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) rule: FilterRule,
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Applies a filter, the `number`th, to the rules. What is wrong with it is returned; it is applied where it can be.
pub(crate) fn apply(filter: &Filter, number: usize, rules: &mut [Parsed]) -> Vec<Fault> {
    let mut detections = filter.rule.detection.clone();
    let Some(condition) = condition(&mut detections, number) else {
        return vec![Fault::BadFilter("its condition names a selection that it does not have".to_owned())];
    };
    let mut faults = Vec::new();
    if let FilterRuleTarget::Specific(names) = &filter.rule.rules {
        for name in names {
            match rules.iter().filter(|parsed| is_named(&parsed.sigma, name)).collect::<Vec<_>>().as_slice() {
                [] => faults.push(Fault::BadFilter(format!("no rule has the name or id {name}"))),
                named if named.iter().any(|parsed| is_of(&filter.rule, &parsed.sigma.logsource)) => {}
                _ => faults.push(Fault::BadFilter(format!("the rule {name} has another log source"))),
            }
        }
    }
    let wanted = |sigma: &SigmaRule| {
        let named = match &filter.rule.rules {
            FilterRuleTarget::Any => true,
            FilterRuleTarget::Specific(names) => names.iter().any(|name| is_named(sigma, name)),
        };
        named && is_of(&filter.rule, &sigma.logsource)
    };
    for parsed in rules.iter_mut().filter(|parsed| wanted(&parsed.sigma)) {
        let mut sigma = parsed.sigma.clone();
        close_selectors(&mut sigma.detection);
        sigma.detection.named.extend(detections.named.clone());
        for own in &mut sigma.detection.conditions {
            *own = ConditionExpr::And(vec![own.clone(), condition.clone()]);
        }
        // A filter with a fault must not cost the rule, nor a rule with one hide that of the filter.
        if let (Err(error), Ok(_)) = (compile_rule(&sigma), compile_rule(&parsed.sigma)) {
            faults.push(Fault::BadFilter(error.to_string()));
            break;
        }
        parsed.sigma = sigma;
        if parsed.rule.path != filter.path {
            // The rule is another one now: its text says so.
            parsed.rule.source.push_str("\n---\n");
            parsed.rule.source.push_str(&filter.text);
        }
    }
    faults
}

fn is_named(sigma: &SigmaRule, name: &str) -> bool {
    [&sigma.name, &sigma.id].into_iter().flatten().any(|own| own == name)
}

/// What a filter's log source says, a rule's must say too.
fn is_of(filter: &FilterRule, rule: &LogSource) -> bool {
    let Some(own) = &filter.logsource else { return true };
    let fits = |own: &Option<String>, rule: &Option<String>| own.is_none() || own == rule;
    fits(&own.category, &rule.category)
        && fits(&own.product, &rule.product)
        && fits(&own.service, &rule.service)
}

/// The condition of a filter over selections with names of their own. None when it names what there is not.
fn condition(detections: &mut Detections, number: usize) -> Option<ConditionExpr> {
    close_selectors(detections);
    let renamed = |name: &str| format!("{PREFIX}{number}:{name}");
    let mut conditions = std::mem::take(&mut detections.conditions);
    for condition in &mut conditions {
        let mut is_known = true;
        visit(condition, &mut |part| match part {
            ConditionExpr::Identifier(name) => {
                is_known &= detections.named.contains_key(name);
                *name = renamed(name);
            }
            // Only those are left that ask for a number of selections, or find none.
            ConditionExpr::Selector { .. } => is_known = false,
            _ => {}
        });
        if !is_known {
            return None;
        }
    }
    detections.named =
        std::mem::take(&mut detections.named).into_iter().map(|(name, own)| (renamed(&name), own)).collect();
    Some(ConditionExpr::Or(conditions))
}

/// Selectors that find any or all selections name them, so that selections which come later are none of theirs.
fn close_selectors(detections: &mut Detections) {
    let mut names: Vec<_> = detections.named.keys().cloned().collect();
    names.sort_unstable();
    for condition in &mut detections.conditions {
        visit(condition, &mut |part| {
            let ConditionExpr::Selector { quantifier, pattern } = part else { return };
            let found = names.iter().filter(|name| pattern.matches_detection_name(name));
            let found: Vec<_> = found.cloned().map(ConditionExpr::Identifier).collect();
            if found.is_empty() {
                return;
            }
            *part = match quantifier {
                Quantifier::Any | Quantifier::Count(1) => ConditionExpr::Or(found),
                Quantifier::All => ConditionExpr::And(found),
                Quantifier::Count(_) => return,
            };
        });
    }
}

fn visit(condition: &mut ConditionExpr, change: &mut impl FnMut(&mut ConditionExpr)) {
    match condition {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => {
            for part in parts {
                visit(part, change);
            }
        }
        ConditionExpr::Not(part) => visit(part, change),
        ConditionExpr::Identifier(_) | ConditionExpr::Selector { .. } => change(condition),
    }
}
