//! A set of rules, read once.

use std::collections::HashMap;

use vespid_attack::Catalogue;

use crate::problem::{Fault, Problem};
use crate::rule::{Parsed, parse};
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
    /// Faults, in the order of the files.
    pub problems: Vec<Problem>,
}

impl Pack {
    /// Reads rule files against an ATT&CK release. Where two files have a rule of the same name, the first wins.
    pub fn load(files: &[RuleFile], attack: &Catalogue) -> Self {
        let mut pack = Self::default();
        let mut seen: HashMap<String, String> = HashMap::new();
        let (placeholders, files) = pack.placeholders(files);
        let mut filters = Vec::new();
        for file in files {
            let (rules, own, problems) = parse(file, attack);
            pack.problems.extend(problems);
            filters.extend(own.into_iter().map(|rule| Filter {
                rule,
                path: file.path.clone(),
                text: file.text.clone(),
            }));
            for parsed in rules {
                let name = parsed.rule.id.to_string();
                if let Some(first) = seen.get(&name) {
                    let fault = Fault::Duplicate(first.clone());
                    pack.problems.push(Problem { path: file.path.clone(), rule: Some(name), fault });
                } else {
                    seen.insert(name, file.path.clone());
                    pack.rules.push(parsed);
                }
            }
        }
        pack.complete(&placeholders, filters);
        pack.rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        pack
    }

    /// The placeholders, and the files that are not theirs.
    fn placeholders<'f>(&mut self, files: &'f [RuleFile]) -> (Placeholders, Vec<&'f RuleFile>) {
        let (mut placeholders, mut others) = (Placeholders::default(), Vec::new());
        for file in files {
            match placeholders.take(&file.text) {
                Ok(true) => {}
                Ok(false) => others.push(file),
                Err(fault) => self.problems.push(Problem { path: file.path.clone(), rule: None, fault }),
            }
        }
        (placeholders, others)
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
}
