//! The commands in an attacker's profile: JSON that other systems wrote.

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Deserializer, Map, Value};

/// Commands, and what could not be read as one: what and where.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Decoded {
    pub(super) commands: Vec<Map<String, Value>>,
    pub(super) malformed: Vec<String>,
}

impl Decoded {
    pub(super) fn len(&self) -> usize {
        self.commands.len() + self.malformed.len()
    }
}

/// The entries of a text, which are read a few at a time: a text is small beside what it says.
#[derive(Debug)]
pub(super) struct Entries {
    text: String,
    /// Where the next entry begins; None at the end.
    next: Option<usize>,
    /// How many came before it.
    number: usize,
    /// Why there are none.
    whole: Option<String>,
}

impl Entries {
    /// An empty text has none. A text that is no list is malformed as a whole.
    pub(super) fn of(text: String) -> Self {
        let whole = malformed(&text);
        let next = match whole {
            None => text.find('[').map(|at| at + 1),
            Some(_) => None,
        };
        Self { text, next, number: 0, whole }
    }

    /// The next ones, at most `most`, each a command or named as malformed; None at the end.
    pub(super) fn read(&mut self, most: usize) -> Option<Decoded> {
        let mut found = Decoded { malformed: self.whole.take().into_iter().collect(), ..Decoded::default() };
        while found.len() < most
            && let Some(entry) = self.entry()
        {
            match command(entry) {
                Ok(command) => found.commands.push(command),
                Err(why) => found.malformed.push(format!("entry {} {why}", self.number)),
            }
            self.number += 1;
        }
        (found.len() > 0).then_some(found)
    }

    /// The text of the next entry. It is read first and decoded then: one that cannot be decoded costs itself only.
    fn entry(&mut self) -> Option<&str> {
        let begin = self.next?;
        let mut rest = Deserializer::from_str(self.text.get(begin..)?).into_iter::<&RawValue>();
        // The whole text is known to be a list: what is no entry is its end.
        let Some(Ok(_)) = rest.next() else {
            self.next = None;
            return None;
        };
        let end = begin + rest.byte_offset();
        self.next = self.text.get(end..)?.find([',', ']']).map(|at| end + at + 1);
        self.text.get(begin..end).map(str::trim)
    }
}

/// Why a text is no list; None when it is one, or empty.
fn malformed(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => Some(format!("the text is no JSON: {error}")),
        Ok(_) if kind(text) == "a list" => None,
        Ok(_) => Some(format!("the text is {}, not a list", kind(text))),
    }
}

fn command(entry: &str) -> Result<Map<String, Value>, String> {
    match kind(entry) {
        "an object" => serde_json::from_str(entry).map_err(|error| format!("cannot be read: {error}")),
        other => Err(format!("is {other}")),
    }
}

/// What a JSON value is, by its first character.
fn kind(value: &str) -> &'static str {
    match value.trim_start().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn decoded(text: &str, most: usize) -> Vec<Decoded> {
        let mut entries = Entries::of(text.to_owned());
        std::iter::from_fn(|| entries.read(most)).collect()
    }

    fn malformed(text: &str) -> Vec<String> {
        let groups = decoded(text, 1000);
        assert!(groups.iter().all(|group| group.commands.is_empty()), "{text}");
        groups.into_iter().flat_map(|group| group.malformed).collect()
    }

    fn only(text: &str) -> Decoded {
        let mut groups = decoded(text, 1000);
        assert_eq!(groups.len(), 1, "{text}");
        groups.remove(0)
    }

    #[test]
    fn what_is_no_list_is_named() {
        for (text, kind) in [
            ("null", "null"),
            ("{}", "an object"),
            ("\"a string\"", "a text"),
            ("42", "a number"),
            (" true", "a boolean"),
        ] {
            assert_eq!(malformed(text), [format!("the text is {kind}, not a list")]);
        }
        for text in [
            "{not json",
            "[",
            "[{}] trailing",
            "\u{feff}[]",
            "NaN",
            "['x']",
            "[{},]",
            "[NaN]",
            "[1,-Infinity]",
        ] {
            let named = malformed(text);
            assert!(named.len() == 1 && named[0].starts_with("the text is no JSON: "), "{text}: {named:?}");
        }
        for text in ["", "[]", " \n[ ] "] {
            assert_eq!(decoded(text, 1000), [], "{text:?}");
        }
    }

    #[test]
    fn one_bad_entry_costs_itself_only() {
        let text =
            r#"["x", {"command":"id"}, 7, null, [], {"command":"\ud800"}, {"v":1e400}, {"command":"w"}]"#;
        let found = only(text);
        let commands: Vec<_> = found.commands.iter().map(|command| &command["command"]).collect();
        assert_eq!(commands, ["id", "w"]);
        assert_eq!(
            found.malformed[..4],
            ["entry 0 is a text", "entry 2 is a number", "entry 3 is null", "entry 4 is a list"]
        );
        assert!(found.malformed[4].starts_with("entry 5 cannot be read: "), "{:?}", found.malformed);
        assert!(
            found.malformed[5].starts_with("entry 6 cannot be read: number out of range"),
            "{:?}",
            found.malformed
        );
        assert_eq!(found.malformed.len(), 6);
    }

    #[test]
    fn nesting_ends_nothing_but_its_entry() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(malformed(&deep), ["entry 0 is a list"]);
        let found = only(&format!(r#"[{{"command":"id"}}, {{"v":{deep}}}, {{}}]"#));
        assert_eq!((found.commands.len(), found.malformed.len()), (2, 1));
        assert!(found.malformed[0].starts_with("entry 1 cannot be read: recursion"), "{:?}", found.malformed);
    }

    #[test]
    fn groups_are_small_and_count_on() {
        let text = format!("[{}]", ["{}"; 4].join(",") + ",1");
        let groups = decoded(&text, 2);
        assert_eq!(groups.iter().map(Decoded::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(groups[2].malformed, ["entry 4 is a number"]);
    }

    const ENTRIES: [&str; 8] =
        ["{}", r#"{"a":[1,"],[",{}]}"#, "7", "-1.5e3", "true", "null", r#"",]""#, "[[],{}]"];

    proptest! {
        /// Whatever stands between them, entries are those that a reader of whole texts finds.
        #[test]
        fn entries_are_those_of_the_list(
            entries in vec(select(&ENTRIES[..]), 0..12),
            blank in select(&["", " ", "\n\t"][..]),
            most in 1_usize..5,
        ) {
            let joined = entries.join(&format!("{blank},{blank}"));
            let text = format!("{blank}[{blank}{joined}{blank}]{blank}");
            let expected: Vec<Value> = serde_json::from_str(&text).unwrap();
            let groups = decoded(&text, most);
            prop_assert!(groups.iter().all(|group| group.len() <= most));
            prop_assert_eq!(groups.iter().map(Decoded::len).sum::<usize>(), expected.len());
            let objects = groups.into_iter().flat_map(|group| group.commands).map(Value::Object);
            let expected = expected.into_iter().filter(Value::is_object);
            prop_assert_eq!(objects.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn of_one_name_twice_the_last_counts() {
        assert_eq!(only(r#"[{"c":"first","c":"second"}]"#).commands[0]["c"], "second");
    }
}
