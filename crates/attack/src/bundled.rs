//! The releases that the program carries.

use std::sync::OnceLock;

use vespid_model::release::Release;

use crate::Catalogue;

const RELEASES: [Release; 3] = [Release::new(19, 2), Release::new(18, 1), Release::new(15, 0)];
const TEXTS: [&str; 3] = [
    include_str!("../../../data/attack/19.2.jsonl"),
    include_str!("../../../data/attack/18.1.jsonl"),
    include_str!("../../../data/attack/15.0.jsonl"),
];
static LOADED: [OnceLock<Catalogue>; 3] = [const { OnceLock::new() }; 3];

impl Catalogue {
    /// The bundled releases, newest first.
    pub const fn bundled_releases() -> &'static [Release] {
        &RELEASES
    }

    /// A bundled release, read at its first use. None for a release that is not bundled.
    pub fn bundled(release: Release) -> Option<&'static Self> {
        RELEASES.iter().position(|bundled| *bundled == release).map(load)
    }

    /// The newest bundled release.
    pub fn default_release() -> &'static Self {
        load(0)
    }
}

/// # Panics
/// When a committed file is malformed, which the tests rule out.
fn load(place: usize) -> &'static Catalogue {
    LOADED[place]
        .get_or_init(|| Catalogue::from_jsonl(TEXTS[place]).expect("a bundled catalogue is well formed"))
}
