//! The present, for `tagged_at`.

use std::env;

use vespid_model::UtcMicros;
use vespid_model::clock::{Clock, FixedClock, SystemClock};

/// The machine's clock, or the moment that `SOURCE_DATE_EPOCH` names in seconds (reproducible-builds.org), so that
/// two runs can be compared byte for byte.
pub(crate) fn clock() -> Box<dyn Clock> {
    let fixed = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse::<i64>().ok());
    match fixed.and_then(|seconds| seconds.checked_mul(1_000_000)) {
        Some(micros) => Box::new(FixedClock(UtcMicros::from_micros(micros))),
        None => Box::new(SystemClock),
    }
}
