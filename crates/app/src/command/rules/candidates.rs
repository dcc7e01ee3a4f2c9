//! Rule files that are not in use yet.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use vespid_attack::Catalogue;
use vespid_engine::{Engine, Pack, RuleFile};
use vespid_model::id::RuleId;

use super::known::say_problems;
use crate::rules::LONGEST_RULE;

/// Compiles these files.
///
/// # Errors
/// When a file cannot be read, or any of its rules cannot run: what is wrong is printed. When one is a correlation.
pub(super) fn engine(paths: &[PathBuf], attack: &Catalogue) -> Result<Engine> {
    let files = paths.iter().map(read).collect::<Result<Vec<_>>>()?;
    let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
    say_problems(&problems)?;
    if !problems.is_empty() || engine.rules().is_empty() {
        bail!("{} rules can run, {} faults", engine.rules().len(), problems.len());
    }
    if let Some(correlation) = engine.correlations().first() {
        bail!(
            "{} is a correlation: what several events show is not compared nor promoted file by file; put it among the \
             rules and run `vespid retag`",
            correlation.id
        );
    }
    Ok(engine)
}

pub(super) fn names(engine: &Engine) -> Vec<RuleId> {
    engine.rules().iter().map(|rule| rule.id.clone()).collect()
}

fn read(path: &PathBuf) -> Result<RuleFile> {
    let shown = path.display().to_string();
    let length = fs::metadata(path).with_context(|| shown.clone())?.len();
    if length > LONGEST_RULE {
        bail!("{shown} is longer than {LONGEST_RULE} bytes: not a rule");
    }
    let text = fs::read(path).with_context(|| shown.clone())?;
    Ok(RuleFile { path: shown, text: String::from_utf8_lossy(&text).into_owned() })
}
