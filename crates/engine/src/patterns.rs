//! Regular expressions are compiled when they are first needed, which most of a pack never are. The library compiles
//! them with their rule; it is given stand-ins for them, which take no time.

use std::borrow::Cow;

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};
use rsigma_eval::CompiledMatcher;
use rsigma_parser::{Detection, DetectionItem, Modifier, SigmaRule, SigmaString, SigmaValue};

use crate::lazy::Lazy;
use crate::matching::{Need, required, required_by};
use crate::problem::Fault;

/// What is said of a rule whose patterns need more than [`MOST`].
pub(crate) const TOO_LARGE: &str = "its patterns are too large together; count less, or split the rule";
/// Ranges of characters of all patterns of a rule, repeated as often as they say. Compiled, one takes up to a kilobyte.
const MOST: usize = 200_000;
/// The same of a pattern that is sure to compile; a larger one is left for the library to refuse.
const SURE: usize = 9_000;
/// What a stand-in has behind its flags, with a number behind it.
const MARK: char = '\u{F0000}';

/// The patterns that were taken out of a rule.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    taken: Vec<Taken>,
    ranges: usize,
    /// A pattern of the rule has the mark itself.
    marked: bool,
}

#[derive(Debug)]
struct Taken {
    /// Without the flags before it.
    pattern: String,
    /// Its own, behind those that the library puts there.
    flags: String,
    /// With these flags.
    need: Option<Need>,
}

impl Patterns {
    /// Takes the patterns of a rule that are sure to compile.
    ///
    /// # Errors
    /// [`Fault::Uncompilable`], when all of them together are too large.
    pub(crate) fn take(sigma: &mut SigmaRule) -> Result<Self, Fault> {
        let mut patterns = Self::default();
        let mut detection = sigma.detection.clone();
        detection.named.values_mut().try_for_each(|named| patterns.of_detection(named))?;
        if patterns.marked {
            return Ok(Self::default());
        }
        sigma.detection = detection;
        Ok(patterns)
    }

    fn of_detection(&mut self, detection: &mut Detection) -> Result<(), Fault> {
        match detection {
            Detection::AllOf(items) => items.iter_mut().try_for_each(|item| self.of_item(item)),
            Detection::AnyOf(parts) | Detection::And(parts) => {
                parts.iter_mut().try_for_each(|part| self.of_detection(part))
            }
            Detection::Keywords(_) | Detection::ArrayMatch { .. } | Detection::Conditional { .. } => Ok(()),
        }
    }

    fn of_item(&mut self, item: &mut DetectionItem) -> Result<(), Fault> {
        if !item.field.has_modifier(Modifier::Re) {
            return Ok(());
        }
        let flags = added(item);
        for value in &mut item.values {
            if let SigmaValue::String(text) = value {
                let pattern = text.as_plain().unwrap_or_else(|| text.original.clone());
                if let Some(stand_in) = self.stand_in(&flags, &pattern) {
                    *text = SigmaString::from_raw(&stand_in);
                }
            }
            if self.ranges > MOST {
                return Err(Fault::Uncompilable(TOO_LARGE.to_owned()));
            }
        }
        Ok(())
    }

    /// None for a pattern that stays as it is. `added` are the flags that the library will put before it.
    fn stand_in(&mut self, added: &str, pattern: &str) -> Option<String> {
        self.marked |= pattern.contains(MARK);
        // Whoever compiles it says what is wrong with it.
        let hir = regex_syntax::parse(&format!("{added}{pattern}")).ok()?;
        let ranges = ranges(&hir);
        self.ranges = self.ranges.saturating_add(ranges);
        if ranges > SURE {
            return None;
        }
        // The library looks at the flags that a pattern begins with: they stay.
        let group = pattern.strip_prefix("(?").unwrap_or_default();
        let letters = group.bytes().take_while(u8::is_ascii_alphabetic).count();
        let flags = match group.as_bytes().get(letters) {
            Some(b')') => pattern.get(..letters + 3)?,
            // `(?i:...)` is for a part only.
            Some(b':' | b'-') if letters > 0 => return None,
            _ => "",
        };
        let stand_in = format!("{flags}{MARK}{}", self.taken.len());
        let pattern = pattern.get(flags.len()..)?.to_owned();
        self.taken.push(Taken { pattern, flags: format!("{added}{flags}"), need: required_by(&hir) });
        Some(stand_in)
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
        match self.taken(text) {
            Some((flags, taken)) => Cow::Owned(format!("{flags}{}", taken.pattern)),
            None => Cow::Borrowed(text),
        }
    }

