//! How often a literal is in a text, guessed: what decides by which of its literals a rule is found. A wrong guess
//! costs time, never an answer.

use super::atom::{Literal, Place};

/// Of so many texts.
const OF: f64 = 1_000_000.0;
/// Characters of a usual text.
const TEXT: f64 = 40.0;
/// What attackers say often, rules ask for often: each question for a literal adds so many texts.
const ASKED: usize = 500;

/// The number of texts, of a million, that a literal is in. `asked`: how many questions there are for it, as a text and
/// as the name of a program.
pub(super) fn of_literal(literal: &Literal, asked: usize) -> u32 {
    let places = if literal.place == Place::Anywhere { TEXT } else { 1.0 };
    let texts = literal.value.bytes().map(share).product::<f64>() * places * OF;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within bounds, and a guess")]
    let texts = texts.clamp(1.0, OF) as u32;
    texts.max(of_name(asked))
}

/// The same of a program's name.
pub(super) fn of_name(asked: usize) -> u32 {
    u32::try_from(asked.saturating_mul(ASKED)).unwrap_or(u32::MAX)
}

/// The share of a character in usual texts.
const fn share(byte: u8) -> f64 {
    match byte {
        b' ' => 0.12,
        b'/' | b'-' => 0.06,
        b'a' | b'e' | b'o' | b't' | b'n' | b's' | b'r' | b'i' => 0.05,
        b'.' | b'a'..=b'z' => 0.03,
        b'0'..=b'9' | b'A'..=b'Z' => 0.02,
        _ => 0.01,
    }
}
