//! The fields that rules of one target ask for.

use std::borrow::Cow;

use rsigma_eval::{Event as _, EventValue};

use crate::view::View;

/// A field, by its place among those of its program.
pub(super) type Slot = u8;

/// How many fields the rules of one target may ask for; rules that ask for more are asked by the library.
pub(super) const MAX_SLOTS: usize = 64;

/// What a field holds, as texts.
#[derive(Debug)]
pub(super) enum Value<'v> {
    Absent,
    Text(Cow<'v, str>),
    /// A question holds when it holds for one of them.
    List(Vec<Cow<'v, str>>),
}

impl<'v> Value<'v> {
    /// The field of a view. Numbers and truth values are the texts that the library makes of them.
    pub(super) fn of(view: &'v View<'_>, field: &str) -> Self {
        if let Some(text) = view.text(field) {
            return Self::Text(text);
        }
        match view.get_field(field) {
            None => Self::Absent,
            Some(EventValue::Array(values)) => {
                let mut texts = Vec::new();
                for value in values {
                    collect(value, &mut texts);
                }
                Self::List(texts)
            }
            Some(value) => match text(value) {
                Some(text) => Self::Text(text),
                None => Self::List(Vec::new()),
            },
        }
    }

    pub(super) fn texts(&self) -> &[Cow<'v, str>] {
        match self {
            Self::Absent => &[],
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
        }
    }

    /// True when both are the same text at the same place, so that one pass does for both.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(Cow::Borrowed(one)), Self::Text(Cow::Borrowed(other))) => std::ptr::eq(*one, *other),
            _ => false,
        }
    }
}

fn text(value: EventValue<'_>) -> Option<Cow<'_, str>> {
    Some(match value {
        EventValue::Str(text) => text,
        EventValue::Int(number) => Cow::Owned(number.to_string()),
        EventValue::Float(number) => Cow::Owned(number.to_string()),
        EventValue::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        _ => return None,
    })
}

fn collect<'v>(value: EventValue<'v>, texts: &mut Vec<Cow<'v, str>>) {
    match value {
        EventValue::Array(values) => values.into_iter().for_each(|value| collect(value, texts)),
        value => texts.extend(text(value)),
    }
}
