#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Tag.check(b""),
    |bytes: &[u8]| Target::Tag.check(bytes)
);
