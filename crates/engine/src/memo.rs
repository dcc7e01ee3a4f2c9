//! What was found in texts seen before. Bots say the same things over and over.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use vespid_model::SourceKind;

/// Bytes remembered. Beyond that all is forgotten at once: attackers choose how much there is.
const REMEMBERED: usize = 16 << 20;
/// A longer text is not remembered: it hardly comes twice.
const LONGEST: usize = 2_048;
/// What an entry costs beside its text and its answer: keys, pointers, counters.
const ENTRY: usize = 128;

/// A bounded memory, shared between threads. What it holds never changes an answer, only its cost.
pub(crate) struct Memo<T>(Mutex<Known<T>>);

struct Known<T> {
    texts: HashMap<SourceKind, HashMap<Box<str>, Arc<T>, RandomState>, RandomState>,
    bytes: usize,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Mutex::new(Known { texts: HashMap::default(), bytes: 0 }))
    }
}

impl<T> Memo<T> {
    /// The answer for a text, made at its first use. `weigh` says how many bytes an answer holds.
    pub(crate) fn get(
        &self,
        kind: SourceKind,
        text: &str,
        answer: impl FnOnce() -> T,
        weigh: impl FnOnce(&T) -> usize,
    ) -> Arc<T> {
        if text.len() > LONGEST {
            return Arc::new(answer());
        }
        if let Some(known) = self.known().texts.get(&kind).and_then(|texts| texts.get(text)) {
            return Arc::clone(known);
        }
        let made = Arc::new(answer());
        let bytes = ENTRY + text.len() + weigh(&made);
        let mut known = self.known();
        if known.bytes + bytes > REMEMBERED {
            *known = Known { texts: HashMap::default(), bytes: 0 };
        }
        known.bytes += bytes;
        known.texts.entry(kind).or_default().insert(text.into(), Arc::clone(&made));
        made
    }

    /// Forgets all.
    pub(crate) fn forget(&self) {
        *self.known() = Known { texts: HashMap::default(), bytes: 0 };
    }

    /// A thread that panicked while holding the lock left whole entries behind.
    fn known(&self) -> MutexGuard<'_, Known<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_made_once_for_each_kind() {
        let memo = Memo::default();
        let mut made = 0;
        for _ in 0..3 {
            let answer = memo.get(
                SourceKind::Command,
                "id",
                || {
                    made += 1;
                    made
                },
                |_| 0,
            );
            assert_eq!(*answer, 1);
        }
        assert_eq!(*memo.get(SourceKind::Session, "id", || 9, |_| 0), 9);
    }

    #[test]
    fn memory_is_bounded_by_bytes_whether_texts_or_answers_are_large() {
        let memo = Memo::default();
        for number in 0..100_000 {
            memo.get(SourceKind::Command, &format!("{number:01000}"), || (), |()| 0);
            assert!(memo.known().bytes <= REMEMBERED);
        }
        let texts = || memo.known().texts.values().map(HashMap::len).sum::<usize>();
        assert!(texts() * 1000 <= REMEMBERED);
        for number in 0..1000 {
            memo.get(SourceKind::Command, &number.to_string(), || (), |()| REMEMBERED / 10);
        }
        assert!(texts() <= 10);
        memo.get(SourceKind::Payload, &"x".repeat(LONGEST + 1), || (), |()| 0);
        assert!(!memo.known().texts.contains_key(&SourceKind::Payload));
    }
}
