#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Rule.check(b""),
    |bytes: &[u8]| Target::Rule.check(bytes)
);
