#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Native.check(b""),
    |bytes: &[u8]| Target::Native.check(bytes)
);
