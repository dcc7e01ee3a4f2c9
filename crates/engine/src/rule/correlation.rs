//! A correlation: several events that mean together what none of them means alone.

use std::collections::{HashMap, HashSet};

use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, WindowMode};
use serde::Deserialize;
use vespid_attack::Catalogue;
use vespid_model::SourceKind;
use vespid_model::id::RuleId;
use vespid_model::window::{Form, MAX_SECONDS};

use super::custom::Setting;
use super::emit::{Emit, named, once};
use super::{Parsed, Sequence};
use crate::pack::RuleFile;
use crate::problem::{Fault, Problem};

/// A correlation asks for no more events or values than this.
const MOST: u64 = 10_000;

/// A rule over the events of one attacker in one window.
#[derive(Debug, Clone)]
pub struct Correlation {
    /// The Sigma `name`, else its `id`.
    pub id: RuleId,
    /// Raised by its author when what it matches or names changes.
    pub version: u32,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub description: String,
    /// What it names, each technique once.
    pub emits: Vec<Emit>,
    /// What kind of correlation.
    pub form: Form,
    /// The kind of event of its last step, which its tags have.
    pub kind: SourceKind,
    /// The length of its windows in microseconds.
    pub length: i64,
    /// The fields that it groups by, beside the attacker.
    pub group_by: Vec<String>,
    /// What must be seen.
    pub steps: Vec<Step>,
    /// One step after the other?
    pub ordered: bool,
    /// What must be tagged by it.
    pub hits: Vec<Sequence>,
    /// What must not.
    pub misses: Vec<Sequence>,
    /// The file it was read from.
    pub path: String,
    /// The text of that file.
    pub source: String,
}

/// What must be seen once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Events that match one of these.
    pub rules: Vec<StepRule>,
    /// So many of them, or so many different values.
    pub count: u32,
    /// The fields whose values are counted; none where events are.
    pub field: Vec<String>,
}

/// A base rule of a step, and what its own events call the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRule {
    /// The rule.
    pub rule: RuleId,
    /// The kind of its events.
    pub kind: SourceKind,
    /// Its names of [`Correlation::group_by`].
    pub group: Vec<String>,
    /// Its names of [`Step::field`].
    pub value: Vec<String>,
}

/// The correlations of a pack, before they know their rules.
#[derive(Debug, Default)]
pub(crate) struct Correlations(Vec<(RuleFile, CorrelationRule)>);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Custom {
    version: Option<u32>,
    confidence: Option<Setting>,
    examples: Examples,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Examples {
    hits: Vec<Sequence>,
    misses: Vec<Sequence>,
}

impl Correlations {
    pub(crate) fn add(&mut self, file: &RuleFile, correlations: Vec<CorrelationRule>) {
        self.0.extend(correlations.into_iter().map(|correlation| (file.clone(), correlation)));
    }

    /// Names and ids of what correlations use and what therefore makes no tags of its own: Sigma's `generate`.
    pub(crate) fn silent(&self) -> HashSet<String> {
        let mut silent = HashSet::new();
        for generate in [false, true] {
            for (_, correlation) in self.0.iter().filter(|(_, it)| it.generate == generate) {
                // One that uses itself is found out later.
                let own = |name: &&String| names_of(correlation).any(|own| own == *name);
                for name in correlation.rules.iter().filter(|name| !own(name)) {
                    if generate {
                        silent.remove(name)
                    } else {
                        silent.insert(name.clone())
                    };
                }
            }
        }
        silent
    }

    /// Those that make tags, with the rules that they use.
    pub(crate) fn resolve(&self, rules: &[Parsed], attack: &Catalogue) -> (Vec<Correlation>, Vec<Problem>) {
        let silent = self.silent();
        let is_silent = |sigma: &CorrelationRule| names_of(sigma).any(|name| silent.contains(name));
        let speaking = || self.0.iter().map(|(_, sigma)| sigma).filter(|sigma| !is_silent(sigma));
        let used: HashSet<&String> = speaking().flat_map(|sigma| &sigma.rules).collect();
        let names = Names::of(rules, &self.0);
        let (mut correlations, mut problems) = (Vec::new(), Vec::new());
        for (file, sigma) in &self.0 {
            let taken = names_of(sigma).find_map(|name| names.rules.get(name.as_str()));
            let read = match taken {
                Some(rule) => Err(Fault::Duplicate(rule.rule.path.clone())),
                None if !is_silent(sigma) => read(sigma, file, &names, attack).map(Some),
                None if names_of(sigma).any(|name| used.contains(name)) => Ok(None),
                None => Err(bad("only correlations use it that make no tags")),
            };
            match read {
                Ok(correlation) => correlations.extend(correlation),
                Err(fault) => problems.push(Problem {
                    path: file.path.clone(),
                    rule: names_of(sigma).next().cloned(),
                    fault,
                }),
            }
        }
        (correlations, problems)
    }
}

/// The name, then the id.
fn names_of(sigma: &CorrelationRule) -> impl Iterator<Item = &String> {
    sigma.name.iter().chain(&sigma.id)
}

/// What a correlation may refer to, by name and by id.
struct Names<'a> {
    rules: HashMap<&'a str, &'a Parsed>,
    correlations: HashMap<&'a str, &'a CorrelationRule>,
}

