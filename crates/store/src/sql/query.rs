//! A statement while it is put together.

use std::fmt::Write as _;

use super::pool::Dialect;

/// A value that is bound, never pasted. None is NULL, which has a type too.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Int(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($type:ty => $kind:ident |$it:ident| $value:expr),* $(,)?) => {
        $(
            impl From<$type> for Value {
                fn from($it: $type) -> Self {
                    Self::$kind(Some($value))
                }
            }

            impl From<Option<$type>> for Value {
                fn from(it: Option<$type>) -> Self {
                    Self::$kind(it.map(|$it| $value))
                }
            }
        )*
    };
}

value_from! {
    i64 => Int |it| it,
    u32 => Int |it| it.into(),
    u16 => Int |it| it.into(),
    u8 => Int |it| it.into(),
    // No count or offset comes near 2^63.
    u64 => Int |it| i64::try_from(it).unwrap_or(i64::MAX),
    f64 => Real |it| it,
    &str => Text |it| it.to_owned(),
    String => Text |it| it,
    &[u8] => Bytes |it| it.to_vec(),
    &[u8; 16] => Bytes |it| it.to_vec(),
}

/// Text with a `?` for each value. No text of ours holds a `?` otherwise.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Query {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Adds text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.text.push('?');
        self.values.push(value.into());
        self
    }

    /// Adds another's text and values.
    pub(crate) fn append(&mut self, other: &Self) -> &mut Self {
        self.text.push_str(&other.text);
        self.values.extend(other.values.iter().cloned());
        self
    }

    /// The value of the next `?` that the text has already.
    pub(crate) fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds `(?, ?), (?, ?), ...`.
    pub(crate) fn rows(
        &mut self,
        rows: impl IntoIterator<Item = impl IntoIterator<Item = Value>>,
    ) -> &mut Self {
        for (place, row) in rows.into_iter().enumerate() {
            self.text.push_str(if place == 0 { "(" } else { ", (" });
            for (place, value) in row.into_iter().enumerate() {
                if place > 0 {
                    self.text.push_str(", ");
                }
                self.bind(value);
            }
            self.text.push(')');
        }
        self
    }

    /// Adds `(?, ?, ...)`.
    pub(crate) fn list(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.rows([values])
    }

    #[cfg(test)]
    pub(crate) const fn value_count(&self) -> usize {
        self.values.len()
    }

    /// The text as a database wants it: PostgreSQL numbers its values.
    pub(super) fn text_for(&self, dialect: Dialect) -> String {
        if dialect != Dialect::Postgres {
            return self.text.clone();
        }
        let mut text = String::with_capacity(self.text.len() + self.values.len() * 3);
        for (place, part) in self.text.split('?').enumerate() {
            if place > 0 {
                // Writing to a String does not fail.
                let _ = write!(text, "${place}");
            }
            text.push_str(part);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_where_the_database_wants_it() {
        let mut query = Query::new("INSERT INTO t (a, b) VALUES ");
        query.rows([[Value::from(1_u32), Value::Text(None)], [Value::from(2_i64), Value::from("x")]]);
        assert_eq!(query.text_for(Dialect::MySql), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)");
        assert_eq!(query.text_for(Dialect::Postgres), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)");
        assert_eq!(query.values.len(), 4);
    }
}
