//! Event in, tags out.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use rsigma_eval::CompiledRule;
use rsigma_parser::SigmaRule;
use uuid::Uuid;
use vespid_attack::Catalogue;
use vespid_model::event::Event;
use vespid_model::id::{RuleId, TagId, TagKey};
use vespid_model::release::Release;
use vespid_model::span::{Span, merge};
use vespid_model::window::{Touch, Touches};
use vespid_model::{Body, Observable, Tag};

use crate::evaluate::{Evaluator, Indexed, Match, Ready, compile, compile_all};
use crate::lifter::{Lifted, shield};
use crate::memo::Memo;
use crate::observe::observe;
use crate::pack::Pack;
use crate::problem::Problem;
use crate::rule::{Correlation, Emit, Rule, Target};
use crate::span::Finder;
use crate::view::{BodyView, View};
use crate::window::{Draft, Uses};

/// Spans of one tag. A line may repeat a command a thousand times; the first ones prove it.
pub const MAX_SPANS: usize = 64;

/// Commands of a line from which on it pays to look whether one came before.
const MANY: usize = 8;

/// The compiled rule pack. Immutable; share it between threads.
pub struct Engine<E = Indexed> {
    rules: Vec<Rule>,
    sigma: Vec<SigmaRule>,
    prepared: Vec<Prepared>,
    pub(crate) correlations: Vec<Correlation>,
    uses: Uses,
    evaluator: E,
    memo: Memo<Found>,
    pub(crate) release: Release,
    digest: String,
}

impl Engine {
    /// Compiles a pack. Rules that the evaluator refuses are left out and reported.
    pub fn new(pack: Pack, attack: &Catalogue) -> (Self, Vec<Problem>) {
        let mut problems = pack.problems;
        let (mut rules, mut compiled) = (Vec::<Rule>::new(), Vec::<Ready>::new());
        let all = compile_all(&pack.rules);
        for (parsed, ready) in pack.rules.into_iter().zip(all) {
            match ready {
                Ok(rule) => {
                    compiled.push(rule);
                    rules.push(parsed.rule);
                }
                Err(fault) => problems.push(Problem {
                    path: parsed.rule.path,
                    rule: Some(parsed.rule.id.to_string()),
                    fault,
                }),
            }
        }
        let evaluator = Indexed::new(rules.iter().map(|rule| rule.target).zip(&compiled));
        let prepared =
            rules.iter().zip(&compiled).map(|(rule, compiled)| Prepared::new(rule, compiled)).collect();
        let sigma = compiled.into_iter().map(|ready| ready.sigma).collect();
        let (uses, correlations, more) = Uses::link(pack.correlations, &rules);
        problems.extend(more);
        let release = attack.release();
        let digest = digest(&rules, &correlations, release);
        let memo = Memo::default();
        let engine = Self { rules, sigma, prepared, correlations, uses, evaluator, memo, release, digest };
        (engine, problems)
    }
}

impl Engine {
    /// Must every event of its kind be asked about the rule at this place?
    pub(crate) fn asks_always(&self, rule: usize) -> bool {
        self.rules.get(rule).is_some_and(|own| self.evaluator.asks_always(own.target, rule))
    }
}

/// What the rules say of one event.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Verdict {
    /// Its tags, ordered by rule, then technique.
    pub tags: Vec<Tag>,
    /// What lifters could not make sense of: those rules gave no tags.
    pub faults: Vec<LiftFault>,
    /// What it brings to windows.
    pub touches: Touches,
    /// What it shows of whoever is behind it.
    pub observables: Arc<[Observable]>,
    /// The line has more in it than is taken apart: rules did not see what lies beyond as commands.
    pub cut: bool,
}

/// A rule matched, and its lifter met data that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiftFault {
    /// The rule.
    pub rule: RuleId,
    /// What is odd: field, value, what was expected.
    pub detail: String,
}

impl<E: Evaluator> Engine<E> {
    /// The same rules under another evaluator.
    pub fn with_evaluator<F: Evaluator>(self, make: impl FnOnce(&[Rule], &[CompiledRule]) -> F) -> Engine<F> {
        let evaluator = make(&self.rules, &self.compiled());
        Engine {
            rules: self.rules,
            sigma: self.sigma,
            prepared: self.prepared,
            correlations: self.correlations,
            uses: self.uses,
            evaluator,
            memo: Memo::default(),
            release: self.release,
            digest: self.digest,
        }
    }

    /// How many rules match a line that is taken apart already: what matching alone costs is measured with it.
    pub fn count_matches(&self, text: &str, line: &vespid_shell::Line) -> usize {
        let views = line.commands.iter().map(|command| View::Process { command, line: text });
        views.map(|view| self.evaluator.matches(Target::Process, &view).len()).sum()
    }

