//! A set of rules, read once.

use std::collections::{HashMap, HashSet};

use rsigma_parser::SigmaCollection;
use vespid_attack::Catalogue;

use crate::problem::{Fault, Problem};
use crate::rule::{Correlation, Correlations, Parsed, bounds, detections, documents};
use crate::sigma::{Filter, Placeholders, apply, rewrite};

/// One rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Its name, for messages.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The rules that can run, and what is wrong with the others.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// Rules with distinct names, ordered by name.
    pub rules: Vec<Parsed>,
    /// What the rules mean together, with names that no rule has, ordered by name.
    pub correlations: Vec<Correlation>,
    /// Faults, in the order of the files; those of correlations come last.
    pub problems: Vec<Problem>,
}

impl Pack {
    /// Reads rule files against an ATT&CK release. Where two files have a rule of the same name, the first wins.
    pub fn load(files: &[RuleFile], attack: &Catalogue) -> Self {
        Self::load_among(files, &[], attack)
    }

    /// The same with some files among others: their rules take the place of those of the same names in the others.
    pub fn load_among(files: &[RuleFile], others: &[RuleFile], attack: &Catalogue) -> Self {
        let (mut pack, mut placeholders) = (Self::default(), Placeholders::default());
        let files = pack.placeholders(files.iter(), &mut placeholders);
        // A filter that stands in both is one.
        let others = others.iter().filter(|other| files.iter().all(|file| file.text != other.text));
        let others = pack.placeholders(others, &mut placeholders);
        let mut collections: Vec<_> = files.into_iter().map(|file| (file, documents(file))).collect();
        let taken: HashSet<String> = collections.iter().flat_map(|(_, (own, _))| names(own)).collect();
        collections.extend(others.into_iter().map(|file| {
            let (mut collection, problems) = documents(file);
            let is_free = |name: Option<&String>| name.is_none_or(|name| !taken.contains(name));
            collection.rules.retain(|rule| is_free(rule.name.as_ref().or(rule.id.as_ref())));
            collection.correlations.retain(|rule| is_free(rule.name.as_ref().or(rule.id.as_ref())));
            (file, (collection, problems))
        }));

        let (mut correlations, mut filters) = (Correlations::default(), Vec::new());
        let mut read = Vec::new();
        for (file, (mut collection, problems)) in collections {
            correlations.add(file, std::mem::take(&mut collection.correlations));
            filters.extend(collection.filters.into_iter().map(|rule| Filter {
                rule,
                path: file.path.clone(),
                text: file.text.clone(),
            }));
            read.push((file, collection.rules, problems));
        }
        let silent = correlations.silent();
        let mut seen: HashMap<String, String> = HashMap::new();
        for (file, sigma, problems) in read {
            pack.problems.extend(problems);
            let (rules, problems) = detections(file, sigma, &silent, attack);
            pack.problems.extend(problems);
            for parsed in rules {
                if pack.is_new(&mut seen, parsed.rule.id.as_str(), &file.path) {
                    pack.rules.push(parsed);
                }
            }
        }
        pack.complete(&placeholders, filters);
        let (resolved, problems) = correlations.resolve(&pack.rules, attack);
        pack.problems.extend(problems);
        for correlation in resolved {
            if pack.is_new(&mut seen, correlation.id.as_str(), &correlation.path) {
                pack.correlations.push(correlation);
            }
        }
        pack.rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        pack.correlations.sort_by(|a, b| a.id.cmp(&b.id));
        pack
    }

    /// Takes the placeholders; gives the files that are not theirs.
    fn placeholders<'f>(
        &mut self,
        files: impl Iterator<Item = &'f RuleFile>,
        placeholders: &mut Placeholders,
    ) -> Vec<&'f RuleFile> {
        let mut others = Vec::new();
        for file in files {
            match bounds::check(&file.text).and_then(|()| placeholders.take(&file.text)) {
                Ok(true) => {}
                Ok(false) => others.push(file),
                Err(fault) => self.problems.push(Problem { path: file.path.clone(), rule: None, fault }),
            }
        }
        others
    }

    /// Puts in what other files of the pack say of the rules: placeholders, then filters.
    fn complete(&mut self, placeholders: &Placeholders, filters: Vec<Filter>) {
        for mut parsed in std::mem::take(&mut self.rules) {
            let mut used = Vec::new();
            match rewrite(&mut parsed.sigma.detection, placeholders, &mut used) {
                Ok(()) => {
                    if !used.is_empty() {
                        // What the rule means depends on them: they are part of its text.
                        parsed.rule.source.push_str("\n---\n");
                        parsed.rule.source.push_str(&placeholders.text(&used));
                    }
                    self.rules.push(parsed);
                }
                Err(fault) => {
                    let rule = Some(parsed.rule.id.to_string());
                    self.problems.push(Problem { path: parsed.rule.path, rule, fault });
                }
            }
        }
        for (number, mut filter) in filters.into_iter().enumerate() {
            let faults = match rewrite(&mut filter.rule.detection, placeholders, &mut Vec::new()) {
                Ok(()) => apply(&filter, number, &mut self.rules),
                Err(fault) => vec![fault],
            };
            let rule = filter.rule.name.or(filter.rule.id);
            let problem = |fault| Problem { path: filter.path.clone(), rule: rule.clone(), fault };
            self.problems.extend(faults.into_iter().map(problem));
        }
    }

    fn is_new(&mut self, seen: &mut HashMap<String, String>, name: &str, path: &str) -> bool {
        if let Some(first) = seen.get(name) {
            let fault = Fault::Duplicate(first.clone());
            self.problems.push(Problem { path: path.to_owned(), rule: Some(name.to_owned()), fault });
            return false;
        }
        seen.insert(name.to_owned(), path.to_owned());
        true
    }
}

/// The names of a file's rules.
fn names(collection: &SigmaCollection) -> impl Iterator<Item = String> {
    let rules = collection.rules.iter().map(|rule| rule.name.as_ref().or(rule.id.as_ref()));
    let correlations = collection.correlations.iter().map(|rule| rule.name.as_ref().or(rule.id.as_ref()));
    rules.chain(correlations).flatten().cloned()
}
