//! Literals without which a regular expression cannot match.

use regex_syntax::hir::{Class, Hir, HirKind};

/// More alternatives than this, and the set is no filter.
const MOST: usize = 64;
/// Alternatives of one run of characters: `[ab][cd]` are four.
const MOST_OF_RUN: usize = 16;
/// A shorter literal is nearly everywhere.
const LEAST: usize = 2;

/// Literals in lower case of which every matching text holds one, in lower case. None when there are none, or they
/// say too little. Texts with `ſ`, which is an `s` to a pattern that ignores case, are no matter of this set.
pub(super) fn required(pattern: &str) -> Option<Vec<String>> {
    let hir = regex_syntax::ParserBuilder::new().build().parse(pattern).ok()?;
    let set = of(&hir)?;
    set.iter().all(|literal| literal.len() >= LEAST).then_some(set)
}

fn of(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) | HirKind::Concat(_) => best(runs(hir)),
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => of(&repetition.sub),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(of(part)?);
                all.sort_unstable();
                all.dedup();
                if all.len() > MOST {
                    return None;
                }
            }
            Some(all)
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

/// The sets that a sequence requires, each alone enough.
fn runs(hir: &Hir) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut run = vec![String::new()];
    add(hir, &mut run, &mut found);
    close(&mut run, &mut found);
    found
}

/// Adds a part to the run of characters that stand side by side, or ends the run.
fn add(hir: &Hir, run: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().for_each(|part| add(part, run, found)),
        HirKind::Capture(capture)
            if matches!(capture.sub.kind(), HirKind::Literal(_) | HirKind::Concat(_)) =>
        {
            add(&capture.sub, run, found);
        }
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.is_ascii() => {
                run.iter_mut().for_each(|own| own.push_str(&text.to_ascii_lowercase()));
            }
            _ => close(run, found),
        },
        HirKind::Class(class) => match letters(class) {
            Some(letters) if run.len() * letters.len() <= MOST_OF_RUN => {
                *run = run
                    .iter()
                    .flat_map(|own| letters.iter().map(move |letter| format!("{own}{letter}")))
                    .collect();
            }
            _ => close(run, found),
        },
        // Nothing stands there.
        HirKind::Look(_) | HirKind::Empty => {}
        HirKind::Capture(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {
            close(run, found);
            found.extend(of(hir));
        }
    }
}

fn close(run: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut ended = std::mem::replace(run, vec![String::new()]);
    ended.sort_unstable();
    ended.dedup();
    if ended.iter().all(|literal| !literal.is_empty()) {
        found.push(ended);
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

/// The set whose shortest literal is longest; of those the smallest.
fn best(sets: Vec<Vec<String>>) -> Option<Vec<String>> {
    let shortest = |set: &Vec<String>| set.iter().map(String::len).min().unwrap_or_default();
    sets.into_iter().max_by_key(|set| (shortest(set), std::cmp::Reverse(set.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pattern: &str) -> Option<Vec<String>> {
        required(pattern)
    }

    #[test]
    fn what_must_stand_there() {
        assert_eq!(set("wget"), Some(vec!["wget".to_owned()]));
        assert_eq!(set(r"\s(wget|curl)\s"), Some(vec!["curl".to_owned(), "wget".to_owned()]));
        assert_eq!(set(r"(?i)Wget\s+http"), Some(vec!["http".to_owned()]));
        assert_eq!(set(r"a|bcd"), None, "one letter says nothing");
        assert_eq!(set(r"(abc)?"), None);
        assert_eq!(set(r"(abc)+d"), Some(vec!["abc".to_owned()]));
        assert_eq!(set(r"/etc/(passwd|shadow)"), Some(vec!["passwd".to_owned(), "shadow".to_owned()]));
        assert_eq!(set(r"\d+\.\d+"), None);
    }

    #[test]
    fn case_is_folded_even_where_unicode_folds_it() {
        assert_eq!(set("(?i)kill -9"), Some(vec!["kill -9".to_owned()]));
        assert_eq!(set("[Cc]url"), Some(vec!["curl".to_owned()]));
    }
}