    /// Forgets what it found in texts seen before: what a new text costs is measured with it.
    pub fn forget(&self) {
        self.memo.forget();
        self.evaluator.forget();
    }

    /// Names the rules, their texts and the release: the same for two engines that give the same tags.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The rules as the library compiles them, in the order of [`Engine::rules`].
    pub fn compiled(&self) -> Vec<CompiledRule> {
        self.sigma.iter().filter_map(|sigma| compile(sigma).ok()).collect()
    }

    /// The rules that run, ordered by name.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What an event brings to windows.
    pub fn touches(&self, event: &Event) -> Touches {
        self.found(event).touches(event)
    }

    /// What the rules say of one event. A rule that matches several commands of a line gives one tag that shows
    /// them all.
    pub fn tag(&self, event: &Event) -> Verdict {
        let found = self.found(event);
        let tags = if found.hits.is_empty() { Vec::new() } else { self.tags(event, &found.hits) };
        let fault = |(rule, detail): &(usize, String)| {
            Some(LiftFault { rule: self.rules.get(*rule)?.id.clone(), detail: detail.clone() })
        };
        let faults = found.faults.iter().filter_map(fault).collect();
        let observables = Arc::clone(&found.observables);
        Verdict { tags, faults, touches: found.touches(event), observables, cut: found.cut }
    }

    /// What a rule sees is the body; the rest of the event only makes ids.
    fn found(&self, event: &Event) -> Arc<Found> {
        self.memo.get(event.kind(), &event.body_json, || self.find(&event.body), weigh)
    }

    /// The rules that match a body, by their place, each once.
    fn find(&self, body: &Body) -> Found {
        let mut found = Found::default();
        let view = View::body(body);
        self.look(Target::Body(body.kind()), &view, &mut found);
        found.cut |= view.fields().is_some_and(BodyView::is_cut);
        if view.fields().is_some_and(BodyView::is_opencanary) {
            self.look(Target::OpenCanary, &view, &mut found);
        }
        found.observables = if let Body::Command(command) = body {
            let line = vespid_shell::parse(&command.command_text);
            self.look_at_line(&command.command_text, &line, &mut found);
            observe(body, Some(&line)).into()
        } else {
            observe(body, None).into()
        };
        self.lift(body, &mut found);
        found.hits.sort_by_key(|hit| hit.rule);
        for hit in &mut found.hits {
            hit.spans = merge(std::mem::take(&mut hit.spans));
            hit.spans.truncate(MAX_SPANS);
        }
        if found.drafts.iter().all(Draft::is_whole) {
            found.whole = std::mem::take(&mut found.drafts).iter().filter_map(Draft::whole).collect();
        }
        found
    }

    /// Asks the lifters of the rules that matched. A rule whose lifter chooses nothing did not match.
    fn lift(&self, body: &Body, found: &mut Found) {
        let faults = &mut found.faults;
        found.hits.retain_mut(|hit| {
            let Some(rule) = self.rules.get(hit.rule) else { return false };
            let Some(lifter) = rule.lifter else { return true };
            match lifter.lift(body, &rule.emits) {
                Ok(chosen) => {
                    let any = !chosen.is_empty();
                    hit.lifted = Some(chosen);
                    any
                }
                Err(detail) => {
                    faults.push((hit.rule, detail));
                    false
                }
            }
        });
    }

    /// Each simple command of a line as a process. The same command again has the same matches in other bytes.
    fn look_at_line(&self, line: &str, parsed: &vespid_shell::Line, found: &mut Found) {
        found.cut |= parsed.truncated;
        let mut known: HashMap<Vec<u8>, Vec<Match>, RandomState> = HashMap::default();
        for command in &parsed.commands {
            let view = View::Process { command, line };
            if parsed.commands.len() < MANY {
                self.look(Target::Process, &view, found);
            } else {
                let mut key = Vec::new();
                View::key(command, &mut key);
                let matches =
                    known.entry(key).or_insert_with(|| self.evaluator.matches(Target::Process, &view));
                self.keep(matches, &view, found);
            }
        }
    }

    fn look(&self, target: Target, view: &View<'_>, found: &mut Found) {
        self.keep(&self.evaluator.matches(target, view), view, found);
    }

    fn keep(&self, matches: &[Match], view: &View<'_>, found: &mut Found) {
        for Match { rule, selections } in matches {
            self.uses.add(*rule, view, &mut found.drafts);
            let says_something = self.rules.get(*rule).is_some_and(|rule| !rule.emits.is_empty());
            if let (true, Some(prepared)) = (says_something, self.prepared.get(*rule)) {
                found.add(*rule, || prepared.finder.spans(*selections, view), view.via());
            }
        }
    }

