//! What was found in texts seen before. Bots say the same things over and over.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use vespid_model::SourceKind;

/// Texts remembered. Beyond that all are forgotten at once: attackers choose how many there are.
const REMEMBERED: usize = 16_384;
/// A longer text is not remembered: it hardly comes twice.
const LONGEST: usize = 2_048;

/// A bounded memory, shared between threads. What it holds never changes an answer, only its cost.
pub(crate) struct Memo<T>(Mutex<HashMap<SourceKind, Texts<T>>>);

type Texts<T> = HashMap<Box<str>, Arc<T>>;

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Memo<T> {
    /// The answer for a text, made at its first use.
    pub(crate) fn get(&self, kind: SourceKind, text: &str, answer: impl FnOnce() -> T) -> Arc<T> {
        if text.len() > LONGEST {
            return Arc::new(answer());
        }
        // A thread that panicked while holding the lock left whole entries behind.
        if let Some(known) =
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).and_then(|it| it.get(text))
        {
            return Arc::clone(known);
        }
        let made = Arc::new(answer());
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = kinds.entry(kind).or_default();
        if texts.len() >= REMEMBERED {
            texts.clear();
        }
        texts.insert(text.into(), Arc::clone(&made));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_made_once_and_memory_is_bounded() {
        let memo = Memo::default();
        let mut made = 0;
        for _ in 0..3 {
            assert_eq!(
                *memo.get(SourceKind::Command, "id", || {
                    made += 1;
                    made
                }),
                1
            );
        }
        assert_eq!(*memo.get(SourceKind::Session, "id", || 9), 9, "kinds are apart");
        for number in 0..2 * REMEMBERED {
            memo.get(SourceKind::Command, &number.to_string(), || 0);
        }
        assert!(memo.0.lock().unwrap()[&SourceKind::Command].len() <= REMEMBERED);
        let long = "x".repeat(LONGEST + 1);
        memo.get(SourceKind::Payload, &long, || 0);
        assert!(!memo.0.lock().unwrap().contains_key(&SourceKind::Payload));
    }
}