impl<'a> Names<'a> {
    fn of(rules: &'a [Parsed], correlations: &'a [(RuleFile, CorrelationRule)]) -> Self {
        let mut names = Self { rules: HashMap::new(), correlations: HashMap::new() };
        for parsed in rules {
            let known = [parsed.sigma.name.as_deref(), parsed.sigma.id.as_deref()];
            names.rules.extend(known.into_iter().flatten().map(|name| (name, parsed)));
        }
        for (_, correlation) in correlations {
            names.correlations.extend(names_of(correlation).map(|name| (name.as_str(), correlation)));
        }
        names
    }
}

fn read(
    sigma: &CorrelationRule,
    file: &RuleFile,
    names: &Names<'_>,
    attack: &Catalogue,
) -> Result<Correlation, Fault> {
    let name = sigma.name.as_deref().or(sigma.id.as_deref()).ok_or(Fault::Nameless)?;
    let form = form(sigma.correlation_type)?;
    let length = length(sigma)?;
    let steps = steps(sigma, form, names)?;
    let kind = steps.last().and_then(|step| step.rules.last()).map(|rule| rule.kind);
    let kind = kind.ok_or_else(|| bad("it uses no rules"))?;
    let custom: Custom = match sigma.custom_attributes.get("vespid") {
        Some(value) => {
            yaml_serde::from_value(value.clone()).map_err(|error| Fault::BadCustom(error.to_string()))?
        }
        None => Custom::default(),
    };
    for example in custom.examples.hits.iter().chain(&custom.examples.misses) {
        example.events(kind).map_err(Fault::BadCustom)?;
    }
    Ok(Correlation {
        id: RuleId::new(name),
        version: custom.version.unwrap_or(1),
        title: sigma.title.clone(),
        description: sigma.description.clone().unwrap_or_default().trim().to_owned(),
        emits: once(named(&sigma.tags, sigma.level, custom.confidence.as_ref(), attack)?),
        form,
        kind,
        length,
        group_by: sigma.group_by.clone(),
        steps,
        ordered: form == Form::TemporalOrdered,
        hits: custom.examples.hits,
        misses: custom.examples.misses,
        path: file.path.clone(),
        source: file.text.clone(),
    })
}

fn bad(said: impl Into<String>) -> Fault {
    Fault::BadCorrelation(said.into())
}

fn form(kind: CorrelationType) -> Result<Form, Fault> {
    Ok(match kind {
        CorrelationType::EventCount => Form::EventCount,
        CorrelationType::ValueCount => Form::ValueCount,
        CorrelationType::Temporal => Form::Temporal,
        CorrelationType::TemporalOrdered => Form::TemporalOrdered,
        CorrelationType::ValueSum => return Err(Fault::NotMonotone("value_sum")),
        CorrelationType::ValueAvg => return Err(Fault::NotMonotone("value_avg")),
        CorrelationType::ValuePercentile => return Err(Fault::NotMonotone("value_percentile")),
        CorrelationType::ValueMedian => return Err(Fault::NotMonotone("value_median")),
    })
}

fn length(sigma: &CorrelationRule) -> Result<i64, Fault> {
    if sigma.window == WindowMode::Session {
        return Err(bad("windows end when their timespan does; leave window: session out"));
    }
    let seconds = sigma.timespan.seconds;
    if seconds == 0 || seconds > MAX_SECONDS {
        return Err(bad(format!("a timespan is a second at least and {}d at most", MAX_SECONDS / 86_400)));
    }
    i64::try_from(seconds * 1_000_000).map_err(|_| bad("the timespan is too long"))
}

