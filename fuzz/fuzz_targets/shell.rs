#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Shell.check(b""),
    |bytes: &[u8]| Target::Shell.check(bytes)
);
