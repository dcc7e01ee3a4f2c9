#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Formats.check(b""),
    |bytes: &[u8]| Target::Formats.check(bytes)
);
