//! Literals without which a regular expression cannot match.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::atom::Place;

/// More literals than this in one set, and it is no filter.
const MOST: usize = 64;
/// Alternatives of one run of characters: `[ab][cd]` are four.
const MOST_OF_RUN: usize = 16;
/// Sets of one sequence that are kept, the most telling.
const MOST_SETS: usize = 3;

/// What every matching text holds, in lower case. Texts with `ſ`, which is an `s` to a pattern that ignores case, are
/// no matter of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Need {
    /// One of these.
    Literals(Vec<(String, Place)>),
    All(Vec<Need>),
    Any(Vec<Need>),
}

/// None when a pattern needs no literal, or none that says enough.
pub(crate) fn required(pattern: &str) -> Option<Need> {
    required_by(&regex_syntax::parse(pattern).ok()?)
}

/// The same of a pattern that is parsed.
pub(crate) fn required_by(pattern: &Hir) -> Option<Need> {
    of(pattern, false)
}

/// `start`: what matches begins where the text does.
fn of(hir: &Hir, start: bool) -> Option<Need> {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) | HirKind::Concat(_) => sequence(hir, start),
        HirKind::Capture(capture) => of(&capture.sub, start),
        HirKind::Repetition(repetition) if repetition.min > 0 => of(&repetition.sub, start),
        HirKind::Alternation(parts) => {
            any(parts.iter().map(|part| of(part, start)).collect::<Option<_>>()?)
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

/// One of several needs; sets of literals become one set.
fn any(needs: Vec<Need>) -> Option<Need> {
    let (mut literals, mut others) = (Vec::new(), Vec::new());
    for need in needs {
        match need {
            Need::Literals(own) => literals.extend(own),
            Need::Any(own) => others.extend(own),
            Need::All(_) => others.push(need),
        }
    }
    literals.sort_unstable();
    literals.dedup();
    if literals.len() > MOST || others.len() > MOST {
        return None;
    }
    if others.is_empty() {
        return Some(Need::Literals(literals));
    }
    if !literals.is_empty() {
        others.push(Need::Literals(literals));
    }
    Some(Need::Any(others))
}

/// The most telling of what the parts of a sequence need.
fn sequence(hir: &Hir, start: bool) -> Option<Need> {
    let mut run = Run { texts: vec![String::new()], start, found: Vec::new(), begun: false };
    run.add(hir);
    run.close(false);
    let mut needs = run.found;
    needs.retain(|need| weight(need) > 0);
    needs.sort_by_key(|need| std::cmp::Reverse(weight(need)));
    needs.truncate(MOST_SETS);
    if needs.len() > 1 { Some(Need::All(needs)) } else { needs.pop() }
}

/// How much a need says: the length of its shortest literal. A character alone says something when it is rare.
fn weight(need: &Need) -> usize {
    match need {
        Need::Literals(literals) => {
            literals.iter().map(|(text, place)| telling(text, *place)).min().unwrap_or(0)
        }
        Need::All(needs) => needs.iter().map(weight).max().unwrap_or(0),
        Need::Any(needs) => needs.iter().map(weight).min().unwrap_or(0),
    }
}

fn telling(text: &str, place: Place) -> usize {
    let rare = |char: u8| char.is_ascii_punctuation() && !b"/-._".contains(&char);
    match text.as_bytes() {
        [char] if place == Place::Anywhere && !rare(*char) => 0,
        bytes => bytes.len() * 2 + usize::from(place != Place::Anywhere),
    }
}

/// Characters that stand side by side, while a sequence is read.
struct Run {
    /// The ways in which they may read.
    texts: Vec<String>,
    /// They begin where the text does.
    start: bool,
    found: Vec<Need>,
    /// Something came before them, or they have begun.
    begun: bool,
}

impl Run {
    fn add(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.add(part)),
            HirKind::Capture(capture) if plain(&capture.sub) => self.add(&capture.sub),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) if text.is_ascii() => {
                    self.texts.iter_mut().for_each(|own| own.push_str(&text.to_ascii_lowercase()));
                    self.begun = true;
                }
                _ => self.close(false),
            },
            HirKind::Class(class) => match letters(class) {
                Some(letters) if self.texts.len() * letters.len() <= MOST_OF_RUN => {
                    let longer = |own: &String| {
                        letters.iter().map(move |letter| format!("{own}{letter}")).collect::<Vec<_>>()
                    };
                    self.texts = self.texts.iter().flat_map(longer).collect();
                    self.begun = true;
                }
                _ => self.close(false),
            },
            HirKind::Look(Look::Start) => {
                self.close(false);
                self.start = true;
            }
            HirKind::Look(Look::End) => self.close(true),
            // Nothing stands there.
            HirKind::Look(_) | HirKind::Empty => {}
            HirKind::Capture(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {
                let start = self.start && !self.begun;
                self.close(false);
                self.found.extend(of(hir, start));
            }
        }
    }

    /// The run ends here, or the text does too.
    fn close(&mut self, end: bool) {
        let mut texts = std::mem::replace(&mut self.texts, vec![String::new()]);
        let start = std::mem::take(&mut self.start);
        if std::mem::take(&mut self.begun) {
            texts.sort_unstable();
            texts.dedup();
            let place = match (start, end) {
                (true, true) => Place::Whole,
                (true, false) => Place::Start,
                (false, true) => Place::End,
                (false, false) => Place::Anywhere,
            };
            self.found.push(Need::Literals(texts.into_iter().map(|text| (text, place)).collect()));
        }
    }
}

