//! `{wget,http://x/y}`: a command without a blank.

use crate::parse::MAX_WORDS;
use crate::word::Word;

/// The words that a list in braces stands for, when it is all of the word and plain: `{a,b}`. Only looked at where a
/// command begins; elsewhere such a list is left as typed.
pub(crate) fn words(word: &Word, source: &str) -> Option<Vec<Word>> {
    let inner = word.text.as_str(source).strip_prefix('{')?.strip_suffix('}')?;
    if word.quoted || !inner.contains(',') || inner.contains(['{', '}', '$', '`']) {
        return None;
    }
    let mut at = 1;
    let mut words = Vec::new();
    for part in inner.split(',') {
        // Empty ones are no words; one more than a command can have says that there are too many.
        if !part.is_empty() && words.len() <= MAX_WORDS {
            let text = word.text.part(at..at + part.len());
            words.push(Word { text, span: word.span.clone(), ..Word::default() });
        }
        at += part.len() + 1;
    }
    Some(words)
}
