//! Which bytes made a rule match. Computed only for rules that did.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex::Regex;
use rsigma_eval::{CompiledDetection, CompiledMatcher, CompiledRule};
use vespid_model::span::{Span, merge};

use crate::lazy::Lazy;
use crate::matching::selections;
use crate::patterns::Patterns;
use crate::tagger::MAX_SPANS;
use crate::view::{View, separates};

/// A rule's patterns, by its selections in the order of their names.
#[derive(Debug)]
pub(crate) struct Finder(Vec<Vec<Item>>);

/// What a selection asks of one field, or of any text.
#[derive(Debug)]
struct Item {
    field: Option<String>,
    seek: Seek,
}

/// A pattern that says which bytes it means.
#[derive(Debug)]
enum Seek {
    Exact {
        value: String,
        fold: bool,
    },
    Contains {
        value: String,
        fold: bool,
    },
    Start {
        value: String,
        fold: bool,
    },
    End {
        value: String,
        fold: bool,
    },
    Regex(Lazy),
    Words {
        automaton: AhoCorasick,
        fold: bool,
    },
    Several(Vec<Seek>),
    /// All of the field.
    Whole,
    /// No bytes: that something is absent, or equal to something else.
    Nothing,
}

impl Finder {
    pub(crate) fn new(rule: &CompiledRule, patterns: &Patterns) -> Self {
        let details = selections(rule).into_iter().filter_map(|name| rule.detections.get(name));
        Self(details.map(|detection| items(detection, patterns, Vec::new())).collect())
    }

    /// The raw bytes that the selections of a mask matched; the whole view where no pattern says which. Never empty
    /// for a view that has text.
    pub(crate) fn spans(&self, mask: u64, view: &View<'_>) -> Vec<Span> {
        let mut found = Vec::new();
        let chosen = self.0.iter().take(64).enumerate().filter(|(place, _)| mask & (1 << place) != 0);
        for item in chosen.flat_map(|(_, items)| items) {
            match &item.field {
                Some(field) => item.seek.in_field(field, view, &mut found),
                None => match view {
                    View::Process { .. } => item.seek.in_field("CommandLine", view, &mut found),
                    View::Body(body) => {
                        for name in body.names() {
                            item.seek.in_field(name, view, &mut found);
                        }
                    }
                },
            }
        }
        if found.is_empty() { view.whole() } else { merge(found) }
    }
}

fn items(detection: &CompiledDetection, patterns: &Patterns, mut found: Vec<Item>) -> Vec<Item> {
    match detection {
        CompiledDetection::AllOf(items) => {
            found.extend(
                items
                    .iter()
                    .map(|item| Item { field: item.field.clone(), seek: Seek::new(&item.matcher, patterns) }),
            );
        }
        CompiledDetection::AnyOf(parts) | CompiledDetection::And(parts) => {
            for part in parts {
                found = items(part, patterns, found);
            }
        }
        CompiledDetection::Keywords(matcher) => {
            found.push(Item { field: None, seek: Seek::new(matcher, patterns) });
        }
        CompiledDetection::ArrayMatch { .. } | CompiledDetection::Conditional { .. } => {}
    }
    found
}

impl Seek {
    fn new(matcher: &CompiledMatcher, patterns: &Patterns) -> Self {
        let several = |children: &[CompiledMatcher]| {
            Self::Several(children.iter().map(|child| Self::new(child, patterns)).collect())
        };
        match matcher {
            CompiledMatcher::Exact { value, case_insensitive: fold } => {
                Self::Exact { value: value.clone(), fold: *fold }
            }
            CompiledMatcher::Contains { value, case_insensitive: fold } => {
                Self::Contains { value: value.clone(), fold: *fold }
            }
            CompiledMatcher::StartsWith { value, case_insensitive: fold } => {
                Self::Start { value: value.clone(), fold: *fold }
            }
            CompiledMatcher::EndsWith { value, case_insensitive: fold } => {
                Self::End { value: value.clone(), fold: *fold }
            }
            CompiledMatcher::Regex(regex) => Self::Regex(patterns.real(regex)),
            CompiledMatcher::AhoCorasickSet { automaton, case_insensitive: fold, .. } => {
                Self::Words { automaton: automaton.clone(), fold: *fold }
            }
            CompiledMatcher::RegexSetMatch { set, .. } => {
                let one = |pattern: &String| Self::Regex(Lazy::new(&patterns.text(pattern)));
                Self::Several(set.patterns().iter().map(one).collect())
            }
            CompiledMatcher::AnyOf(children)
            | CompiledMatcher::AllOf(children)
            | CompiledMatcher::CaseInsensitiveGroup { children, .. } => several(children),
            CompiledMatcher::NumericEq(_)
            | CompiledMatcher::NumericGt(_)
            | CompiledMatcher::NumericGte(_)
            | CompiledMatcher::NumericLt(_)
            | CompiledMatcher::NumericLte(_)
            | CompiledMatcher::Cidr(_)
            | CompiledMatcher::BoolEq(_)
            | CompiledMatcher::TimestampPart { .. } => Self::Whole,
            CompiledMatcher::Exists(_)
            | CompiledMatcher::FieldRef { .. }
            | CompiledMatcher::Null
            | CompiledMatcher::Expand { .. }
            | CompiledMatcher::Not(_) => Self::Nothing,
        }
    }

