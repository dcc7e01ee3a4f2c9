//! Where the faults are that the loading of the rules reported, and what to do about each.

use rsigma_parser::parse_sigma_yaml;
use vespid_attack::Catalogue;
use yaml_serde::Value;

use super::Finding;
use super::source::{Document, Place, Source};
use crate::patterns::TOO_LARGE;
use crate::problem::{Fault, Problem};

/// A problem with its place, and a hint that knows the case. None for what the check of conditions says better.
pub(super) fn finding(problem: &Problem, source: &Source<'_>, attack: &Catalogue) -> Option<Finding> {
    let message = match &problem.fault {
        Fault::Uncompilable(why) if why.starts_with("unknown detection identifier") => return None,
        Fault::Uncompilable(why) => format!("cannot be compiled: {}", in_short(why)),
        fault => fault.to_string().replace('\n', " "),
    };
    let place = known(problem, source).unwrap_or(Place { line: 1, column: 1 });
    let code = problem.fault.code();
    let mut finding = super::finding(&problem.path, problem.rule.clone(), code, place, message);
    if let Some(hint) = hint(&problem.fault, attack) {
        finding.hint = hint;
    }
    Some(finding)
}

/// Where a fault is, as far as that is known.
pub(super) fn known(problem: &Problem, source: &Source<'_>) -> Option<Place> {
    match &problem.fault {
        Fault::Unreadable(why) => broken(source, why),
        fault => source.of(problem.rule.as_deref()).map(|document| place(fault, document)),
    }
}

/// A pattern's error without the drawing that shows where in the pattern it is.
fn in_short(why: &str) -> String {
    let first = why.lines().next().unwrap_or_default().trim_end_matches("regex parse error:").trim_end();
    match why.lines().rev().find_map(|line| line.strip_prefix("error: ")) {
        Some(last) => format!("{first} {last}"),
        None => why.replace('\n', " "),
    }
}

/// Where a file stops to be YAML, or the document that is no rule.
fn broken(source: &Source<'_>, why: &str) -> Option<Place> {
    if let Some((line, column)) = line_and_column(why) {
        return Some(Place { line, column });
    }
    let says_so = |document: &&Document<'_>| match parse_sigma_yaml(document.text) {
        Ok(collection) => collection.errors.iter().any(|error| error == why),
        Err(error) => error.to_string() == why,
    };
    let document = source.documents.iter().find(says_so)?;
    Some(match why.split('\'').nth(1) {
        _ if why.contains("ondition") => document.key(&["detection", "condition"]),
        Some(named) if !why.starts_with("Missing") => document.written(&[], named),
        _ => document.begin(),
    })
}

/// `... at line 3 column 5`
fn line_and_column(why: &str) -> Option<(u32, u32)> {
    let (line, rest) = why.split_once("at line ")?.1.split_once(" column ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((line.parse().ok()?, digits.parse().ok()?))
}

fn place(fault: &Fault, document: &Document<'_>) -> Place {
    let tag = |name: &str| {
        let text = format!("attack.{name}");
        let tags = document.value.get("tags").and_then(Value::as_sequence).into_iter().flatten();
        let written = tags.filter_map(Value::as_str).find(|tag| tag.eq_ignore_ascii_case(&text));
        document.written(&["tags"], written.unwrap_or(&text))
    };
    match fault {
        Fault::NoTechnique => document.key(&["tags"]),
        Fault::UnknownTag(name) => tag(name),
        Fault::UnknownTechnique(id)
        | Fault::DeadTechnique { id, .. }
        | Fault::WrongTactic { technique: id, .. } => tag(id),
        Fault::BadConfidence(_) => document.key(&["vespid", "confidence"]),
        Fault::UnknownLogsource(_) => document.key(&["logsource"]),
        Fault::Duplicate(_) => document.key(&[if document.string("name").is_some() { "name" } else { "id" }]),
        // Trying each would take as long as compiling them.
        Fault::Uncompilable(why) if why == TOO_LARGE => document.key(&["detection"]),
        Fault::Uncompilable(_) => match refused(document.value.get("detection")) {
            Some(pattern) => document.written(&["detection"], pattern),
            None => document.key(&["detection"]),
        },
        Fault::BadCustom(why) => match why.split('`').nth(1) {
            Some(key) => document.key(&["vespid", key]),
            None => document.key(&["vespid"]),
        },
        Fault::UndefinedPlaceholder(name) => document.written(&[], &format!("%{name}%")),
        Fault::BadFilter(_) => document.key(&["filter", "rules"]),
        _ => document.begin(),
    }
}

/// The first pattern that is no regular expression to the engine.
fn refused(detection: Option<&Value>) -> Option<&str> {
    match detection? {
        Value::Mapping(map) => map.iter().find_map(|(key, value)| {
            let is_pattern = key.as_str().is_some_and(|key| key.split('|').any(|part| part == "re"));
            let bad = |value: &&str| regex::Regex::new(value).is_err();
            match value {
                Value::String(pattern) if is_pattern => Some(pattern.as_str()).filter(bad),
                Value::Sequence(all) if is_pattern => all.iter().filter_map(Value::as_str).find(bad),
                nested => refused(Some(nested)),
            }
        }),
        Value::Sequence(parts) => parts.iter().find_map(|part| refused(Some(part))),
        _ => None,
    }
}

fn hint(fault: &Fault, attack: &Catalogue) -> Option<String> {
    match fault {
        Fault::DeadTechnique { successor: Some(by), .. } => {
            Some(format!("write attack.{}, and {}", by.to_ascii_lowercase(), tactics(by, attack)?))
        }
        Fault::WrongTactic { technique, .. } => Some(tactics(technique, attack)?),
        Fault::Uncompilable(why) if why.contains("look-around") => Some(
            "patterns run in linear time and know no look-around: what must not be there goes into a selection of \
             its own, which the condition excludes with `not`"
                .to_owned(),
        ),
        Fault::Uncompilable(why) if why.contains("backreference") => Some(
            "patterns run in linear time and know no back-references: write the alternatives out".to_owned(),
        ),
        _ => None,
    }
}

/// The tags for the tactics of a technique, in the spelling of this release and, where it was another, the older one.
fn tactics(technique: &str, attack: &Catalogue) -> Option<String> {
    let known = attack.technique(technique.parse().ok()?)?;
    let tags: Vec<_> = known
        .tactics
        .iter()
        .filter_map(|id| attack.tactic(*id))
        .map(|tactic| match tactic.shortname.as_str() {
            name @ ("stealth" | "defense-impairment") => {
                format!("attack.{name} (attack.defense-evasion before release 19; both are understood)")
            }
            "defense-evasion" => {
                "attack.defense-evasion (attack.stealth or attack.defense-impairment since release \
                                  19; all are understood)"
                    .to_owned()
            }
            name => format!("attack.{name}"),
        })
        .collect();
    Some(format!("its tactics are {}", tags.join(", ")))
}