    /// What every text holds that a compiled pattern, or the one that it stands for, matches.
    pub(crate) fn need(&self, text: &str) -> Option<Need> {
        match self.taken(text) {
            Some((flags, taken)) if taken.flags == flags => taken.need.clone(),
            _ => required(&self.text(text)),
        }
    }

    /// What a text stands for, and the flags before it.
    fn taken<'t>(&self, text: &'t str) -> Option<(&'t str, &Taken)> {
        let (flags, number) = text.split_once(MARK)?;
        Some((flags, self.taken.get(number.parse::<usize>().ok()?)?))
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

/// The flags that the library puts before the patterns of an item.
fn added(item: &DetectionItem) -> String {
    let flags = [(Modifier::IgnoreCase, 'i'), (Modifier::Multiline, 'm'), (Modifier::DotAll, 's')];
    let set = flags.into_iter().filter(|(modifier, _)| item.field.has_modifier(*modifier));
    let letters: String = set.map(|(_, letter)| letter).collect();
    if letters.is_empty() { letters } else { format!("(?{letters})") }
}

/// The ranges of characters of a pattern, repeated as often as it says.
fn ranges(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len(),
        // Where it begins and where it ends.
        HirKind::Capture(group) => ranges(&group.sub).saturating_add(2),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            ranges(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(ranges).fold(0, usize::saturating_add)
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
            let stand_in = patterns.stand_in("", pattern).unwrap();
            let regex = Regex::new(&stand_in).unwrap();
            assert_eq!(patterns.text(regex.as_str()), pattern);
            assert_eq!(patterns.real(&regex).as_str(), pattern);
            // As the library puts flags before it.
            assert_eq!(patterns.text(&format!("(?i){stand_in}")), format!("(?i){pattern}"));
        }
        for pattern in ["(?i:a)b", "a(", r"\w{500}"] {
            assert_eq!(patterns.stand_in("", pattern), None, "{pattern}");
        }
        assert_eq!(patterns.text("a|b"), "a|b");
    }

    #[test]
    fn what_is_needed_is_that_of_the_whole_pattern() {
        let mut patterns = Patterns::default();
        for (added, pattern) in
            [("", "wget [ab]x"), ("(?i)", "Wget"), ("(?im)", "(?s)^Wget.x"), ("", r"\w+"), ("", "[Ss]kip")]
        {
            let stand_in = patterns.stand_in(added, pattern).unwrap();
            assert_eq!(patterns.need(&format!("{added}{stand_in}")), required(&format!("{added}{pattern}")));
            // With flags that nobody said the library would put there.
            assert_eq!(patterns.need(&format!("(?x){stand_in}")), required(&format!("(?x){pattern}")));
        }
        assert_eq!(patterns.need("plain"), required("plain"));
    }

    #[test]
    fn what_is_sure_to_compile_does() {
        let classes = [
            "(?s).",
            ".",
            r"[^\x00-\x1f]",
            r"\d",
            "(?i:k)",
            "é",
            r"\W",
            "[a-zA-Z0-9]",
            "(?i)(ſ|s)",
            "((((((((a))))))))",
        ];
        for class in classes {
            let times = SURE / ranges(&regex_syntax::parse(class).unwrap());
            let pattern = format!("({class}){{{times}}}");
            for flags in ["", "(?i)", "(?ims)"] {
                assert!(Regex::new(&format!("{flags}{pattern}")).is_ok(), "{flags}{pattern}");
            }
        }
    }
}
