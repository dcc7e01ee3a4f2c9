//! How much a rule file may be: little text can be much work, through YAML's aliases, long conditions and documents
//! that repeat others.

use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use crate::problem::Fault;

/// Texts and values of a file, aliases put in: as much as the longest file without them.
const MOST: usize = 1 << 20;
/// Bytes of one condition. What reads it goes as deep as it has words, and looks for each from its begin.
const LONGEST_CONDITION: usize = 4096;
/// Bytes that the rules of a file keep: each has the text of the whole file.
const MOST_KEPT: usize = 64 << 20;
/// Too short for all but aliases.
const SHORT: usize = LONGEST_CONDITION;

/// Is the file small enough to be read? What is wrong with it otherwise is for its reader to say.
///
/// # Errors
/// [`Fault::Unreadable`], when it is not.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    if text.len() <= SHORT && !has_alias(text) {
        return Ok(());
    }
    let mut spent = Spent { left: MOST, fault: None };
    for (number, document) in (1..).zip(yaml_serde::Deserializer::from_str(text)) {
        if text.len().saturating_mul(number) > MOST_KEPT {
            spent.fault = Some("too many documents for so long a file; make several files of it");
        }
        let read = Value { spent: &mut spent, is_condition: false }.deserialize(document);
        if let Some(fault) = spent.fault {
            return Err(Fault::Unreadable(fault.to_owned()));
        }
        // The stream may not end after an error.
        if read.is_err() {
            break;
        }
    }
    Ok(())
}

/// May an alias stand there, which looks like `*name` and means what `&name` stands before?
fn has_alias(text: &str) -> bool {
    let named = |mark: u8| {
        let mut pairs = text.as_bytes().windows(2);
        pairs.any(|pair| matches!(pair, [first, next] if *first == mark && !next.is_ascii_whitespace()))
    };
    named(b'*') && named(b'&')
}

struct Spent {
    left: usize,
    fault: Option<&'static str>,
}

impl Spent {
    fn take<E: Error>(&mut self, amount: usize) -> Result<(), E> {
        match self.left.checked_sub(amount + 1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => self.refuse("its aliases make it longer than 1 MiB"),
        }
    }

    fn refuse<T, E: Error>(&mut self, fault: &'static str) -> Result<T, E> {
        self.fault = Some(fault);
        Err(E::custom(fault))
    }
}

/// Any value: says whether it is the word `condition`.
struct Value<'s> {
    spent: &'s mut Spent,
    is_condition: bool,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        if self.is_condition && text.len() > LONGEST_CONDITION {
            return self.spent.refuse("Condition longer than 4096 bytes");
        }
        self.spent.take(text.len())?;
        Ok(text == "condition")
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.spent.take(0)?;
        Ok(false)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<bool, E> {
        self.visit_unit()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<bool, E> {
        self.visit_unit()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<bool, E> {
        self.visit_unit()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<bool, E> {
        self.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        let Self { spent, is_condition } = self;
        spent.take(0)?;
        while list.next_element_seed(Value { spent, is_condition })?.is_some() {}
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let spent = self.spent;
        spent.take(0)?;
        while let Some(is_condition) = map.next_key_seed(Value { spent, is_condition: false })? {
            map.next_value_seed(Value { spent, is_condition })?;
        }
        Ok(false)
    }

    /// A value behind a tag such as `!x`.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<bool, A::Error> {
        let Self { spent, is_condition } = self;
        let (Tag, value) = tagged.variant()?;
        value.newtype_variant_seed(Value { spent, is_condition })
    }
}

/// Any tag.
struct Tag;

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl Visitor<'_> for Tag {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tag")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        check(text).err().map(|fault| fault.to_string())
    }

    #[test]
    fn aliases_are_counted_as_what_they_stand_for() {
        let leaf = vec!["x".repeat(100); 100].join(", ");
        let level =
            |level: usize| format!("a{}: &a{0} [{}]\n", level + 1, vec![format!("*a{level}"); 8].join(", "));
        let levels: String = (0..8).map(level).collect();
        let text = format!("a0: &a0 [{leaf}]\n{levels}");
        assert!(said(&text).is_some_and(|why| why.contains("aliases")));
        assert!(said(&format!("a: &a {}\nb: [{}]\n", "x".repeat(3000), "*a, ".repeat(900))).is_some());
        assert_eq!(said("a: &a {condition: !x y}\nb: [*a, *a, 1, -1, 0.5, true, ~]\n"), None);
    }

    #[test]
    fn conditions_are_short() {
        let long = "not ".repeat(1500) + "x";
        for text in [
            format!("detection: {{condition: {long}}}"),
            format!("detection: {{condition: [x, {long}]}}"),
            format!("detection: {{condition: !x {long}}}"),
        ] {
            assert!(said(&text).unwrap().contains("Condition"), "{text}");
        }
        assert_eq!(said(&format!("description: {long}")), None);
    }

    #[test]
    fn documents_times_text_is_bounded() {
        let text = "a: b\n---\n".repeat(20_000);
        assert!(said(&text).unwrap().contains("documents"));
        assert_eq!(said(&"a: b\n---\n".repeat(500)), None);
    }

    #[test]
    fn what_is_no_yaml_is_for_the_reader_to_say() {
        assert_eq!(said(&format!("a: [{}", " &a *a".repeat(1000))), None);
    }
}
