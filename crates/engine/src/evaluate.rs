//! Which rules match a view. The library that answers stands behind a trait of ours.

use std::collections::HashMap;

use rsigma_eval::{CompiledRule, Engine as Sigma, ResultBody, compile_rule};
use rsigma_parser::SigmaRule;

use crate::problem::Fault;
use crate::rule::Target;
use crate::view::View;

/// A rule that matched a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The rule, by its place in the pack.
    pub rule: usize,
    /// The selections of its detection that held.
    pub selections: Vec<String>,
}

/// Finds the rules that match a view. Implemented by [`Indexed`] and, in tests, by a scan of every rule.
pub trait Evaluator {
    /// The rules of `target` that match, by ascending place in the pack.
    fn matches(&self, target: Target, view: &View<'_>) -> Vec<Match>;
}

/// The evaluator in use: rules are found through rsigma's index of their literals.
#[derive(Default)]
pub struct Indexed {
    engines: HashMap<Target, Sigma>,
}

impl Indexed {
    /// Adds a compiled rule under its place in the pack.
    pub fn add(&mut self, target: Target, compiled: CompiledRule) {
        self.engines.entry(target).or_default().add_compiled_rule(compiled);
    }
}

impl Evaluator for Indexed {
    fn matches(&self, target: Target, view: &View<'_>) -> Vec<Match> {
        let Some(engine) = self.engines.get(&target) else { return Vec::new() };
        let mut matches: Vec<_> = engine
            .evaluate(view)
            .into_iter()
            .filter_map(|result| {
                let rule = result.header.rule_id?.parse().ok()?;
                match result.body {
                    ResultBody::Detection(body) => Some(Match { rule, selections: body.matched_selections }),
                    ResultBody::Correlation(_) => None,
                }
            })
            .collect();
        matches.sort_by_key(|found| found.rule);
        matches
    }
}

/// Compiles a rule for evaluation; its id becomes its place in the pack.
///
/// # Errors
/// [`Fault::Uncompilable`] when the library refuses a pattern.
pub fn compile(place: usize, sigma: &SigmaRule) -> Result<CompiledRule, Fault> {
    let mut compiled = compile_rule(sigma).map_err(|error| Fault::Uncompilable(error.to_string()))?;
    // Copied into every result: keep it small.
    compiled.id = Some(place.to_string());
    compiled.title = String::new();
    compiled.tags = Vec::new();
    compiled.description = None;
    compiled.custom_attributes = std::sync::Arc::default();
    Ok(compiled)
}
