//! Python's regular expressions in the engine's words.

/// The pattern with what both know under different names; what only Python knows is left as it is, for the engine to
/// refuse. `\Z` is `\z`, and `\<` and `\>`, which begin and end a word here, are the characters themselves.
pub(super) fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        match chars.next() {
            Some('Z') => out.push_str("\\z"),
            Some(bracket @ ('<' | '>')) => out.push(bracket),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn only_what_has_another_name_changes() {
        assert_eq!(translate(r"(?P<a>x)\<\?php\>\s\Z"), r"(?P<a>x)<\?php>\s\z");
        assert_eq!(translate(r"\\Z\\<"), r"\\Z\\<");
        assert_eq!(translate("\\"), "\\");
    }
}
