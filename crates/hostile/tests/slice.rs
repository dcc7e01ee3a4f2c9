//! The short slice of `cargo xtask fuzz`: damaged seeds, always the same ones.
#![expect(clippy::print_stderr, reason = "an input that breaks something has to be seen")]

use std::time::{Duration, Instant};

use vespid_hostile::{Damage, Target};

/// As for the fuzzer.
const SLOWEST: Duration = Duration::from_secs(5);

fn slice(target: Target, inputs: usize) {
    // The first one loads the rules.
    target.check(b"");
    let mut tried = 0;
    for bytes in Damage::of(target).take(inputs) {
        tried += 1;
        let input = Shown(target, bytes);
        let begun = Instant::now();
        target.check(&input.1);
        assert!(begun.elapsed() < SLOWEST, "{:?}", begun.elapsed());
    }
    assert_eq!(tried, inputs, "there are seeds");
}

/// Shown when its check panics.
struct Shown(Target, Vec<u8>);

impl Drop for Shown {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}: b\"{}\"", self.0.name(), self.1.escape_ascii());
        }
    }
}

#[test]
fn any_line_is_taken_apart() {
    slice(Target::Shell, 2500);
}

#[test]
fn any_line_of_cowrie_is_decoded() {
    slice(Target::Cowrie, 4000);
}

#[test]
fn any_line_of_our_own_is_decoded() {
    slice(Target::Native, 2000);
}

#[test]
fn any_line_of_another_log_is_decoded() {
    slice(Target::Formats, 3000);
}

#[test]
fn any_capture_is_read() {
    slice(Target::Capture, 300);
}

#[test]
fn any_stream_of_syslog_is_taken_apart() {
    slice(Target::Syslog, 3000);
}

#[test]
fn any_file_of_a_provider_is_read() {
    slice(Target::Intel, 3000);
}

#[test]
fn any_rule_file_is_read() {
    slice(Target::Rule, 150);
    // YAML counts a line for each carriage return.
    Target::Rule.check(b"\r\r\r\r\r\rtitle: x\r\ra: [\r");
}

#[test]
fn any_event_is_tagged() {
    slice(Target::Tag, 500);
}

/// Nothing else compiles `fuzz/` on every change.
#[test]
fn the_fuzzer_has_every_target() {
    let fuzz = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz");
    let manifest = std::fs::read_to_string(format!("{fuzz}/Cargo.toml")).unwrap();
    for target in Target::ALL {
        let path = format!("fuzz_targets/{}.rs", target.name());
        assert!(manifest.contains(&format!("path = \"{path}\"")), "{path} is not in Cargo.toml");
        let text = std::fs::read_to_string(format!("{fuzz}/{path}")).unwrap();
        assert!(text.contains(&format!("Target::{target:?}.check")), "{path} checks something else");
    }
    assert_eq!(std::fs::read_dir(format!("{fuzz}/fuzz_targets")).unwrap().count(), Target::ALL.len());
}
