//! How text looks on a terminal.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// What the terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Colours and bold, by ANSI escapes.
    pub colour: bool,
    /// Columns. Lines stay within them where ids, numbers and single words allow it.
    pub width: usize,
}

impl Look {
    /// Plain text, for files and pipes.
    pub const PLAIN: Self = Self { colour: false, width: 100 };

    pub(crate) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What matters less.
    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    pub(crate) fn id(self, text: &str) -> String {
        self.wrap("36", text)
    }

    /// Bytes that matched. Without colour they stand between marks that no shell and few people use.
    pub(crate) fn mark(self, text: &str) -> String {
        if self.colour { self.wrap("1;30;43", text) } else { format!("«{text}»") }
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Cuts printable text to so many columns; the last one becomes `…` when something was cut.
pub(crate) fn clip(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for char in text.chars() {
        used += char.width().unwrap_or(0);
        if used >= columns {
            break;
        }
        kept.push(char);
    }
    kept.push('…');
    kept
}

/// Words in lines of at most `width` columns; a longer word has a line of its own.
pub(crate) fn words(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_by_columns_not_by_bytes() {
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abcd", 3), "ab…");
        assert_eq!(clip("密码密码", 5), "密码…");
        assert_eq!(clip("密码密码", 4), "密…");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(words("one two\n  three", 7), ["one two", "three"]);
        assert_eq!(words("incomprehensible", 4), ["incomprehensible"]);
        assert!(words(" \n", 4).is_empty());
    }
}
