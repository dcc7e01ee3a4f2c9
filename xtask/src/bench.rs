//! How fast, beside a floor in the same run.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::run::{root, run};

/// The core that both run on.
const CORE: &str = "0";

/// The part of criterion's estimates that is used.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    /// Nanoseconds.
    point_estimate: f64,
}

#[derive(Deserialize)]
struct Benchmark {
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
struct Throughput {
    #[serde(rename = "Elements")]
    elements: f64,
}

/// Runs a benchmark on one core and prints lines a second and the ratio to the floor.
pub(crate) fn run_bench(args: &[String]) -> Result<()> {
    match args.first().map(String::as_str) {
        Some("ingest") => ingest(),
        Some("engine") => on_one_core("engine"),
        Some("cluster") => run("cargo", &["bench", "--package", "vespid-cluster", "--bench", "cluster"]),
        Some("store") => run("cargo", &["bench", "--package", "vespid-store", "--bench", "store"]),
        _ => bail!("say which benchmark: ingest, engine, store or cluster"),
    }
}

/// Runs a benchmark of the program, so that a second thread is no advantage of anybody.
fn on_one_core(name: &str) -> Result<()> {
    run("cargo", &["bench", "--package", "vespid-app", "--bench", name, "--no-run"])?;
    let bench = ["-c", CORE, "cargo", "bench", "--package", "vespid-app", "--bench", name];
    let status =
        Command::new("taskset").args(bench).current_dir(root()).status().context("starting taskset")?;
    ensure!(status.success(), "the benchmark failed: {status}");
    Ok(())
}

fn ingest() -> Result<()> {
    on_one_core("ingest")?;
    for (group, log) in [("ingest", "as bots repeat themselves"), ("ingest_once", "nothing said twice")] {
        let (whole, floor) = (rate(group, "whole")?, rate(group, "floor")?);
        println!(
            "ingest, one core, {log}: whole {whole:.0} lines/s, floor {floor:.0} lines/s, ratio {:.2}",
            whole / floor
        );
    }
    Ok(())
}

/// Lines a second, by the median of the run just made.
fn rate(group: &str, name: &str) -> Result<f64> {
    let folder = root().join("target/criterion").join(group).join(name).join("new");
    let read = |file: &str| {
        let path = folder.join(file);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let estimates: Estimates = serde_json::from_str(&read("estimates.json")?)?;
    let benchmark: Benchmark = serde_json::from_str(&read("benchmark.json")?)?;
    let lines = benchmark.throughput.context("criterion kept no throughput")?.elements;
    Ok(lines * 1e9 / estimates.median.point_estimate)
}
