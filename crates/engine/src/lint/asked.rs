//! Must every event be asked, or is there a literal by which the rule is found?

use regex_syntax::hir::{Class, Hir, HirKind};
use rsigma_eval::{CompiledDetection, CompiledMatcher, CompiledRule};
use rsigma_parser::{ConditionExpr, Quantifier};

use super::Report;

/// A shorter text is nearly everywhere.
const LEAST: usize = 2;
/// A class of so many characters still says something: `[Cc]`.
const NARROW: usize = 4;

pub(super) fn check(report: &mut Report<'_>, rule: &CompiledRule) {
    if !rule.conditions.iter().all(|condition| needs(condition, rule)) {
        let place = report.document.key(&["detection"]);
        report.add("W005", place, "nothing in the detection is a text that every match has".to_owned());
    }
}

fn needs(condition: &ConditionExpr, rule: &CompiledRule) -> bool {
    let named = |name: &String| rule.detections.get(name).is_some_and(detection);
    match condition {
        ConditionExpr::Identifier(name) => named(name),
        ConditionExpr::And(parts) => parts.iter().any(|part| needs(part, rule)),
        ConditionExpr::Or(parts) => parts.iter().all(|part| needs(part, rule)),
        ConditionExpr::Not(_) => false,
        ConditionExpr::Selector { quantifier, pattern } => {
            let mut own = rule.detections.keys().filter(|name| pattern.matches_detection_name(name));
            match quantifier {
                Quantifier::All => own.any(named),
                Quantifier::Any | Quantifier::Count(_) => own.all(named),
            }
        }
    }
}

fn detection(of: &CompiledDetection) -> bool {
    match of {
        CompiledDetection::AllOf(items) => {
            items.iter().any(|item| item.exists.is_none() && matcher(&item.matcher))
        }
        CompiledDetection::And(parts) => parts.iter().any(detection),
        CompiledDetection::AnyOf(parts) => parts.iter().all(detection),
        CompiledDetection::Keywords(own) => matcher(own),
        CompiledDetection::ArrayMatch { .. } | CompiledDetection::Conditional { .. } => false,
    }
}

fn matcher(of: &CompiledMatcher) -> bool {
    match of {
        CompiledMatcher::Exact { value, .. }
        | CompiledMatcher::Contains { value, .. }
        | CompiledMatcher::StartsWith { value, .. }
        | CompiledMatcher::EndsWith { value, .. } => value.len() >= LEAST,
        CompiledMatcher::AhoCorasickSet { needles, .. } => needles.iter().all(|needle| needle.len() >= LEAST),
        CompiledMatcher::Regex(regex) => pattern(regex.as_str()),
        CompiledMatcher::RegexSetMatch { set, .. } => set.patterns().iter().all(|own| pattern(own)),
        CompiledMatcher::AllOf(children) => children.iter().any(matcher),
        CompiledMatcher::AnyOf(children) | CompiledMatcher::CaseInsensitiveGroup { children, .. } => {
            children.iter().all(matcher)
        }
        // Numbers, networks and the like are compared with one field each, which is cheap.
        CompiledMatcher::Not(_) | CompiledMatcher::Null | CompiledMatcher::Exists(_) => false,
        _ => true,
    }
}

fn pattern(pattern: &str) -> bool {
    regex_syntax::parse(pattern).is_ok_and(|hir| has_run(&hir))
}

/// Does every text that matches hold a run of known characters?
fn has_run(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.len() >= LEAST,
        HirKind::Capture(capture) => has_run(&capture.sub),
        HirKind::Repetition(repetition) => {
            repetition.min > 0 && (has_run(&repetition.sub) || narrow(hir) >= LEAST)
        }
        HirKind::Alternation(parts) => parts.iter().all(has_run),
        HirKind::Concat(parts) => {
            let mut run = 0;
            parts.iter().any(|part| {
                run = match narrow(part) {
                    0 if is_empty(part) => run,
                    0 => 0,
                    more => run + more,
                };
                run >= LEAST || has_run(part)
            })
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => false,
    }
}

/// How many known characters a part is; 0 for one that may be many things.
fn narrow(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
            usize::from((1..=NARROW).contains(&count))
        }
        HirKind::Capture(capture) => narrow(&capture.sub),
        HirKind::Alternation(parts) => parts.iter().map(narrow).min().unwrap_or(0),
        HirKind::Concat(parts) if parts.iter().all(|part| narrow(part) > 0) => parts.iter().map(narrow).sum(),
        HirKind::Repetition(repetition) => narrow(&repetition.sub) * repetition.min.min(2) as usize,
        _ => 0,
    }
}

fn is_empty(hir: &Hir) -> bool {
    matches!(hir.kind(), HirKind::Empty | HirKind::Look(_))
}
