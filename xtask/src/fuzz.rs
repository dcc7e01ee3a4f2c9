//! Bytes that nobody would write, for as long as one likes (fuzz/README.md).

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use vespid_hostile::{Format, LONGEST, ONE_FORMAT, Target};

use crate::run::{answers, root, run_with};

const HELP: &str = "cargo xtask fuzz [TARGET...|formats/NAME|formats/each] [--seconds N]";
/// For each target, when nobody says how long.
const SECONDS: u64 = 300;

/// Runs the fuzzer on the targets that were asked for, one after the other.
pub(crate) fn run_targets(args: &[String]) -> Result<()> {
    let asked = Asked::read(args)?;
    has_what_it_needs()?;
    asked.doors.iter().try_for_each(|door| fuzz(*door, asked.seconds))
}

/// A target, or one format of [`Target::Formats`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Door {
    target: Target,
    format: Option<Format>,
}

impl From<Target> for Door {
    fn from(target: Target) -> Self {
        Self { target, format: None }
    }
}

struct Asked {
    doors: Vec<Door>,
    seconds: u64,
}

impl Asked {
    fn read(args: &[String]) -> Result<Self> {
        let mut asked = Self { doors: Vec::new(), seconds: SECONDS };
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
                name => asked.doors.extend(doors(name)?),
            }
        }
        if asked.doors.is_empty() {
            asked.doors.extend(Target::ALL.map(Door::from));
        }
        Ok(asked)
    }
}

fn doors(name: &str) -> Result<Vec<Door>> {
    let of_format = |format: &Format| Door { target: Target::Formats, format: Some(*format) };
    match name.split_once('/') {
        Some(("formats", "each")) => Ok(Format::ALL.iter().map(of_format).collect()),
        Some(("formats", name)) => {
            let found = Format::ALL.iter().find(|format| format.name() == name);
            Ok(vec![of_format(found.with_context(|| format!("no format {name}; docs/formats.md has them"))?)])
        }
        _ => {
            let found = Target::ALL.into_iter().find(|target| target.name() == name);
            let names = Target::ALL.map(Target::name).join(", ");
            Ok(vec![found.with_context(|| format!("no target {name}; there are {names}"))?.into()])
        }
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

fn fuzz(door: Door, seconds: u64) -> Result<()> {
    let Door { target, format } = door;
    let corpus = write_seeds(door)?;
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
    let format = format.map(|format| (ONE_FORMAT, format.name()));
    run_with("cargo", &command, format.as_slice())
}

/// Puts the seeds beside what earlier runs found.
fn write_seeds(Door { target, format }: Door) -> Result<String> {
    let part = format.map_or_else(String::new, |format| format!("-{}", format.name()));
    let corpus = format!("fuzz/corpus/{}{part}", target.name());
    let folder = root().join(&corpus);
    fs::create_dir_all(&folder).with_context(|| format!("making {corpus}"))?;
    // The first byte of a seed is the number of its format.
    let number = format.and_then(|format| Format::ALL.iter().position(|other| *other == format));
    let seeds = target.seeds().into_iter();
    let seeds = seeds
        .filter(|seed| number.is_none_or(|number| seed.first().map(|it| usize::from(*it)) == Some(number)));
    for (number, seed) in seeds.enumerate() {
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
        assert_eq!((all.doors, all.seconds), (Target::ALL.map(Door::from).to_vec(), SECONDS));
        let two = read(&["rule", "--seconds", "7", "shell"]).unwrap();
        assert_eq!((two.doors, two.seconds), (vec![Target::Rule.into(), Target::Shell.into()], 7));
        let one = read(&["formats/opencanary"]).unwrap().doors;
        assert_eq!(one, [Door { target: Target::Formats, format: Some(Format::OpenCanary) }]);
        let each = read(&["formats/each"]).unwrap().doors;
        assert!(each.iter().map(|door| door.format).eq(Format::ALL.iter().copied().map(Some)));
        let wrongs = [
            &["--seconds"][..],
            &["--seconds", "0"],
            &["--seconds", "x"],
            &["--quick"],
            &["sh"],
            &["formats/x"],
            &["shell/x"],
        ];
        for wrong in wrongs {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
