#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Capture.check(b""),
    |bytes: &[u8]| Target::Capture.check(bytes)
);
