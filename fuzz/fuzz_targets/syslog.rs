#![no_main]

use vespid_hostile::Target;

libfuzzer_sys::fuzz_target!(
    init: Target::Syslog.check(b""),
    |bytes: &[u8]| Target::Syslog.check(bytes)
);
