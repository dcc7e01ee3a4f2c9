//! A rule file's text becomes a rule, or a problem that says why not.

use std::collections::HashSet;

use rsigma_parser::{SigmaCollection, SigmaRule, parse_sigma_yaml};
use vespid_attack::Catalogue;
use vespid_model::id::RuleId;

use super::custom::Custom;
use super::emit::{emits, once};
use super::{Emit, Rule, Target, target};
use crate::lifter::Lifter;
use crate::pack::RuleFile;
use crate::problem::{Fault, Problem};

/// A rule with what its evaluator needs.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The rule.
    pub rule: Rule,
    /// Its detection as parsed.
    pub sigma: SigmaRule,
}

/// The documents of a file; a fault in one does not hide the others.
pub(crate) fn documents(file: &RuleFile) -> (SigmaCollection, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut report =
        |rule: Option<String>, fault| problems.push(Problem { path: file.path.clone(), rule, fault });
    let mut collection = parse_sigma_yaml(&file.text).unwrap_or_else(|error| {
        report(None, Fault::Unreadable(error.to_string()));
        SigmaCollection::new()
    });
    for error in std::mem::take(&mut collection.errors) {
        report(None, Fault::Unreadable(error));
    }
    (collection, problems)
}

/// The detection rules of a file. Those whose name or id is among the silent ones name nothing.
pub(crate) fn detections(
    file: &RuleFile,
    rules: Vec<SigmaRule>,
    silent: &HashSet<String>,
    attack: &Catalogue,
) -> (Vec<Parsed>, Vec<Problem>) {
    let (mut read_, mut problems) = (Vec::new(), Vec::new());
    for sigma in rules {
        match read(&sigma, file, silent, attack) {
            Ok(rule) => read_.push(Parsed { rule, sigma }),
            Err(fault) => {
                problems.push(Problem { path: file.path.clone(), rule: sigma.name.or(sigma.id), fault });
            }
        }
    }
    (read_, problems)
}

fn read(
    sigma: &SigmaRule,
    file: &RuleFile,
    silent: &HashSet<String>,
    attack: &Catalogue,
) -> Result<Rule, Fault> {
    let name = sigma.name.as_deref().or(sigma.id.as_deref()).ok_or(Fault::Nameless)?;
    let target = Target::of(&sigma.logsource).ok_or_else(|| {
        Fault::UnknownLogsource(target::describe(&sigma.logsource) + target::hint(&sigma.logsource))
    })?;
    let custom = Custom::of(sigma, target)?;
    let is_silent = [&sigma.name, &sigma.id].into_iter().flatten().any(|name| silent.contains(name));
    let emits = if is_silent { Vec::new() } else { emits(sigma, custom.confidence.as_ref(), attack)? };
    let lifter = custom.lifter.as_deref().map(|name| lifter(name, target, &emits)).transpose()?;
    // A lifter chooses by the names; what is one technique then is one tag all the same.
    let emits = if lifter.is_none() { once(emits) } else { emits };
    Ok(Rule {
        id: RuleId::new(name),
        version: custom.version.unwrap_or(1),
        title: sigma.title.clone(),
        description: sigma.description.clone().unwrap_or_default().trim().to_owned(),
        target,
        emits,
        lifter,
        hits: custom.examples.hits,
        misses: custom.examples.misses,
        path: file.path.clone(),
        source: file.text.clone(),
    })
}

/// The lifter of a rule, which must look at the lifter's kind and name all that the lifter may choose.
fn lifter(name: &str, target: Target, emits: &[Emit]) -> Result<Lifter, Fault> {
    let unknown = || Fault::BadLifter { name: name.to_owned(), why: "there is no such lifter".to_owned() };
    let lifter: Lifter = name.parse().map_err(|_| unknown())?;
    if target != Target::Body(lifter.kind()) {
        let why = format!("it reads {}, not {target}", lifter.kind());
        return Err(Fault::BadLifter { name: name.to_owned(), why });
    }
    let table = lifter.table();
    let missing: Vec<_> = table.iter().filter(|id| !emits.iter().any(|emit| emit.named == **id)).collect();
    if let Some(first) = missing.first() {
        let why =
            format!("it may choose {first}, which the rule does not name ({} are missing)", missing.len());
        return Err(Fault::BadLifter { name: name.to_owned(), why });
    }
    let stray = emits.iter().find(|emit| !table.is_empty() && !table.contains(&emit.named));
    if let Some(emit) = stray {
        let why = format!("it never chooses {}, which the rule names", emit.named);
        return Err(Fault::BadLifter { name: name.to_owned(), why });
    }
    Ok(lifter)
}
