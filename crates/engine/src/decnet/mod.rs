//! DECNET's rule files become Sigma files.
//!
//! A pattern rule becomes a rule of ours under its own id and version. A rule that binds a lifter has no pattern: what
//! it finds is built in. See [`convert`].

mod emit;
mod field;
mod lifter;
mod pattern;
mod sigma;
mod source;

use vespid_attack::Catalogue;
use vespid_model::SourceKind;

use crate::lint::lint;
use crate::pack::RuleFile;
use crate::rule::bounds;
use source::DecnetRule;

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A Sigma file.
    Converted(Converted),
    /// It names a lifter; what Vespid has instead, in words.
    BuiltIn {
        /// The rule's id.
        rule: String,
        /// The lifter, without `lifter:`.
        lifter: String,
        /// A rule of ours, or what stands for it.
        instead: &'static str,
    },
    /// It cannot be used: why.
    Refused(String),
}

/// A Sigma file made of a DECNET rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The rule's id; the name of the first rule in the file, and of the file.
    pub rule: String,
    /// The file's text.
    pub text: String,
    /// What is not as it was: techniques that have successors, tactics that moved.
    pub changes: Vec<String>,
}

/// Converts the text of one DECNET rule file. What comes out is checked: it loads and has no errors.
pub fn convert(text: &str, attack: &Catalogue) -> Outcome {
    if let Err(fault) = bounds::check(text) {
        return Outcome::Refused(fault.to_string());
    }
    let rule: DecnetRule = match yaml_serde::from_str(text) {
        Ok(rule) => rule,
        Err(error) => return Outcome::Refused(format!("no DECNET rule: {error}")),
    };
    if let Some(lifter) = rule.lifter() {
        let instead = lifter::instead(lifter);
        return Outcome::BuiltIn { rule: rule.rule_id.clone(), lifter: lifter.to_owned(), instead };
    }
    pattern_rule(&rule, attack).map_or_else(Outcome::Refused, Outcome::Converted)
}

fn pattern_rule(rule: &DecnetRule, attack: &Catalogue) -> Result<Converted, String> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
    if rule.rule_id.is_empty() || !rule.rule_id.chars().all(is_plain) {
        return Err(format!("rule_id {:?} is more than letters, digits, _ and -", rule.rule_id));
    }
    let pattern = rule.pattern.pattern.as_deref().ok_or("match has neither a pattern nor a lifter")?;
    let kinds: Vec<SourceKind> = rule
        .applies_to
        .iter()
        .map(|kind| kind.parse().map_err(|_| format!("applies_to: there are no events of kind {kind}")))
        .collect::<Result<_, _>>()?;
    let (emits, changes) = emit::emits(&rule.emits, attack)?;
    let mut documents = Vec::new();
    for (place, kind) in kinds.iter().enumerate() {
        // A Sigma rule looks at one kind of event: one rule for each.
        let name = if place == 0 { rule.rule_id.clone() } else { format!("{}_{kind}", rule.rule_id) };
        let field = field::counterpart(*kind, rule.pattern.field.as_deref())?;
        let pattern = pattern::translate(pattern);
        documents.push(sigma::document(rule, name, *kind, field, &pattern, &emits, attack)?);
    }
    if documents.is_empty() {
        return Err("applies_to is empty".to_owned());
    }
    let text = documents.join("---\n");
    let file = RuleFile { path: format!("{}.yml", rule.rule_id), text: text.clone() };
    match lint(&[file], attack).into_iter().find(crate::lint::Finding::is_error) {
        Some(error) => Err(error.message),
        None => Ok(Converted { rule: rule.rule_id.clone(), text, changes }),
    }
}
