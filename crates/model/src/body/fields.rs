//! A body's fields under the names that rules and spans use.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::decimal::Decimal;

/// What a field holds. Numbers and truth values are offered as the text that JSON has for them, which Sigma compares as
/// numbers and truth values too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// One text.
    Text(Cow<'a, str>),
    /// Several texts.
    Texts(Vec<&'a str>),
    /// Several numbers.
    Numbers(Vec<String>),
    /// Texts by names: the headers of a request.
    Pairs(Vec<(&'a str, &'a str)>),
}

impl<'a> Value<'a> {
    /// The value as one text: as it is, or the JSON of several values. Spans are ranges of its bytes.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Texts(texts) => Cow::Owned(format!("[{}]", joined(texts.iter().map(quoted)))),
            Self::Numbers(numbers) => Cow::Owned(format!("[{}]", numbers.join(","))),
            Self::Pairs(pairs) => Cow::Owned(format!("{{{}}}", joined(pairs.iter().map(pair)))),
        }
    }

    /// The elements of several values, each with its range in [`Value::text`]; a pair is `name: text`. None for one
    /// text.
    pub fn elements(&self) -> Vec<(Cow<'a, str>, Range<usize>)> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::Texts(texts) => {
                let shown = texts.iter().map(|text| (Cow::Borrowed(*text), quoted(text).len()));
                placed(shown)
            }
            Self::Numbers(numbers) => {
                placed(numbers.iter().map(|number| (Cow::Owned(number.clone()), number.len())))
            }
            Self::Pairs(pairs) => {
                let shown = |it: &(&str, &str)| (Cow::Owned(format!("{}: {}", it.0, it.1)), pair(it).len());
                placed(pairs.iter().map(shown))
            }
        }
    }

    /// Is it several values?
    pub const fn is_list(&self) -> bool {
        !matches!(self, Self::Text(_))
    }
}

fn quoted(text: impl AsRef<str>) -> String {
    serde_json::Value::from(text.as_ref()).to_string()
}

fn pair((name, text): &(&str, &str)) -> String {
    format!("{}:{}", quoted(name), quoted(text))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

/// Elements of these lengths behind one opening bracket, one comma between them.
fn placed<'a>(elements: impl Iterator<Item = (Cow<'a, str>, usize)>) -> Vec<(Cow<'a, str>, Range<usize>)> {
    let mut begin = 1;
    let place = |(text, length)| {
        let range = begin..begin + length;
        begin = range.end + 1;
        (text, range)
    };
    elements.map(place).collect()
}

/// Fields in a fixed order. What is absent or empty of a list is left out, as in the stored form.
#[derive(Default)]
pub(super) struct Fields<'a>(pub(super) Vec<(&'static str, Value<'a>)>);

impl<'a> Fields<'a> {
    pub(super) fn text(&mut self, name: &'static str, value: &'a str) {
        self.0.push((name, Value::Text(Cow::Borrowed(value))));
    }

    pub(super) fn option(&mut self, name: &'static str, value: Option<&'a str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    pub(super) fn show(&mut self, name: &'static str, value: &impl ToString) {
        self.0.push((name, Value::Text(Cow::Owned(value.to_string()))));
    }

    pub(super) fn offer(&mut self, name: &'static str, value: &'a impl Offered) {
        self.0.extend(value.value().map(|value| (name, value)));
    }
}

/// Adds fields of a struct under their own names.
macro_rules! offer {
    ($fields:ident, $it:expr; $($name:ident),* $(,)?) => {
        $($fields.offer(stringify!($name), &$it.$name);)*
    };
}
pub(super) use offer;

/// The types that fields have.
pub(super) trait Offered {
    fn value(&self) -> Option<Value<'_>>;
}

impl Offered for String {
    fn value(&self) -> Option<Value<'_>> {
        Some(Value::Text(Cow::Borrowed(self)))
    }
}

impl Offered for Vec<String> {
    fn value(&self) -> Option<Value<'_>> {
        (!self.is_empty()).then(|| Value::Texts(self.iter().map(String::as_str).collect()))
    }
}

impl Offered for Vec<i64> {
    fn value(&self) -> Option<Value<'_>> {
        (!self.is_empty()).then(|| Value::Numbers(self.iter().map(ToString::to_string).collect()))
    }
}

impl Offered for BTreeMap<String, String> {
    fn value(&self) -> Option<Value<'_>> {
        let pairs = || self.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        (!self.is_empty()).then(|| Value::Pairs(pairs()))
    }
}

impl<T: Offered> Offered for Option<T> {
    fn value(&self) -> Option<Value<'_>> {
        self.as_ref().and_then(Offered::value)
    }
}

macro_rules! shown {
    ($($kind:ty),*) => {
        $(impl Offered for $kind {
            fn value(&self) -> Option<Value<'_>> {
                Some(Value::Text(Cow::Owned(self.to_string())))
            }
        })*
    };
}
shown!(bool, u16, u64, i64, Decimal);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_where_the_text_has_them() {
        let headers =
            BTreeMap::from([("a\"b".to_owned(), "é".to_owned()), ("c".to_owned(), "\u{1}".to_owned())]);
        let numbers = vec![-4_i64, 22];
        let texts = vec!["x\ny".to_owned(), String::new(), "z".to_owned()];
        for (value, expected) in [
            (headers.value(), vec![(r#"a"b: é"#, r#""a\"b":"é""#), ("c: \u{1}", r#""c":"\u0001""#)]),
            (numbers.value(), vec![("-4", "-4"), ("22", "22")]),
            (texts.value(), vec![("x\ny", r#""x\ny""#), ("", r#""""#), ("z", r#""z""#)]),
        ] {
            let value = value.unwrap();
            let text = value.text();
            let found = value.elements();
            let found: Vec<_> = found.iter().map(|(it, range)| (&**it, &text[range.clone()])).collect();
            assert_eq!(found, expected);
        }
    }
}
