//! How fast lines of the bundled logs become events, on one core.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vespid_ingest::decode::cowrie::decode;

fn cowrie(criterion: &mut Criterion) {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/samples");
    let log = ["cowrie-a.json", "cowrie-b.json"]
        .map(|name| std::fs::read_to_string(samples.join(name)).unwrap())
        .concat();
    let mut group = criterion.benchmark_group("decode");
    group.throughput(Throughput::Elements(log.lines().count() as u64));
    group.bench_function("cowrie", |bencher| {
        bencher.iter(|| log.lines().for_each(|line| drop(black_box(decode(black_box(line.as_bytes()))))));
    });
    group.finish();
}

criterion_group!(benches, cowrie);
criterion_main!(benches);
