//! Every test.

use anyhow::Result;

use crate::run::{self, answers, run_with};
use crate::{data, services};

/// Installs what the tests need and runs them all, with nextest where it is installed; then the benchmarks once, briefly.
pub(crate) fn run(args: &[String]) -> Result<()> {
    services::install()?;
    if let Err(error) = data::official_bundle() {
        println!("without MITRE's own bundle ({error:#}) one test of `vespid attack import` is skipped");
    }
    let nextest = answers("cargo", &["nextest", "--version"]);
    let mut command: Vec<&str> = if nextest {
        vec!["nextest", "run", "--workspace"]
    } else {
        vec!["test", "--workspace", "--tests", "--lib", "--bins"]
    };
    command.extend(args.iter().map(String::as_str));
    run::run("cargo", &command)?;
    if args.is_empty() { run::run("cargo", &["test", "--workspace", "--bench", "*"]) } else { Ok(()) }
}

/// Runs the golden tests and accepts what they print.
pub(crate) fn bless() -> Result<()> {
    run_with("cargo", &["test", "--workspace"], &[("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")])
}
