//! `vespid rules coverage`

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use vespid_attack::Catalogue;
use vespid_export::coverage::{Coverage, Format};
use vespid_export::{Look, printable};

use super::super::look;
use crate::exit::Exit;
use crate::rules;

#[derive(Debug, Args)]
pub(crate) struct CoverageArgs {
    /// The Sigma rules of this folder instead of those that the program carries
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    #[arg(long, default_value = "table")]
    format: CoverageFormat,
    /// Write it there instead of to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CoverageFormat {
    /// For a terminal
    Table,
    /// For programs
    Json,
    /// A layer for ATT&CK Navigator, format 4.5; the score is the number of rules
    Navigator,
}

impl From<CoverageFormat> for Format {
    fn from(format: CoverageFormat) -> Self {
        match format {
            CoverageFormat::Table => Self::Table,
            CoverageFormat::Json => Self::Json,
            CoverageFormat::Navigator => Self::Navigator,
        }
    }
}

pub(super) fn run(args: &CoverageArgs) -> Result<Exit> {
    let attack = Catalogue::default_release();
    let files = rules::files(args.rules.as_deref())?;
    let (engine, problems) = rules::engine(&files, attack)?;
    for problem in problems {
        writeln!(io::stderr(), "vespid: left out: {}", printable(&problem.to_string()))?;
    }
    let mut coverage = Coverage::default();
    let rules = engine.rules().iter().map(|rule| &rule.emits).filter(|emits| !emits.is_empty());
    for emits in rules.chain(engine.correlations().iter().map(|correlation| &correlation.emits)) {
        coverage.add(emits.iter().map(|emit| (emit.technique, emit.tactic, emit.confidence)));
    }
    match &args.output {
        Some(path) => {
            let text = coverage.render(args.format.into(), attack, Look::PLAIN);
            fs::write(path, text).with_context(|| path.display().to_string())?;
        }
        None => {
            let mut out = io::stdout().lock();
            let look = look::of(&out);
            out.write_all(coverage.render(args.format.into(), attack, look).as_bytes())?;
        }
    }
    Ok(Exit::Done)
}
