//! The domain whose names and addresses are tokens.

use std::str::FromStr;

/// A host name that a token fits in front of, in small letters and without dots at its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Domain(String);

/// Of a name, as the DNS has it (RFC 1035, 2.3.4, without the length of the first label and the root).
const LONGEST: usize = 253;
/// A token and its dot.
const TOKEN: usize = 27;

impl Domain {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Domain {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if name.contains([':', '/']) {
            return Err(
                "not a host name: give it without scheme, port and path, such as c.example.org".to_owned()
            );
        }
        if !name.is_ascii() {
            return Err(
                "not a host name: write other letters in the form that the DNS has, xn--...".to_owned()
            );
        }
        if name.len() > LONGEST - TOKEN {
            return Err(format!("longer than {} letters: no room for a token", LONGEST - TOKEN));
        }
        if let Some(label) = name.split('.').find(|label| !is_label(label)) {
            return Err(format!(
                "not a host name: between its dots are 1 to 63 letters, digits and hyphens, no hyphen at an end, \
                 unlike {label:?}"
            ));
        }
        // An address is none, whatever it looks like to a browser (RFC 1123, 2.1).
        if name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err("not a host name: an address has no names in it for tokens".to_owned());
        }
        Ok(Self(name))
    }
}

fn is_label(label: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(letters)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_host_name() {
        let long = format!("{}.example.org", "a.".repeat(107).trim_end_matches('.'));
        let most = format!("{}.org", vec!["a".repeat(63); 3].join(".") + "." + &"b".repeat(30));
        for (text, name) in [
            ("C.Example.org.", "c.example.org"),
            ("localhost", "localhost"),
            ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
            ("1a.2", ""),
            ("9.example", "9.example"),
            (&*most, &*most),
            (&*long, &*long),
            (&*format!("a{long}aa"), ""),
            (&*format!("{}.org", "a".repeat(64)), ""),
            ("", ""),
            (".", ""),
            ("a..b", ""),
            (".example.org", ""),
            ("-a.org", ""),
            ("a-.org", ""),
            ("a_b.org", ""),
            ("a b.org", ""),
            ("münchen.example", ""),
            ("http://c.example.org", ""),
            ("c.example.org/x", ""),
            ("c.example.org:80", ""),
            ("192.0.2.1", ""),
            ("2001:db8::1", ""),
            ("<script>", ""),
        ] {
            let parsed = text.parse::<Domain>();
            assert_eq!(parsed.as_ref().map(Domain::as_str).unwrap_or_default(), name, "{text}: {parsed:?}");
        }
    }
}
