//! Honeytrap, which takes connections to any port.

pub(super) mod json;
pub(super) mod text;

/// The name of a sensor that names itself nowhere.
const DECKY: &str = "honeytrap";
