//! What is wrong with rules, or could be better: with the place, a stable code and a hint.

mod codes;
mod condition;
mod example;
mod fault;
mod manners;
mod reach;
mod source;

use std::collections::HashMap;

use vespid_attack::Catalogue;
use vespid_model::SourceKind;

pub use codes::{CODES, Code};

use crate::pack::{Pack, RuleFile};
use crate::problem::Problem;
use crate::rule::{Parsed, bounds};
use crate::tagger::Engine;
use source::{Document, Place, Source};

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, as it was named.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The rule, where it could be read that far.
    pub rule: Option<String>,
    /// One of [`CODES`].
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Finding {
    /// The rule cannot run or never does what it says; else it only could be better.
    pub fn is_error(&self) -> bool {
        self.code.starts_with('E')
    }
}

/// Checks rule files as one pack. Ordered by file, line, column and code.
pub fn lint(files: &[RuleFile], attack: &Catalogue) -> Vec<Finding> {
    let pack = Pack::load(files, attack);
    let (engine, problems) = Engine::new(pack.clone(), attack);
    let sources: HashMap<&str, Source<'_>> =
        files.iter().map(|file| (file.path.as_str(), Source::new(readable(file)))).collect();

    let mut findings: Vec<_> = problems
        .iter()
        .filter_map(|problem| fault::finding(problem, sources.get(problem.path.as_str())?, attack))
        .collect();
    for parsed in &pack.rules {
        let Some(source) = sources.get(parsed.rule.path.as_str()) else { continue };
        let Some(document) = source.of(Some(parsed.rule.id.as_str())) else { continue };
        let mut report = Report { parsed, document, findings: Vec::new() };
        condition::check(&mut report);
        reach::check(&mut report);
        manners::check(&mut report, source.documents.len() == 1);
        if let Some(place) = engine.rules().iter().position(|rule| rule.id == parsed.rule.id) {
            example::check(&mut report, &engine);
            // Other kinds have few rules, most of them about numbers; of lines there are many.
            if parsed.rule.target.kind() == Some(SourceKind::Command) && engine.asks_always(place) {
                let place = report.document.key(&["detection"]);
                report.add(
                    "W005",
                    place,
                    "nothing in the detection is a text that every match has".to_owned(),
                );
            }
        }
        findings.append(&mut report.findings);
    }
    manners::check_ids(&pack.rules, &sources, &mut findings);
    findings.sort_by(|a, b| (&a.path, a.line, a.column, a.code).cmp(&(&b.path, b.line, b.column, b.code)));
    findings.dedup();
    findings
}

/// The line of its file that a fault is about, from 1; None where that is not known. `files` are those that were loaded.
pub fn line(problem: &Problem, files: &[RuleFile]) -> Option<u32> {
    let file = files.iter().find(|file| file.path == problem.path)?;
    Some(fault::known(problem, &Source::new(readable(file)))?.line)
}

/// The text of a file; nothing of one that is too much to be read.
fn readable(file: &RuleFile) -> &str {
    if bounds::check(&file.text).is_ok() { &file.text } else { "" }
}

/// Findings of one rule.
struct Report<'a> {
    parsed: &'a Parsed,
    document: &'a Document<'a>,
    findings: Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, code: &'static str, place: Place, message: String) {
        let rule = Some(self.parsed.rule.id.to_string());
        self.findings.push(finding(&self.parsed.rule.path, rule, code, place, message));
    }
}

/// A finding with the hint of its code.
fn finding(path: &str, rule: Option<String>, code: &'static str, place: Place, message: String) -> Finding {
    let hint = Code::of(code).map(|known| known.hint.to_owned()).unwrap_or_default();
    Finding { path: path.to_owned(), line: place.line, column: place.column, rule, code, message, hint }
}
