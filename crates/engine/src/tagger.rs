//! Event in, tags out.

use rsigma_eval::CompiledRule;
use uuid::Uuid;
use vespid_attack::Catalogue;
use vespid_model::event::Event;
use vespid_model::id::TagId;
use vespid_model::release::Release;
use vespid_model::span::{Span, merge};
use vespid_model::{Body, Tag};

use crate::evaluate::{Evaluator, Indexed, Match, compile};
use crate::memo::Memo;
use crate::pack::Pack;
use crate::problem::Problem;
use crate::rule::{Rule, Target};
use crate::span::spans;
use crate::view::View;

/// The compiled rule pack. Immutable; share it between threads.
pub struct Engine<E = Indexed> {
    rules: Vec<Rule>,
    compiled: Vec<CompiledRule>,
    evaluator: E,
    memo: Memo<Vec<Hit>>,
    release: Release,
    digest: String,
}

impl Engine {
    /// Compiles a pack. Rules that the evaluator refuses are left out and reported.
    pub fn new(pack: Pack, attack: &Catalogue) -> (Self, Vec<Problem>) {
        let mut problems = pack.problems;
        let (mut rules, mut compiled, mut evaluator) = (Vec::new(), Vec::new(), Indexed::default());
        for parsed in pack.rules {
            match compile(rules.len(), &parsed.sigma) {
                Ok(rule) => {
                    evaluator.add(parsed.rule.target, rule.clone());
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
        let digest = digest(&rules, attack.release());
        (
            Self { rules, compiled, evaluator, memo: Memo::default(), release: attack.release(), digest },
            problems,
        )
    }
}

impl<E: Evaluator> Engine<E> {
    /// The same rules under another evaluator.
    pub fn with_evaluator<F: Evaluator>(self, make: impl FnOnce(&[Rule], &[CompiledRule]) -> F) -> Engine<F> {
        let evaluator = make(&self.rules, &self.compiled);
        Engine {
            rules: self.rules,
            compiled: self.compiled,
            evaluator,
            memo: Memo::default(),
            release: self.release,
            digest: self.digest,
        }
    }

    /// Names the rules, their texts and the release: the same for two engines that give the same tags.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The rules that run, ordered by name.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The tags of one event, ordered by rule, then technique. A rule that matches several commands of a
    /// line gives one tag that shows them all.
    pub fn tag(&self, event: &Event) -> Vec<Tag> {
        // What a rule sees is the body; the rest of the event only makes ids.
        let hits = self.memo.get(event.kind(), &event.body_json, || self.hits(&event.body));
        if hits.is_empty() { Vec::new() } else { self.tags(event, &hits) }
    }

    /// The rules that match a body, by their place, each once.
    fn hits(&self, body: &Body) -> Vec<Hit> {
        let mut found = Found::default();
        self.look(Target::Body(body.kind()), &View::body(body), &mut found);
        if let Body::Command(command) = body {
            let line = command.command_text.as_str();
            for command in &vespid_shell::parse(line).commands {
                self.look(Target::Process, &View::Process { command, line }, &mut found);
            }
        }
        let mut hits = found.0;
        hits.sort_by_key(|hit| hit.rule);
        for hit in &mut hits {
            hit.spans = merge(std::mem::take(&mut hit.spans));
        }
        hits
    }

    fn look(&self, target: Target, view: &View<'_>, found: &mut Found) {
        for Match { rule, selections } in self.evaluator.matches(target, view) {
            if let Some(compiled) = self.compiled.get(rule) {
                found.add(rule, spans(compiled, &selections, view), view.via());
            }
        }
    }

    fn tags(&self, event: &Event, hits: &[Hit]) -> Vec<Tag> {
        let source_id = event.id.to_string();
        let mut tags = Vec::with_capacity(hits.len());
        for hit in hits {
            let Some(rule) = self.rules.get(hit.rule) else { continue };
            tags.extend(rule.emits.iter().map(|emit| Tag {
                id: TagId::derive(event.kind(), &source_id, &rule.id, rule.version, emit.technique),
                rule: rule.id.clone(),
                rule_version: rule.version,
                technique: emit.technique,
                tactic: emit.tactic,
                confidence: emit.confidence,
                release: self.release,
                spans: hit.spans.clone(),
                via: hit.via.clone(),
            }));
        }
        tags
    }
}

/// UUIDv5 over the rules' texts and the release.
fn digest(rules: &[Rule], release: Release) -> String {
    let mut content = release.to_string();
    for rule in rules {
        content.push('\0');
        content.push_str(&rule.source);
    }
    Uuid::new_v5(&Uuid::NAMESPACE_OID, content.as_bytes()).to_string()
}

/// Rules that matched so far, each once.
#[derive(Default)]
struct Found(Vec<Hit>);

struct Hit {
    rule: usize,
    spans: Vec<Span>,
    via: Vec<String>,
}

impl Found {
    fn add(&mut self, rule: usize, spans: Vec<Span>, via: &[String]) {
        match self.0.iter_mut().find(|hit| hit.rule == rule) {
            Some(hit) => {
                hit.spans.extend(spans);
                // The command itself says more than the wrapper that repeats it.
                if via.len() > hit.via.len() {
                    hit.via = via.to_vec();
                }
            }
            None => self.0.push(Hit { rule, spans, via: via.to_vec() }),
        }
    }
}
