//! What makes two dead letters of one place the same.

use uuid::{Uuid, uuid};

use crate::batch::DeadLetter;

/// UUIDv5 of `vespid:dead_letter:v1` in the URL namespace.
const NAMESPACE: Uuid = uuid!("7da0d07e-1953-5890-b7cf-f7491122ebcc");

/// UUIDv5 of length, reason and excerpt. A pipe may give several at one position.
pub(super) fn uid(letter: &DeadLetter) -> [u8; 16] {
    let mut content = letter.length.to_le_bytes().to_vec();
    content.extend_from_slice(&(letter.reason.len() as u64).to_le_bytes());
    content.extend_from_slice(letter.reason.as_bytes());
    content.extend_from_slice(&letter.excerpt);
    Uuid::new_v5(&NAMESPACE, &content).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_namespace_is_what_its_comment_says() {
        assert_eq!(Uuid::new_v5(&Uuid::NAMESPACE_URL, b"vespid:dead_letter:v1"), NAMESPACE);
    }

    #[test]
    fn length_reason_and_excerpt_count() {
        let letter = |length, reason, excerpt: &[u8]| DeadLetter {
            source: 1,
            position: 1,
            length,
            reason,
            detail: String::new(),
            excerpt: excerpt.to_vec(),
        };
        let base = letter(3, "ab", b"c");
        assert_eq!(uid(&base), uid(&DeadLetter { source: 2, detail: "other".to_owned(), ..base.clone() }));
        for other in [letter(4, "ab", b"c"), letter(3, "a", b"bc"), letter(3, "ab", b"d")] {
            assert_ne!(uid(&base), uid(&other));
        }
    }
}
