//! Which bytes made a rule match. Computed only for rules that did.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;
use rsigma_eval::{CompiledDetection, CompiledMatcher, CompiledRule};
use vespid_model::span::{Span, merge};

use crate::evaluate::selected;
use crate::tagger::MAX_SPANS;
use crate::view::{View, separates};

/// The raw bytes that the selections matched; the whole view where no pattern says which. Never empty for a
/// view that has text.
pub(crate) fn spans(rule: &CompiledRule, selections: u64, view: &View<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    for selection in selected(rule, selections).filter_map(|name| rule.detections.get(name)) {
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
            ranges_of(matcher, &text, &mut ranges);
            found.extend(ranges.into_iter().filter_map(|range| view.raw(field, range)));
        }
        None => {
            for (element, span) in view.elements(field) {
                let mut ranges = Vec::new();
                ranges_of(matcher, element, &mut ranges);
                found.extend((!ranges.is_empty()).then_some(span));
            }
        }
    }
}

fn keywords(matcher: &CompiledMatcher, view: &View<'_>, found: &mut Vec<Span>) {
    match view {
        View::Process { .. } => in_field(matcher, "CommandLine", view, found),
        View::Body(fields) => fields.iter().for_each(|(name, _)| in_field(matcher, name, view, found)),
    }
}

/// Everywhere that a matcher matches a text, each pattern up to the limit of a tag; nothing for matchers that say
/// something else than "these bytes are there".
fn ranges_of(matcher: &CompiledMatcher, text: &str, ranges: &mut Vec<Range<usize>>) {
    match matcher {
        CompiledMatcher::Exact { value, case_insensitive } => {
            let same = if *case_insensitive { text.to_lowercase() == *value } else { text == value };
            if same {
                ranges.push(0..text.len());
            }
        }
        CompiledMatcher::Contains { value, case_insensitive } => {
            ranges.extend(all(text, value, *case_insensitive));
        }
        CompiledMatcher::StartsWith { value, case_insensitive } => {
            ranges.extend(find(text, value, *case_insensitive).filter(|range| range.start == 0));
        }
        CompiledMatcher::EndsWith { value, case_insensitive } => {
            let from = text.len().saturating_sub(value.len());
            let tail = text.get(from..).and_then(|tail| find(tail, value, *case_insensitive));
            ranges.extend(tail.map(|range| from + range.start..from + range.end));
        }
        CompiledMatcher::Regex(regex) => ranges.extend(matches(regex, text)),
        CompiledMatcher::AhoCorasickSet { needles, case_insensitive, .. } => {
            ranges.extend(needles.iter().flat_map(|needle| all(text, needle, *case_insensitive)));
        }
        CompiledMatcher::RegexSetMatch { set, .. } => {
            let matching = set.matches(text);
            let patterns = set.patterns();
            // Compiled anew: only for rules that matched, and only for the patterns that did.
            let regexes = matching.iter().filter_map(|place| Regex::new(patterns.get(place)?).ok());
            regexes.for_each(|regex| ranges.extend(matches(&regex, text)));
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

/// Every place of `needle`, as [`find`] has the first.
fn all(text: &str, needle: &str, case_insensitive: bool) -> Vec<Range<usize>> {
    let folded = if case_insensitive { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
    let places = folded.match_indices(needle).map(|(place, found)| place..place + found.len());
    let mut places: Vec<_> = places.take(MAX_SPANS).collect();
    if places.is_empty() {
        places.extend(find(text, needle, case_insensitive));
    }
    places
}

/// Every match of `regex`. The blanks and separators that one ends with may begin the next: ` /a( |$)` is twice in
/// ` /a /a`.
fn matches(regex: &Regex, text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(found) = regex.find_at(text, from).filter(|_| places.len() < MAX_SPANS) {
        places.push(found.range());
        let next = found.start() + found.as_str().trim_end_matches(separates).len();
        if next <= from {
            break;
        }
        from = next;
    }
    places
}
