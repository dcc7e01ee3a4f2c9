#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Intel.check(b""),
    |bytes: &[u8]| Target::Intel.check(bytes)
);
