//! Lines of each format and the events that they become: `golden/NAME.*` is a log, `snapshots/` has its events as
//! Vespid's own ones.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value};
use vespid_ingest::decode::{Decoded, Decoder, Format, native};
use vespid_model::event::Event;

fn logs() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| (stem(path), std::fs::read(path).unwrap())).collect()
}

/// The format that a log's name begins with.
fn format_of(name: &str) -> Format {
    Format::of_name(name.strip_suffix("-made").unwrap_or(name)).unwrap()
}

/// An event as a line of Vespid's own.
fn native_line(event: &Event) -> String {
    let mut line = Map::new();
    let mut put = |name: &str, text: String| line.insert(name.to_owned(), Value::from(text));
    put("kind", event.kind().to_string());
    put("time", event.time.to_string());
    put("src_ip", event.source_ip.to_string());
    put("decky", event.decky.to_string());
    if let Some(session) = &event.session {
        put("session", session.to_string());
    }
    line.extend(serde_json::from_str::<Map<String, Value>>(&event.body_json).unwrap());
    Value::from(line).to_string()
}

#[test]
fn every_line_becomes_what_it_says() {
    for (name, log) in logs() {
        let mut decoder = Decoder::sniffing(Arc::default());
        decoder.look(log.split(|byte| *byte == b'\n')).unwrap();
        assert_eq!(decoder.name(), Some(format_of(&name).name()), "{name}");
        let mut said = String::new();
        for (number, line) in (1..).zip(log.split(|byte| *byte == b'\n')) {
            match decoder.decode(line) {
                Ok(Decoded::Blank) => {}
                Ok(Decoded::Passed(passed)) => {
                    writeln!(said, "{number} passed: {}", passed.as_str()).unwrap();
                }
                Err(error) => writeln!(said, "{number} {}: {error}", error.reason()).unwrap(),
                Ok(Decoded::Events(events)) => {
                    for event in events {
                        let line = native_line(&event);
                        writeln!(said, "{number} {line}").unwrap();
                        let again = native::decode(line.as_bytes()).unwrap().unwrap();
                        assert_eq!(again, event, "an event says all that its id is made of");
                    }
                }
            }
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, said);
        });
    }
}

#[test]
fn every_format_has_a_log() {
    let logs: Vec<_> = logs().iter().map(|(name, _)| format_of(name)).collect();
    for format in Format::ALL.iter().filter(|it| !matches!(it, Format::Cowrie | Format::Vespid)) {
        assert!(logs.contains(format), "no golden/{format}.*");
        assert_eq!(Format::of_name(format.name()), Some(*format));
    }
}

/// A login of Heralding stands in both of its logs, and is one event.
#[test]
fn logins_of_heralding_are_counted_once() {
    let events = |name: &str| -> Vec<Event> {
        let (_, log) = logs().into_iter().find(|(it, _)| it == name).unwrap();
        let format = format_of(name);
        let read = log.split(|byte| *byte == b'\n').filter_map(|line| format.decode(line).ok());
        read.filter_map(|it| if let Decoded::Events(events) = it { Some(events) } else { None })
            .flatten()
            .collect()
    };
    let sessions = events("heralding");
    let both = events("heralding-auth").into_iter().filter(|event| sessions.contains(event));
    assert_eq!(both.count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}") {
        for format in Format::ALL {
            let _ = format.decode(&bytes);
            let _ = format.decode(text.as_bytes());
        }
        let mut decoder = Decoder::sniffing(Arc::default());
        let _ = decoder.look([&bytes]);
        let _ = decoder.decode(text.as_bytes());
    }

    #[test]
    fn no_damaged_line_panics(place in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        for (name, log) in logs() {
            let lines: Vec<_> = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
            let mut line = place.get(&lines).to_vec();
            let at = at.index(line.len());
            if cut { line.truncate(at) } else { line[at] = byte }
            let _ = format_of(&name).decode(&line);
            let _ = Decoder::sniffing(Arc::default()).decode(&line);
        }
    }
}
