//! Texts as they are compared.

use std::borrow::Cow;

/// Writes a text in lower case.
pub(super) fn lower(text: &str, lowered: &mut String) {
    lowered.clear();
    if text.is_ascii() {
        lowered.push_str(text);
        lowered.make_ascii_lowercase();
    } else {
        lowered.push_str(&text.to_lowercase());
    }
}

/// A text in lower case.
pub(super) fn lowered(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    let mut lowered = String::new();
    lower(text, &mut lowered);
    Cow::Owned(lowered)
}

/// A text with `ſ`, with an `s` for each: to patterns that ignore case it is one, in lower case it stays what it is.
pub(super) fn folded(text: &str) -> Option<String> {
    (!text.is_ascii() && text.contains('ſ')).then(|| text.replace('ſ', "s"))
}
