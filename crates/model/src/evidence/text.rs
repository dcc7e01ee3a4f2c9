//! Texts that evidence may hold: short, and of one form each.

use serde::Serialize;

/// Characters of [`Words`].
const LONGEST: usize = 128;

/// A short text of a provider or sensor: its first characters, none that control a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Words(Box<str>);

impl Words {
    /// The beginning of a text.
    pub fn new(text: &str) -> Self {
        Self(text.chars().filter(|char| !char.is_control()).take(LONGEST).collect())
    }
}

/// The name or address of a host, in lower case: letters of any script, digits, `.`, `-`, `_`, `:`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Domain(Box<str>);

impl Domain {
    /// None for whatever is no name of a host, such as an address of a person.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('.');
        let fits = |char: char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_' | ':');
        let named = (1..=253).contains(&text.len()) && text.chars().all(fits);
        named.then(|| Self(text.to_lowercase().into()))
    }

    /// Is it the other one, or a part of it? `a.example` is within `example`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.strip_suffix(&*other.0).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

/// A SHA-256 in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Sha256(Box<str>);

impl Sha256 {
    /// None for whatever is not 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| Self(text.to_ascii_lowercase().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_else_gets_in() {
        assert_eq!(Words::new("a\u{1b}[31m\nb"), Words::new("a[31mb"));
        assert_eq!(Words::new(&"é".repeat(500)).0.chars().count(), LONGEST);
        assert_eq!(Domain::parse(" Mail.Example. "), Domain::parse("mail.example"));
        for bad in ["", "someone@mail.example", "a b", "http://x/", "<x>", &"a".repeat(254)] {
            assert_eq!(Domain::parse(bad), None, "{bad}");
        }
        assert!(Sha256::parse(&"aB".repeat(32)).is_some());
        assert_eq!(Sha256::parse("password1"), None);
    }
}
