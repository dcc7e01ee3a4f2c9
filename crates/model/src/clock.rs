//! Where the present comes from: given to the rooms as an argument, read in one place.

use crate::time::UtcMicros;

/// Tells the time. The system's at the rim, a fixed one in tests.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> UtcMicros;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> UtcMicros {
        UtcMicros::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// Always the same moment.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub UtcMicros);

impl Clock for FixedClock {
    fn now(&self) -> UtcMicros {
        self.0
    }
}
