//! Project chores. `cargo xtask` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

mod bench;
mod data;
mod fleets;
mod fuzz;
mod lint;
mod quality;
mod run;
mod services;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask test [ARGS]   install what the tests need, then run every test (ARGS go to the test runner)
cargo xtask lint          formatting, clippy, dependencies, documentation
cargo xtask check         test, then lint: what CI runs
cargo xtask bench ingest  how fast, beside a floor in the same run; bench engine, bench store, bench cluster
cargo xtask data          rebuild data/attack from its sources (--check: compare only)
cargo xtask quality FILE  how well a labelled file's commands are named; --rules DIR, --misses
cargo xtask fleets [N]    how well identities agree with made-up fleets of N attackers whose truth is known
cargo xtask fuzz [TARGET] bytes that nobody would write, 300 seconds a target; --seconds N
cargo xtask services      install the programs that the tests start
cargo xtask bless         accept the current output as the golden files";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match chore(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn chore(args: &[String]) -> Result<()> {
    let (name, rest) = args.split_first().map_or(("help", args), |(name, rest)| (name.as_str(), rest));
    match name {
        "test" => test::run(rest),
        "lint" => lint::run(),
        "check" => test::run(&[]).and_then(|()| lint::run()),
        "bench" => bench::run_bench(rest),
        "fleets" => fleets::run(rest),
        "data" => data::run(rest),
        "quality" => quality::run(rest),
        "fuzz" => fuzz::run_targets(rest),
        "services" => services::install(),
        "bless" => test::bless(),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => bail!("no chore {other}\n{HELP}"),
    }
}
