#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Cowrie.check(b""),
    |bytes: &[u8]| Target::Cowrie.check(bytes)
);
