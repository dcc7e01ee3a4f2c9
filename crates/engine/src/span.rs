//! Which bytes made a rule match. Computed only for rules that did.

use std::ops::Range;

use regex::Regex;
use rsigma_eval::{CompiledDetection, CompiledMatcher, CompiledRule};
use vespid_model::span::{Span, merge};

use crate::view::View;

/// The raw bytes that the selections matched; the whole view where no pattern says which. Never empty for a
/// view that has text.
pub(crate) fn spans(rule: &CompiledRule, selections: &[String], view: &View<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    for selection in selections.iter().filter_map(|name| rule.detections.get(name)) {
        detection(selection, view, &mut found);
    }
    if found.is_empty() { view.whole() } else { merge(found) }
}

fn detection(detection_: &CompiledDetection, view: &View<'_>, found: &mut Vec<Span>) {
    match detection_ {
        CompiledDetection::AllOf(items) => {
            for item in items {
                match &item.field {
                    Some(field) => in_field(&item.matcher, field, view, found),
                    None => keywords(&item.matcher, view, found),
                }
            }
        }
        CompiledDetection::AnyOf(parts) | CompiledDetection::And(parts) => {
            for part in parts {
                detection(part, view, found);
            }
        }
        CompiledDetection::Keywords(matcher) => keywords(matcher, view, found),
        CompiledDetection::ArrayMatch { .. } | CompiledDetection::Conditional { .. } => {}
    }
}

fn in_field(matcher: &CompiledMatcher, field: &str, view: &View<'_>, found: &mut Vec<Span>) {
    match view.text(field) {
        Some(text) => {
            let mut ranges = Vec::new();
            ranges_of(matcher, text, &mut ranges);
            found.extend(ranges.into_iter().filter_map(|range| view.raw(field, range)));
        }
        // A list of texts: all of them are shown.
        None => found.extend(view.raw(field, 0..0)),
    }
}

fn keywords(matcher: &CompiledMatcher, view: &View<'_>, found: &mut Vec<Span>) {
    match view {
        View::Process { .. } => in_field(matcher, "CommandLine", view, found),
        View::Body(fields) => fields.iter().for_each(|(name, _)| in_field(matcher, name, view, found)),
    }
}

/// Where a matcher matches a text; nothing for matchers that say something else than "these bytes are there".
fn ranges_of(matcher: &CompiledMatcher, text: &str, ranges: &mut Vec<Range<usize>>) {
    match matcher {
        CompiledMatcher::Exact { value, case_insensitive } => {
            let same = if *case_insensitive { text.to_lowercase() == *value } else { text == value };
            if same {
                ranges.push(0..text.len());
            }
        }
        CompiledMatcher::Contains { value, case_insensitive } => {
            ranges.extend(find(text, value, *case_insensitive));
        }
        CompiledMatcher::StartsWith { value, case_insensitive } => {
            ranges.extend(find(text, value, *case_insensitive).filter(|range| range.start == 0));
        }
        CompiledMatcher::EndsWith { value, case_insensitive } => {
            let from = text.len().saturating_sub(value.len());
            let tail = text.get(from..).and_then(|tail| find(tail, value, *case_insensitive));
            ranges.extend(tail.map(|range| from + range.start..from + range.end));
        }
        CompiledMatcher::Regex(regex) => ranges.extend(regex.find(text).map(|found| found.range())),
        CompiledMatcher::AhoCorasickSet { needles, case_insensitive, .. } => {
            ranges.extend(needles.iter().filter_map(|needle| find(text, needle, *case_insensitive)));
        }
        CompiledMatcher::RegexSetMatch { set, .. } => {
            let matching = set.matches(text);
            let patterns = set.patterns();
            // Compiled anew: only for rules that matched, and only for the patterns that did.
            let regexes = matching.iter().filter_map(|place| Regex::new(patterns.get(place)?).ok());
            ranges.extend(regexes.filter_map(|regex| regex.find(text).map(|found| found.range())));
        }
        CompiledMatcher::AnyOf(children)
        | CompiledMatcher::AllOf(children)
        | CompiledMatcher::CaseInsensitiveGroup { children, .. } => {
            for child in children {
                ranges_of(child, text, ranges);
            }
        }
        CompiledMatcher::NumericEq(_)
        | CompiledMatcher::NumericGt(_)
        | CompiledMatcher::NumericGte(_)
        | CompiledMatcher::NumericLt(_)
        | CompiledMatcher::NumericLte(_)
        | CompiledMatcher::Cidr(_)
        | CompiledMatcher::BoolEq(_)
        | CompiledMatcher::TimestampPart { .. } => ranges.push(0..text.len()),
        CompiledMatcher::Exists(_)
        | CompiledMatcher::FieldRef { .. }
        | CompiledMatcher::Null
        | CompiledMatcher::Expand { .. }
        | CompiledMatcher::Not(_) => {}
    }
}

/// The first place of `needle`, which is lower case when case does not matter. ASCII is folded, which keeps
/// lengths; where only Unicode folding finds it, the whole text is shown.
fn find(text: &str, needle: &str, case_insensitive: bool) -> Option<Range<usize>> {
    let at = |place: usize| place..place + needle.len();
    if !case_insensitive {
        return text.find(needle).map(at);
    }
    if let Some(place) = text.to_ascii_lowercase().find(needle) {
        return Some(at(place));
    }
    (!text.is_ascii() && text.to_lowercase().contains(needle)).then_some(0..text.len())
}
