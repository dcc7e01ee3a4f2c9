//! Regular expressions are compiled when they are first needed, which most of a pack never are. The library compiles
//! them with their rule; it is given stand-ins for them, which take no time.

use std::borrow::Cow;

use regex::Regex;
use rsigma_eval::CompiledMatcher;
use rsigma_parser::{Detection, DetectionItem, Modifier, SigmaRule, SigmaString, SigmaValue};

use crate::lazy::Lazy;
use crate::sigma::ranges;

/// What a stand-in has behind its flags, with a number behind it. No pattern with it gets a stand-in.
const MARK: char = '\u{F0000}';
/// Ranges of characters of a pattern that is sure to compile; a larger one is left for the library to refuse.
const SURE: usize = 20_000;

/// The patterns that were taken out of a rule.
#[derive(Debug, Default)]
pub(crate) struct Patterns(Vec<String>);

impl Patterns {
    /// Takes the patterns of a rule that are sure to compile.
    pub(crate) fn take(sigma: &mut SigmaRule) -> Self {
        let mut patterns = Self::default();
        sigma.detection.named.values_mut().for_each(|detection| patterns.of_detection(detection));
        patterns
    }

    fn of_detection(&mut self, detection: &mut Detection) {
        match detection {
            Detection::AllOf(items) => items.iter_mut().for_each(|item| self.of_item(item)),
            Detection::AnyOf(parts) | Detection::And(parts) => {
                for part in parts {
                    self.of_detection(part);
                }
            }
            Detection::Keywords(_) | Detection::ArrayMatch { .. } | Detection::Conditional { .. } => {}
        }
    }

    fn of_item(&mut self, item: &mut DetectionItem) {
        if !item.field.has_modifier(Modifier::Re) {
            return;
        }
        for value in &mut item.values {
            if let SigmaValue::String(text) = value {
                let pattern = text.as_plain().unwrap_or_else(|| text.original.clone());
                if let Some(stand_in) = self.stand_in(&pattern) {
                    *text = SigmaString::from_raw(&stand_in);
                }
            }
        }
    }

    /// The library looks at the flags that a pattern begins with: they stay.
    fn stand_in(&mut self, pattern: &str) -> Option<String> {
        if pattern.contains(MARK) || ranges(&regex_syntax::parse(pattern).ok()?) > SURE {
            return None;
        }
        let group = pattern.strip_prefix("(?").unwrap_or_default();
        let letters = group.bytes().take_while(u8::is_ascii_alphabetic).count();
        let flags = match group.as_bytes().get(letters) {
            Some(b')') => pattern.get(..letters + 3)?,
            // `(?i:...)` is for a part only.
            Some(b':' | b'-') if letters > 0 => return None,
            _ => "",
        };
        self.0.push(pattern.get(flags.len()..)?.to_owned());
        Some(format!("{flags}{MARK}{}", self.0.len() - 1))
    }

    /// The pattern that a compiled one stands for.
    pub(crate) fn real(&self, regex: &Regex) -> Lazy {
        if regex.as_str().contains(MARK) {
            Lazy::new(&self.text(regex.as_str()))
        } else {
            regex.clone().into()
        }
    }

    /// The same of a pattern's text.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let known = text.split_once(MARK).and_then(|(flags, number)| {
            Some(format!("{flags}{}", self.0.get(number.parse::<usize>().ok()?)?))
        });
        known.map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Has a matcher stand-ins in it, so that the library must not be asked?
    pub(crate) fn in_matcher(matcher: &CompiledMatcher) -> bool {
        match matcher {
            CompiledMatcher::Regex(regex) => regex.as_str().contains(MARK),
            CompiledMatcher::RegexSetMatch { set, .. } => {
                set.patterns().iter().any(|text| text.contains(MARK))
            }
            CompiledMatcher::Not(child) | CompiledMatcher::TimestampPart { inner: child, .. } => {
                Self::in_matcher(child)
            }
            CompiledMatcher::AnyOf(children)
            | CompiledMatcher::AllOf(children)
            | CompiledMatcher::CaseInsensitiveGroup { children, .. } => children.iter().any(Self::in_matcher),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_says_what_it_stands_for() {
        let mut patterns = Patterns::default();
        for pattern in [r"^a\d+$", "(?i)wget|curl", "(?im)^x", "(?:a|b)c", "(?P<name>a)", "", "(a)(?i)b"] {
            let stand_in = patterns.stand_in(pattern).unwrap();
            let regex = Regex::new(&stand_in).unwrap();
            assert_eq!(patterns.text(regex.as_str()), pattern);
            assert_eq!(patterns.real(&regex).as_str(), pattern);
            // As the library puts flags before it.
            assert_eq!(patterns.text(&format!("(?i){stand_in}")), format!("(?i){pattern}"));
        }
        for pattern in ["(?i:a)b", "a(", r"\w{500}", "a\u{F0000}0"] {
            assert_eq!(patterns.stand_in(pattern), None, "{pattern}");
        }
        assert_eq!(patterns.text("a|b"), "a|b");
    }
}
