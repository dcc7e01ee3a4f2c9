//! What is known of keys that came before, within a bound. Whoever holds it is alone with it.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// What an entry costs beside its key and its answer.
const ENTRY: usize = 160;
/// A longer key is not remembered: it hardly comes twice.
const LONGEST: usize = 2_048;

/// Bytes that are remembered.
const MOST: usize = 4 << 20;

/// A memory that forgets all at once when it is full: attackers choose how much there is to remember.
pub(crate) struct Known<T> {
    answers: HashMap<Box<[u8]>, T, RandomState>,
    bytes: usize,
    most: usize,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { answers: HashMap::default(), bytes: 0, most: MOST }
    }
}

impl<T> Known<T> {
    pub(crate) fn get(&self, key: &[u8]) -> Option<&T> {
        self.answers.get(key)
    }

    /// Remembers an answer that holds so many bytes.
    pub(crate) fn insert(&mut self, key: &[u8], answer: T, bytes: usize) {
        let bytes = ENTRY + key.len() + bytes;
        if key.len() > LONGEST || bytes > self.most {
            return;
        }
        if self.bytes + bytes > self.most {
            self.answers.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.answers.insert(key.into(), answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded() {
        let mut known = Known { most: 1 << 16, ..Known::default() };
        for number in 0..10_000_u32 {
            known.insert(&number.to_be_bytes(), number, 4);
            assert_eq!(known.get(&number.to_be_bytes()), Some(&number));
            assert!(known.bytes <= known.most && known.answers.len() * ENTRY <= known.most);
        }
        known.insert(&[0; LONGEST + 1], 0, 4);
        assert_eq!(known.get(&[0; LONGEST + 1]), None);
    }
}
