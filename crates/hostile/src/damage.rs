//! Seeds, damaged the way a fuzzer does it, in an order that is always the same.

use std::ops::Range;

use crate::Target;
use crate::random::Random;

/// Bytes of an input, as for the fuzzer.
pub const LONGEST: usize = 10_000;
/// Ways to damage that one input may go through.
const WAYS: usize = 4;
/// How often a piece is said again.
const TIMES: usize = 400;

/// Damaged seeds without end.
#[derive(Debug)]
pub struct Damage {
    seeds: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    random: Random,
}

impl Damage {
    /// Of the seeds of a target, with its words.
    pub fn of(target: Target) -> Self {
        Self { seeds: target.seeds(), words: target.words(), random: Random(0) }
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        let random = &mut self.random;
        let at = random.below(bytes.len() + 1);
        let piece = piece(random, bytes.len());
        match random.below(5) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            1 => drop(bytes.drain(piece)),
            2 => {
                let again = bytes.get(piece).unwrap_or_default().repeat(random.below(TIMES));
                insert(bytes, at, &again);
            }
            3 => {
                let other = random.one(&self.seeds).map_or(&[][..], Vec::as_slice);
                let part = self::piece(random, other.len());
                insert(bytes, at, other.get(part).unwrap_or_default());
            }
            _ => insert(bytes, at, random.one(&self.words).map_or(&[][..], Vec::as_slice)),
        }
    }
}

impl Iterator for Damage {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut bytes = self.random.one(&self.seeds)?.clone();
        for _ in 0..=self.random.below(WAYS) {
            self.damage(&mut bytes);
        }
        bytes.truncate(LONGEST);
        Some(bytes)
    }
}

/// A part of so many bytes: often a small one.
fn piece(random: &mut Random, length: usize) -> Range<usize> {
    let start = random.below(length + 1);
    let most = if random.below(2) == 0 { 16 } else { length };
    start..length.min(start + random.below(most + 1))
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    let room = LONGEST.saturating_sub(bytes.len());
    bytes.splice(at..at, more.iter().copied().take(room)).for_each(drop);
}