fn steps(sigma: &CorrelationRule, form: Form, names: &Names<'_>) -> Result<Vec<Step>, Fault> {
    if matches!(form, Form::EventCount | Form::ValueCount) {
        return Ok(vec![counted(sigma, form, sigma, names)?]);
    }
    if sigma.condition != all_rules() {
        return Err(bad("a temporal correlation asks for all of its rules; leave its condition out"));
    }
    let step = |name: &String| match names.correlations.get(name.as_str()) {
        Some(inner) => nested(sigma, inner, names),
        None => Ok(Step { rules: vec![used(name, &[], sigma, names)?], count: 1, field: Vec::new() }),
    };
    sigma.rules.iter().map(step).collect()
}

/// The condition of a temporal correlation that gives none.
fn all_rules() -> CorrelationCondition {
    CorrelationCondition::Threshold {
        predicates: vec![(ConditionOperator::Gte, 1)],
        field: None,
        percentile: None,
    }
}

/// A count within a temporal correlation, over the same window and group.
fn nested(outer: &CorrelationRule, inner: &CorrelationRule, names: &Names<'_>) -> Result<Step, Fault> {
    let form = form(inner.correlation_type)?;
    if !matches!(form, Form::EventCount | Form::ValueCount) {
        return Err(bad("within a correlation only event_count and value_count may stand"));
    }
    if inner.timespan.seconds != outer.timespan.seconds || inner.group_by != outer.group_by {
        return Err(bad("a correlation within another has the same timespan and group-by"));
    }
    counted(inner, form, outer, names)
}

/// `aliased`: the correlation whose group and aliases hold.
fn counted(
    sigma: &CorrelationRule,
    form: Form,
    aliased: &CorrelationRule,
    names: &Names<'_>,
) -> Result<Step, Fault> {
    let CorrelationCondition::Threshold { predicates, field, .. } = &sigma.condition else {
        return Err(bad("a condition is a number of events or values"));
    };
    let count = threshold(predicates)?;
    let field = field.clone().unwrap_or_default();
    match form {
        Form::ValueCount if field.is_empty() => {
            return Err(bad("value_count needs a field in its condition"));
        }
        Form::EventCount if !field.is_empty() => {
            return Err(bad("event_count counts events; use value_count for a field"));
        }
        _ => {}
    }
    let rules =
        sigma.rules.iter().map(|name| used(name, &field, aliased, names)).collect::<Result<_, _>>()?;
    Ok(Step { rules, count, field })
}

fn threshold(predicates: &[(ConditionOperator, u64)]) -> Result<u32, Fault> {
    let mut least = 1;
    for (operator, value) in predicates {
        least = least.max(match operator {
            ConditionOperator::Gte => *value,
            ConditionOperator::Gt => value.saturating_add(1),
            ConditionOperator::Lt => return Err(Fault::NotMonotone("lt")),
            ConditionOperator::Lte => return Err(Fault::NotMonotone("lte")),
            ConditionOperator::Eq => return Err(Fault::NotMonotone("eq")),
            ConditionOperator::Neq => return Err(Fault::NotMonotone("neq")),
        });
    }
    u32::try_from(least)
        .ok()
        .filter(|_| least <= MOST)
        .ok_or_else(|| bad(format!("no count is above {MOST}")))
}

/// A base rule, and its names of the fields: `aliases` may give others.
fn used(name: &str, field: &[String], sigma: &CorrelationRule, names: &Names<'_>) -> Result<StepRule, Fault> {
    let parsed = names.rules.get(name).ok_or_else(|| {
        bad(if names.correlations.contains_key(name) {
            format!("{name} is a correlation; only temporal ones may use it")
        } else {
            format!("it uses {name}, which is no rule of this pack, or one that cannot run")
        })
    })?;
    let kind = parsed
        .rule
        .target
        .kind()
        .ok_or_else(|| bad(format!("it uses {name}, which looks at events of several kinds")))?;
    let own = |field: &String| {
        let alias = sigma.aliases.iter().find(|alias| alias.alias == *field);
        alias.and_then(|alias| alias.mapping.get(name)).unwrap_or(field).clone()
    };
    Ok(StepRule {
        rule: parsed.rule.id.clone(),
        kind,
        group: sigma.group_by.iter().map(own).collect(),
        value: field.iter().map(own).collect(),
    })
}
