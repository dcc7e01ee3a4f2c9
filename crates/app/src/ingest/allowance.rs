//! How many dead letters are kept of what strangers send: a flood must not fill the disk.

use std::time::Duration;

use tokio::time::Instant;

/// Kept in a minute. The others are only counted.
const KEPT: u32 = 500;
const MINUTE: Duration = Duration::from_mins(1);

/// What is left of this minute's.
#[derive(Debug, Default)]
pub(super) struct Allowance {
    begun: Option<Instant>,
    taken: u32,
}

impl Allowance {
    /// Takes one, if one is left.
    pub(super) fn take(&mut self) -> bool {
        if self.begun.is_none_or(|begun| begun.elapsed() >= MINUTE) {
            *self = Self { begun: Some(Instant::now()), taken: 0 };
        }
        self.taken += 1;
        self.taken <= KEPT
    }
}
