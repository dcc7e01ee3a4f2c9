//! A rule file's text becomes a rule, or a problem that says why not.

use rsigma_parser::{FilterRule, SigmaRule, parse_sigma_yaml};
use vespid_attack::Catalogue;
use vespid_model::id::RuleId;

use super::custom::Custom;
use super::emit::emits;
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

/// Reads one file, which may hold several rules and filters. Faults do not hide the other rules of the file.
pub(crate) fn parse(file: &RuleFile, attack: &Catalogue) -> (Vec<Parsed>, Vec<FilterRule>, Vec<Problem>) {
    let (mut rules, mut filters) = (Vec::new(), Vec::new());
    let mut problems = Vec::new();
    let mut report =
        |rule: Option<String>, fault| problems.push(Problem { path: file.path.clone(), rule, fault });

    match parse_sigma_yaml(&file.text) {
        Err(error) => report(None, Fault::Unreadable(error.to_string())),
        Ok(collection) => {
            for error in collection.errors {
                report(None, Fault::Unreadable(error));
            }
            for correlation in collection.correlations {
                report(correlation.name.or(correlation.id), Fault::Unsupported("correlation"));
            }
            filters = collection.filters;
            for sigma in collection.rules {
                match read(&sigma, file, attack) {
                    Ok(rule) => rules.push(Parsed { rule, sigma }),
                    Err(fault) => report(sigma.name.or(sigma.id), fault),
                }
            }
        }
    }
    (rules, filters, problems)
}

fn read(sigma: &SigmaRule, file: &RuleFile, attack: &Catalogue) -> Result<Rule, Fault> {
    let name = sigma.name.as_deref().or(sigma.id.as_deref()).ok_or(Fault::Nameless)?;
    let target = Target::of(&sigma.logsource).ok_or_else(|| {
        Fault::UnknownLogsource(target::describe(&sigma.logsource) + target::hint(&sigma.logsource))
    })?;
    let custom = Custom::of(sigma, target)?;
    let emits = emits(sigma, custom.confidence.as_ref(), attack)?;
    let lifter = custom.lifter.as_deref().map(|name| lifter(name, target, &emits)).transpose()?;
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
    let missing: Vec<_> =
        table.iter().filter(|id| !emits.iter().any(|emit| emit.technique == **id)).collect();
    if let Some(first) = missing.first() {
        let why =
            format!("it may choose {first}, which the rule does not name ({} are missing)", missing.len());
        return Err(Fault::BadLifter { name: name.to_owned(), why });
    }
    let stray = emits.iter().find(|emit| !table.is_empty() && !table.contains(&emit.technique));
    if let Some(emit) = stray {
        let why = format!("it never chooses {}, which the rule names", emit.technique);
        return Err(Fault::BadLifter { name: name.to_owned(), why });
    }
    Ok(lifter)
}
