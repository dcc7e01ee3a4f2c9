//! A rule file's text becomes a rule, or a problem that says why not.

use rsigma_parser::{FilterRule, SigmaRule, parse_sigma_yaml};
use vespid_attack::Catalogue;
use vespid_model::id::RuleId;

use super::custom::Custom;
use super::emit::emits;
use super::{Rule, Target, target};
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
    let target = Target::of(&sigma.logsource)
        .ok_or_else(|| Fault::UnknownLogsource(target::describe(&sigma.logsource)))?;
    let custom = Custom::of(sigma, target)?;
    Ok(Rule {
        id: RuleId::new(name),
        version: custom.version.unwrap_or(1),
        title: sigma.title.clone(),
        description: sigma.description.clone().unwrap_or_default().trim().to_owned(),
        target,
        emits: emits(sigma, custom.confidence.as_ref(), attack)?,
        hits: custom.examples.hits,
        misses: custom.examples.misses,
        path: file.path.clone(),
        source: file.text.clone(),
    })
}