/// Nothing but characters, so that a run goes on through it.
fn plain(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => true,
        HirKind::Concat(parts) => parts.iter().all(plain),
        _ => false,
    }
}

/// The few letters of a class in lower case. To a pattern that ignores case the sign of kelvin is a `k`, `ſ` an `s`.
fn letters(class: &Class) -> Option<Vec<char>> {
    let Class::Unicode(class) = class else { return None };
    let mut letters = Vec::new();
    for range in class.ranges() {
        if range.len() > 4 {
            return None;
        }
        for char in range.start()..=range.end() {
            match char {
                '\u{212A}' => letters.push('k'),
                '\u{17F}' => letters.push('s'),
                char if char.is_ascii() => letters.push(char.to_ascii_lowercase()),
                _ => return None,
            }
        }
    }
    letters.sort_unstable();
    letters.dedup();
    (!letters.is_empty() && letters.len() <= 4).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> Need {
        Need::Literals(texts.iter().map(|text| ((*text).to_owned(), Place::Anywhere)).collect())
    }

    #[test]
    fn what_must_stand_there() {
        assert_eq!(required("wget"), Some(set(&["wget"])));
        assert_eq!(required(r"\s(wget|curl)\s"), Some(set(&["curl", "wget"])));
        assert_eq!(required(r"(?i)Wget\s+http"), Some(Need::All(vec![set(&["wget"]), set(&["http"])])));
        assert_eq!(required(r"(a|bcd)"), None, "one letter says nothing");
        assert_eq!(required(r"\s(<|bcd)\s"), Some(set(&["<", "bcd"])), "one rare character does");
        assert_eq!(required(r"(abc)?"), None);
        assert_eq!(required(r"\d+\.\d+"), None);
        assert_eq!(
            required(r"/etc/(passwd|shadow)"),
            Some(Need::All(vec![set(&["passwd", "shadow"]), set(&["/etc/"])]))
        );
        let both = Need::All(vec![set(&["abc"]), set(&["xy"])]);
        assert_eq!(required(r"abc.*xy|zz"), Some(Need::Any(vec![both, set(&["zz"])])));
    }

    #[test]
    fn the_ends_of_the_text_are_places() {
        let at = |text: &str, place| Some(Need::Literals(vec![(text.to_owned(), place)]));
        assert_eq!(required(r"^\./\S+"), at("./", Place::Start));
        assert_eq!(required(r"\d\.sh$"), at(".sh", Place::End));
        assert_eq!(required(r"^(abc)$"), at("abc", Place::Whole));
        let either = vec![(".".to_owned(), Place::Start), ("/tmp/".to_owned(), Place::Start)];
        assert_eq!(required(r"^(\.\w|/tmp/)|^\.\d"), Some(Need::Literals(either)));
        assert_eq!(required(r"(?m)^abc"), at("abc", Place::Anywhere));
    }

    #[test]
    fn case_is_folded_even_where_unicode_folds_it() {
        assert_eq!(required("(?i)kill -9"), Some(set(&["kill -9"])));
        assert_eq!(required("[Cc]url"), Some(set(&["curl"])));
    }
}