    fn in_field(&self, field: &str, view: &View<'_>, found: &mut Vec<Span>) {
        match view.text(field) {
            Some(text) => {
                let mut ranges = Vec::new();
                self.ranges(&Text::new(&text), &mut ranges);
                found.extend(ranges.into_iter().filter_map(|range| view.raw(field, range)));
            }
            None => {
                for (element, span) in view.elements(field) {
                    let mut ranges = Vec::new();
                    self.ranges(&Text::new(&element), &mut ranges);
                    found.extend((!ranges.is_empty()).then_some(span));
                }
            }
        }
    }

    /// Everywhere that the pattern matches, up to the limit of a tag.
    fn ranges(&self, text: &Text<'_>, ranges: &mut Vec<Range<usize>>) {
        match self {
            Self::Exact { value, fold } => {
                if text.is(value, *fold) {
                    ranges.push(0..text.raw.len());
                }
            }
            Self::Contains { value, fold } => text.all(value, *fold, ranges),
            Self::Start { value, fold } => {
                ranges.extend(text.starts(value, *fold).then(|| 0..value.len().min(text.raw.len())));
            }
            Self::End { value, fold } => {
                let start = text.raw.len().saturating_sub(value.len());
                ranges.extend(text.ends(value, *fold).then_some(start..text.raw.len()));
            }
            Self::Regex(regex) => {
                if let Some(regex) = regex.get() {
                    matches(regex, text.raw, ranges);
                }
            }
            Self::Words { automaton, fold } => {
                let searched = if *fold { text.folded() } else { text.raw };
                if let Ok(found) = automaton.try_find_overlapping_iter(searched) {
                    ranges.extend(found.take(MAX_SPANS).map(|found| found.range()));
                }
            }
            Self::Several(children) => children.iter().for_each(|child| child.ranges(text, ranges)),
            Self::Whole => ranges.push(0..text.raw.len()),
            Self::Nothing => {}
        }
    }
}

/// A field's text. ASCII is folded, which keeps lengths; where only Unicode folding finds a pattern, the whole text
/// is shown.
struct Text<'t> {
    raw: &'t str,
    folded: OnceCell<Cow<'t, str>>,
}

impl<'t> Text<'t> {
    const fn new(raw: &'t str) -> Self {
        Self { raw, folded: OnceCell::new() }
    }

    fn folded(&self) -> &str {
        self.folded.get_or_init(|| {
            if self.raw.bytes().any(|byte| byte.is_ascii_uppercase()) {
                Cow::Owned(self.raw.to_ascii_lowercase())
            } else {
                Cow::Borrowed(self.raw)
            }
        })
    }

    fn searched(&self, fold: bool) -> &str {
        if fold { self.folded() } else { self.raw }
    }

    fn is(&self, value: &str, fold: bool) -> bool {
        self.searched(fold) == value || (self.beyond_ascii(fold) && self.raw.to_lowercase() == value)
    }

    fn starts(&self, value: &str, fold: bool) -> bool {
        self.searched(fold).starts_with(value)
            || (self.beyond_ascii(fold) && self.raw.to_lowercase().starts_with(value))
    }

    fn ends(&self, value: &str, fold: bool) -> bool {
        self.searched(fold).ends_with(value)
            || (self.beyond_ascii(fold) && self.raw.to_lowercase().ends_with(value))
    }

    fn all(&self, value: &str, fold: bool, ranges: &mut Vec<Range<usize>>) {
        let before = ranges.len();
        let places = self.searched(fold).match_indices(value);
        ranges.extend(places.take(MAX_SPANS).map(|(place, found)| place..place + found.len()));
        if ranges.len() == before && self.beyond_ascii(fold) && self.raw.to_lowercase().contains(value) {
            ranges.push(0..self.raw.len());
        }
    }

    fn beyond_ascii(&self, fold: bool) -> bool {
        fold && !self.raw.is_ascii()
    }
}

/// Every match of `regex`. The blanks and separators that one ends with may begin the next: ` /a( |$)` is twice in
/// ` /a /a`.
fn matches(regex: &Regex, text: &str, ranges: &mut Vec<Range<usize>>) {
    let mut from = 0;
    let mut count = 0;
    while let Some(found) = regex.find_at(text, from).filter(|_| count < MAX_SPANS) {
        ranges.push(found.range());
        count += 1;
        let next = found.start() + found.as_str().trim_end_matches(separates).len();
        if next <= from {
            break;
        }
        from = next;
    }
}
