//! What somebody may have meant.

/// Names that are offered.
const OFFERED: usize = 3;
/// A longer name is nothing that somebody mistyped.
const LONGEST: usize = 100;

/// The names nearest to a mistyped one, nearest first: at most a third of its letters are other ones, or they contain
/// it. Each once.
pub(super) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let letters = typed.chars().count();
    if letters > LONGEST {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = names
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (distance(typed, name), name))
        .filter(|(far, name)| *far <= (letters / 3).max(2) || (letters >= 3 && name.contains(typed)))
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().map(|(_, name)| name).take(OFFERED).collect()
}

/// How many letters must be put in, taken out or changed (V. I. Levenshtein, 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (place, letter) in a.chars().enumerate() {
        let mut diagonal = place;
        row[0] = place + 1;
        for (column, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first() {
        assert_eq!((distance("kitten", "sitting"), distance("", "ab"), distance("ab", "ab")), (3, 2, 0));
        let names = ["system_discovery", "system_discoverer", "wget_download", "file_discovery"];
        assert_eq!(
            nearest("sytem_discovery", names.into_iter()),
            ["system_discovery", "system_discoverer", "file_discovery"]
        );
        assert_eq!(nearest("wget", names.into_iter()), ["wget_download"]);
        assert!(nearest("zzz", names.into_iter()).is_empty());
        assert!(nearest(&"x".repeat(9999), names.into_iter()).is_empty());
    }
}
