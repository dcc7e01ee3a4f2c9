//! `*` and `?` as regular expressions.

use rsigma_parser::{DetectionItem, FieldSpec, Modifier, SigmaString, SigmaValue, SpecialChar, StringPart};

/// Turns an item with wildcards into one with patterns. An item without a field that compares with nothing in
/// particular asks for texts anywhere.
pub(super) fn translate(item: &mut DetectionItem) {
    let modifiers = &item.field.modifiers;
    let is_text = |modifier: &Modifier| {
        matches!(
            modifier,
            Modifier::Contains
                | Modifier::StartsWith
                | Modifier::EndsWith
                | Modifier::Cased
                | Modifier::All
                | Modifier::Neq
        )
    };
    if !modifiers.iter().all(is_text) {
        return;
    }
    let places = [Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith];
    if item.field.name.is_none() && !modifiers.iter().any(|modifier| places.contains(modifier)) {
        item.field.modifiers.push(Modifier::Contains);
    }
    let has = |modifier| item.field.has_modifier(modifier);
    let texts: Option<Vec<&SigmaString>> = item.values.iter().map(text).collect();
    let Some(texts) = texts.filter(|texts| texts.iter().any(|text| text.contains_wildcards())) else {
        return;
    };
    let begins = !has(Modifier::Contains) && !has(Modifier::EndsWith);
    let ends = !has(Modifier::Contains) && !has(Modifier::StartsWith);
    let flags = if has(Modifier::Cased) { "(?s)" } else { "(?is)" };
    let pattern =
        |text: &&SigmaString| SigmaValue::from_raw_string(&format!("{flags}{}", pattern(text, begins, ends)));
    item.values = texts.iter().map(pattern).collect();
    item.field.modifiers.retain(|modifier| matches!(modifier, Modifier::All | Modifier::Neq));
    item.field.modifiers.push(Modifier::Re);
}

/// Keywords with wildcards as an item. None where all are plain: the library knows those.
pub(super) fn keywords(values: &[SigmaValue]) -> Option<DetectionItem> {
    let has_wildcards = values.iter().filter_map(text).any(SigmaString::contains_wildcards);
    let field = FieldSpec::new(None, vec![Modifier::Contains]);
    has_wildcards.then(|| DetectionItem { field, values: values.to_vec() })
}

const fn text(value: &SigmaValue) -> Option<&SigmaString> {
    match value {
        SigmaValue::String(text) => Some(text),
        _ => None,
    }
}

/// A text as a pattern. Where a `*` stands at an end, that end is open.
fn pattern(text: &SigmaString, begins: bool, ends: bool) -> String {
    let is_open = |part: &StringPart| *part == StringPart::Special(SpecialChar::WildcardMulti);
    let mut parts = text.parts.as_slice();
    let (mut begins, mut ends) = (begins, ends);
    while let [first, rest @ ..] = parts
        && is_open(first)
    {
        (parts, begins) = (rest, false);
    }
    while let [rest @ .., last] = parts
        && is_open(last)
    {
        (parts, ends) = (rest, false);
    }
    let inner: String = parts
        .iter()
        .map(|part| match part {
            StringPart::Plain(text) => regex::escape(text),
            StringPart::Special(SpecialChar::WildcardMulti) => ".*".to_owned(),
            StringPart::Special(SpecialChar::WildcardSingle) => ".".to_owned(),
        })
        .collect();
    format!("{}{inner}{}", if begins { "\\A" } else { "" }, if ends { "\\z" } else { "" })
}
