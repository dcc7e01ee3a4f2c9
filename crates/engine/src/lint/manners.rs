//! What a rule should have beside its detection.

use std::collections::HashMap;

use super::source::Source;
use super::{Finding, Report, finding};
use crate::rule::Parsed;

pub(super) fn check(report: &mut Report<'_>, is_alone_in_file: bool) {
    let Parsed { rule, sigma } = report.parsed;
    let document = report.document;
    if rule.description.is_empty() {
        report.add("W001", document.key(&["title"]), "the rule has no description".to_owned());
    }
    let vespid = document.value.get("vespid");
    if !rule.emits.is_empty()
        && sigma.level.is_none()
        && vespid.and_then(|vespid| vespid.get("confidence")).is_none()
    {
        report.add("W002", document.begin(), "the rule has no level and no confidence".to_owned());
    }
    let missing = match (rule.hits.is_empty(), rule.misses.is_empty()) {
        (true, true) => Some("the rule has no examples"),
        (true, false) => Some("the rule has no example that hits"),
        (false, true) => Some("the rule has no example that misses"),
        (false, false) => None,
    };
    // A rule that only correlations use is shown by their examples.
    if let Some(missing) = missing.filter(|_| !rule.emits.is_empty()) {
        report.add("W003", document.key(&["vespid", "examples"]), missing.to_owned());
    }
    let file = rule.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if let Some(name) = &sigma.name
        && is_alone_in_file
        && stem != name
    {
        report.add("W004", document.key(&["name"]), format!("the file is {file}, the rule is {name}"));
    }
}

/// Rules of different names may still have the same id.
pub(super) fn check_ids(rules: &[Parsed], sources: &HashMap<&str, Source<'_>>, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, &Parsed> = HashMap::new();
    // The order of the files decides who was first, as for names.
    let mut rules: Vec<_> = rules.iter().collect();
    rules.sort_by(|a, b| a.rule.path.cmp(&b.rule.path));
    for parsed in rules {
        let Some(id) = parsed.sigma.id.as_deref() else { continue };
        let Some(first) = seen.get(id) else {
            seen.insert(id, parsed);
            continue;
        };
        let Some(document) = sources
            .get(parsed.rule.path.as_str())
            .and_then(|source| source.of(Some(parsed.rule.id.as_str())))
        else {
            continue;
        };
        let message = format!("{} in {} has the id {id} too", first.rule.id, first.rule.path);
        let rule = Some(parsed.rule.id.to_string());
        findings.push(finding(&parsed.rule.path, rule, "E034", document.key(&["id"]), message));
    }
}
