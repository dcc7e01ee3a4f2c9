//! Which rules match a view. Whoever answers stands behind a trait of ours.

use std::collections::HashMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use foldhash::fast::RandomState;
use rsigma_eval::{CompiledRule, compile_rule};
use rsigma_parser::{ConditionExpr, SigmaRule};

use crate::matching::{Builder, Program, Scratch, selections};
use crate::patterns::Patterns;
use crate::problem::Fault;
use crate::rule::{Parsed, Target};
use crate::view::View;

/// A rule that matched a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The rule, by its place in the pack.
    pub rule: usize,
    /// The selections of its detection that held, a bit each, by the order of their names.
    pub selections: u64,
}

/// Finds the rules that match a view. Implemented by [`Indexed`] and, in tests, by a scan of every rule.
pub trait Evaluator {
    /// The rules of `target` that match, by ascending place in the pack.
    fn matches(&self, target: Target, view: &View<'_>) -> Vec<Match>;

    /// Forgets what it remembers of views seen before: what a new one costs is measured with it.
    fn forget(&self) {}
}

/// The evaluator in use: finds rules through their literals.
#[derive(Default)]
pub struct Indexed {
    programs: HashMap<Target, Asked, RandomState>,
}

/// A program, and memory for those who ask it; for at most as many as ask at the same time.
struct Asked {
    program: Program,
    idle: Mutex<Vec<Scratch>>,
}

impl Indexed {
    /// Rules under their places in the pack.
    pub(crate) fn new<'r>(rules: impl Iterator<Item = (Target, &'r Ready)>) -> Self {
        let mut builders: HashMap<Target, Builder> = HashMap::new();
        for (place, (target, rule)) in rules.enumerate() {
            builders.entry(target).or_default().add(place, rule);
        }
        let ready = |builder: Builder| Asked { program: builder.finish(), idle: Mutex::default() };
        Self { programs: builders.into_iter().map(|(target, builder)| (target, ready(builder))).collect() }
    }

    /// Is this rule of the target asked about every view, because no literal must be there?
    pub(crate) fn asks_always(&self, target: Target, rule: usize) -> bool {
        self.programs.get(&target).is_some_and(|ready| ready.program.asks_always(rule))
    }
}

impl Evaluator for Indexed {
    fn matches(&self, target: Target, view: &View<'_>) -> Vec<Match> {
        let mut found = Vec::new();
        if let Some(ready) = self.programs.get(&target) {
            let mut scratch = ready.idle().pop().unwrap_or_default();
            ready.program.matches(view, &mut scratch, &mut found);
            ready.idle().push(scratch);
        }
        found
    }

    fn forget(&self) {
        self.programs.values().for_each(|ready| ready.idle().clear());
    }
}

impl Asked {
    fn idle(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A rule, compiled but for its regular expressions.
pub(crate) struct Ready {
    /// With stand-ins for them.
    pub(crate) rule: CompiledRule,
    pub(crate) patterns: Patterns,
    /// The rule itself.
    pub(crate) sigma: SigmaRule,
}

impl Ready {
    fn new(sigma: SigmaRule) -> Result<Self, Fault> {
        let mut rule = sigma.clone();
        let patterns = Patterns::take(&mut rule)?;
        Ok(Self { rule: compile(&rule)?, patterns, sigma })
    }
}

/// Compiles a rule for evaluation.
///
/// # Errors
/// [`Fault::Uncompilable`] when the library refuses a pattern.
pub fn compile(sigma: &SigmaRule) -> Result<CompiledRule, Fault> {
    let mut compiled = compile_rule(sigma).map_err(|error| Fault::Uncompilable(error.to_string()))?;
    // Copied into every result: keep it small.
    compiled.id = None;
    compiled.title = String::new();
    compiled.tags = Vec::new();
    compiled.description = None;
    compiled.custom_attributes = std::sync::Arc::default();
    Ok(compiled)
}

/// Compiles many, on all cores.
pub(crate) fn compile_all(rules: &[Parsed]) -> Vec<Result<Ready, Fault>> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let part = rules.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let one = |rules: &[Parsed]| {
            rules.iter().map(|parsed| Ready::new(parsed.sigma.clone())).collect::<Vec<_>>()
        };
        let workers: Vec<_> = rules.chunks(part).map(|rules| scope.spawn(move || one(rules))).collect();
        let done = workers.into_iter();
        done.flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// The mask of the selections that the library says held, for a rule that matched. What `not` excludes shows nothing.
pub fn mask(rule: &CompiledRule, held: &[String]) -> u64 {
    let names = selections(rule);
    let shown = held.iter().filter(|name| rule.conditions.iter().any(|condition| asserts(condition, name)));
    let places = shown.filter_map(|name| names.iter().take(64).position(|own| own == name));
    places.fold(0, |mask, place| mask | 1 << place)
}

/// Does a condition name a selection outside of `not`?
fn asserts(condition: &ConditionExpr, name: &str) -> bool {
    match condition {
        ConditionExpr::Identifier(own) => own == name,
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => parts.iter().any(|part| asserts(part, name)),
        ConditionExpr::Not(_) => false,
        ConditionExpr::Selector { pattern, .. } => pattern.matches_detection_name(name),
    }
}
