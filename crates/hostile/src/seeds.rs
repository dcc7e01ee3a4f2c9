//! Real inputs: the sample logs, the shipped rules and their examples.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use serde_json::json;
use vespid_attack::Catalogue;
use vespid_engine::{Pack, Rule, shipped_rules};
use vespid_ingest::decode::{Format, cowrie};
use vespid_model::Body;

use crate::{LONGEST, Target};

const LOGS: [&str; 2] = [
    include_str!("../../../data/samples/cowrie-a.json"),
    include_str!("../../../data/samples/cowrie-b.json"),
];

/// What somebody typed, and all events as lines of Vespid's own.
#[derive(Default)]
struct Events {
    typed: BTreeSet<Vec<u8>>,
    native: BTreeSet<Vec<u8>>,
}

static EVENTS: LazyLock<Events> = LazyLock::new(|| {
    let mut events = Events::default();
    for line in LOGS.iter().flat_map(|log| log.lines()) {
        if let Ok(Some(event)) = cowrie::decode(line.as_bytes()) {
            events.add(&event.body);
        }
    }
    for parsed in Pack::load(&shipped_rules(), Catalogue::default_release()).rules {
        examples(&parsed.rule).for_each(|body| events.add(&body));
    }
    events
});

pub(crate) fn of(target: Target) -> Vec<Vec<u8>> {
    match target {
        Target::Shell => EVENTS.typed.iter().cloned().collect(),
        Target::Cowrie => LOGS.iter().flat_map(|log| log.lines()).map(Vec::from).collect(),
        Target::Native => EVENTS.native.iter().cloned().collect(),
        Target::Formats => formats(),
        Target::Capture => captures(),
        Target::Syslog => syslog(),
        Target::Intel => intel(),
        Target::Rule => rules(),
        Target::Tag => EVENTS.typed.union(&EVENTS.native).cloned().collect(),
    }
}

/// Rules over commands are hundreds, much alike, and each costs as much as thousands of lines.
fn rules() -> Vec<Vec<u8>> {
    let (alike, others): (Vec<_>, Vec<_>) =
        shipped_rules().into_iter().partition(|file| file.path.starts_with("command/"));
    others.into_iter().chain(alike.into_iter().step_by(10)).map(|file| file.text.into_bytes()).collect()
}

/// Files of every provider, behind the number of nobody, and of each.
fn intel() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../ingest/tests/intel");
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut texts: Vec<Vec<u8>> = files.flatten().filter_map(|file| fs::read(file.path()).ok()).collect();
    texts.sort();
    (0..=4).flat_map(|number| texts.iter().map(move |text| [&[number], &**text].concat())).collect()
}

/// Lines of every format, each behind the number of its format. A golden log is named like its format, with more
/// behind it where there are several.
fn formats() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../ingest/tests/golden");
    let mut seeds = BTreeSet::new();
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let stem = name.split('.').next().unwrap_or_default();
        let of_name = |(_, format): &(u8, &Format)| format.name() == stem.trim_end_matches("-made");
        let Some((number, _)) = (0..).zip(Format::ALL).find(of_name) else { continue };
        for line in fs::read(file.path()).unwrap_or_default().split(|byte| *byte == b'\n') {
            seeds.insert([&[number], line].concat());
        }
    }
    seeds.into_iter().collect()
}

/// A small capture that holds all that is looked for, whole and from each of its packets on.
fn captures() -> Vec<Vec<u8>> {
    const HEADER: usize = 24;
    const PACKET: usize = 16;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ingest/tests/captures/lab.pcap");
    let whole = fs::read(path).unwrap_or_default();
    let Some((header, mut rest)) = whole.split_at_checked(HEADER) else { return Vec::new() };
    let mut seeds = Vec::new();
    while let Some(&[a, b, c, d]) = rest.get(8..12).and_then(|length| length.first_chunk()) {
        seeds.push([header, rest.get(..LONGEST - HEADER).unwrap_or(rest)].concat());
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        rest = rest.get(PACKET + length..).unwrap_or_default();
    }
    seeds
}

/// Records of every format as messages of both framings and forms.
fn syslog() -> Vec<Vec<u8>> {
    let message = |(number, seed): (usize, Vec<u8>)| {
        let record = seed.get(1..).unwrap_or_default();
        let header: &[u8] = if number % 2 == 0 {
            b"<134>1 2026-11-24T15:22:00Z h a 1 - - "
        } else {
            b"<14>Nov 24 15:22:00 h a: "
        };
        let message = [header, record].concat();
        let counted = format!("\x07{} ", message.len());
        if number % 3 == 0 {
            [counted.as_bytes(), &message].concat()
        } else {
            [b"\x1f", &message[..], b"\n"].concat()
        }
    };
    formats().into_iter().enumerate().map(message).collect()
}

fn examples(rule: &Rule) -> impl Iterator<Item = Body> {
    rule.hits.iter().chain(&rule.misses).filter_map(|example| example.body(rule.target).ok())
}

impl Events {
    fn add(&mut self, body: &Body) {
        if let Body::Command(command) = body {
            self.typed.insert(command.command_text.clone().into_bytes());
            return;
        }
        let mut line = json!({
            "kind": body.kind().as_str(),
            "time": "2026-11-24T10:00:00Z",
            "src_ip": "203.0.113.9",
            "decky": "d",
        });
        if let (Some(line), Ok(serde_json::Value::Object(fields))) =
            (line.as_object_mut(), serde_json::to_value(body))
        {
            line.extend(fields);
        }
        self.native.insert(line.to_string().into_bytes());
    }
}