    fn tags(&self, event: &Event, hits: &[Hit]) -> Vec<Tag> {
        let mut buffer = [0; 36];
        let source_id = event.id.encode(&mut buffer);
        let shield = shield(&event.body);
        let mut tags = Vec::with_capacity(hits.len());
        for hit in hits {
            let Some((rule, prepared)) = self.rules.get(hit.rule).zip(self.prepared.get(hit.rule)) else {
                continue;
            };
            let tag = |place: usize, confidence, evidence| {
                let (emit, key) = (rule.emits.get(place)?, prepared.keys.get(place)?);
                Some(Tag {
                    id: TagId::of(event.kind(), source_id, key),
                    rule: rule.id.clone(),
                    rule_version: rule.version,
                    technique: emit.technique,
                    tactic: emit.tactic,
                    confidence,
                    release: self.release,
                    spans: hit.spans.clone(),
                    via: hit.via.clone(),
                    evidence,
                })
            };
            match &hit.lifted {
                None => {
                    let emits = rule.emits.iter().enumerate();
                    tags.extend(
                        emits.filter_map(|(place, emit)| tag(place, emit.confidence, shield.clone())),
                    );
                }
                Some(lifted) => {
                    let chosen = lifted.iter();
                    tags.extend(
                        chosen.filter_map(|it| tag(it.emit, it.confidence, Some(it.evidence.clone()))),
                    );
                }
            }
        }
        tags
    }
}

/// What is made of a rule once.
struct Prepared {
    finder: Finder,
    /// By what the rule names.
    keys: Vec<TagKey>,
}

impl Prepared {
    fn new(rule: &Rule, compiled: &Ready) -> Self {
        let key = |emit: &Emit| TagKey::new(&rule.id, rule.version, emit.technique);
        Self {
            finder: Finder::new(&compiled.rule, &compiled.patterns),
            keys: rule.emits.iter().map(key).collect(),
        }
    }
}

/// UUIDv5 over the rules' texts and the release.
fn digest(rules: &[Rule], correlations: &[Correlation], release: Release) -> String {
    let mut content = release.to_string();
    let correlations = correlations.iter().map(|correlation| &correlation.source);
    for source in rules.iter().map(|rule| &rule.source).chain(correlations) {
        content.push('\0');
        content.push_str(source);
    }
    Uuid::new_v5(&Uuid::NAMESPACE_OID, content.as_bytes()).to_string()
}

/// What a chosen technique holds, with its evidence.
const LIFTED: usize = 1024;

/// Bytes that hits hold, for the memory's bound.
fn weigh(found: &Found) -> usize {
    let via = |hit: &Hit| hit.via.iter().map(String::len).sum::<usize>();
    let lifted = |hit: &Hit| hit.lifted.as_ref().map_or(0, |lifted| lifted.len() * LIFTED);
    let hit = |hit: &Hit| size_of::<Hit>() + hit.spans.len() * size_of::<Span>() + via(hit) + lifted(hit);
    let faults = found.faults.iter().map(|(_, detail)| detail.len());
    let touches = found.drafts.iter().map(Draft::weight).chain(found.whole.iter().map(weight));
    let shown = found.observables.iter().map(|it| size_of::<Observable>() + it.value().len());
    found.hits.iter().map(hit).chain(faults).chain(touches).chain(shown).sum()
}

fn weight(touch: &Touch) -> usize {
    let texts = touch.group.iter().chain(&touch.value);
    size_of::<Touch>() + texts.map(|text| size_of::<Arc<str>>() + text.len()).sum::<usize>()
}

/// Rules that matched so far, each once.
#[derive(Default)]
struct Found {
    hits: Vec<Hit>,
    faults: Vec<(usize, String)>,
    /// What the body brings to windows: as it is, or, where the rest of the event counts, to be filled in.
    whole: Touches,
    drafts: Vec<Draft>,
    observables: Arc<[Observable]>,
    cut: bool,
}

struct Hit {
    rule: usize,
    spans: Vec<Span>,
    via: Vec<String>,
    /// What the rule's lifter chose; None for a rule without one.
    lifted: Option<Vec<Lifted>>,
}

impl Found {
    fn touches(&self, event: &Event) -> Touches {
        if self.drafts.is_empty() {
            return Arc::clone(&self.whole);
        }
        self.drafts.iter().filter_map(|draft| draft.fill(event)).collect()
    }

    fn add(&mut self, rule: usize, spans: impl FnOnce() -> Vec<Span>, via: &[String]) {
        match self.hits.iter_mut().find(|hit| hit.rule == rule) {
            Some(hit) => {
                if hit.spans.len() < MAX_SPANS {
                    hit.spans.extend(spans());
                }
                // The command itself says more than the wrapper that repeats it.
                if via.len() > hit.via.len() {
                    hit.via = via.to_vec();
                }
            }
            None => self.hits.push(Hit { rule, spans: spans(), via: via.to_vec(), lifted: None }),
        }
    }
}
