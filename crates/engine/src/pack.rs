//! A set of rules, read once.

use std::collections::HashMap;

use vespid_attack::Catalogue;

use crate::problem::{Fault, Problem};
use crate::rule::{Parsed, parse};

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
        for file in files {
            let (rules, problems) = parse(file, attack);
            pack.problems.extend(problems);
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
        pack.rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        pack
    }
}
