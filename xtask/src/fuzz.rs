//! Bytes that nobody would write, for as long as one likes (fuzz/README.md).

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use vespid_hostile::{LONGEST, Target};

use crate::run::{answers, root, run};

const HELP: &str = "cargo xtask fuzz [TARGET...] [--seconds N]";
/// For each target, when nobody says how long.
const SECONDS: u64 = 300;

/// Runs the fuzzer on the targets that were asked for, one after the other.
pub(crate) fn run_targets(args: &[String]) -> Result<()> {
    let asked = Asked::read(args)?;
    has_what_it_needs()?;
    asked.targets.iter().try_for_each(|target| fuzz(*target, asked.seconds))
}

struct Asked {
    targets: Vec<Target>,
    seconds: u64,
}

impl Asked {
    fn read(args: &[String]) -> Result<Self> {
        let mut asked = Self { targets: Vec::new(), seconds: SECONDS };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--seconds" => {
                    let seconds =
                        args.next().and_then(|text| text.parse().ok()).filter(|seconds| *seconds > 0);
                    asked.seconds = seconds
                        .with_context(|| format!("--seconds needs a whole number, at least 1\n{HELP}"))?;
                }
                flag if flag.starts_with('-') => bail!("no option {flag}\n{HELP}"),
                name => {
                    let found = Target::ALL.into_iter().find(|target| target.name() == name);
                    let names = Target::ALL.map(Target::name).join(", ");
                    asked
                        .targets
                        .push(found.with_context(|| format!("no target {name}; there are {names}"))?);
                }
            }
        }
        if asked.targets.is_empty() {
            asked.targets.extend(Target::ALL);
        }
        Ok(asked)
    }
}

fn has_what_it_needs() -> Result<()> {
    ensure!(
        answers("cargo", &["+nightly", "--version"]),
        "the fuzzer needs a nightly compiler: rustup toolchain install nightly"
    );
    ensure!(
        answers("cargo", &["+nightly", "fuzz", "--version"]),
        "the fuzzer needs cargo-fuzz: cargo install cargo-fuzz"
    );
    Ok(())
}

fn fuzz(target: Target, seconds: u64) -> Result<()> {
    let corpus = write_seeds(target)?;
    let name = target.name();
    let options = [
        format!("-max_total_time={seconds}"),
        format!("-dict=fuzz/{}", target.dictionary()),
        format!("-max_len={LONGEST}"),
        "-timeout=5".to_owned(),
        "-rss_limit_mb=2048".to_owned(),
        "-print_final_stats=1".to_owned(),
    ];
    let mut command = vec!["+nightly", "fuzz", "run", name, &corpus, "--"];
    command.extend(options.iter().map(String::as_str));
    run("cargo", &command)
}

/// Puts the seeds beside what earlier runs found.
fn write_seeds(target: Target) -> Result<String> {
    let corpus = format!("fuzz/corpus/{}", target.name());
    let folder = root().join(&corpus);
    fs::create_dir_all(&folder).with_context(|| format!("making {corpus}"))?;
    for (number, seed) in target.seeds().iter().enumerate() {
        let path = folder.join(format!("seed-{number:05}"));
        fs::write(&path, seed).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(corpus)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Asked> {
        Asked::read(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_asked_for_is_run() {
        let all = read(&[]).unwrap();
        assert_eq!((all.targets.as_slice(), all.seconds), (Target::ALL.as_slice(), SECONDS));
        let two = read(&["rule", "--seconds", "7", "shell"]).unwrap();
        assert_eq!((two.targets, two.seconds), (vec![Target::Rule, Target::Shell], 7));
        for wrong in [&["--seconds"][..], &["--seconds", "0"], &["--seconds", "x"], &["--quick"], &["sh"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
