//! Writes a Sigma document.

use std::collections::BTreeMap;

use serde::Serialize;
use vespid_attack::Catalogue;
use vespid_model::SourceKind;

use super::emit::Emits;
use super::source::DecnetRule;

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    name: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    tags: Vec<String>,
    logsource: Logsource,
    detection: Detection<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [String],
    vespid: Vespid,
}

#[derive(Serialize)]
struct Logsource {
    product: &'static str,
    category: String,
}

#[derive(Serialize)]
struct Detection<'a> {
    selection: BTreeMap<String, &'a str>,
    condition: &'static str,
}

#[derive(Serialize)]
struct Vespid {
    version: u32,
    confidence: BTreeMap<String, f64>,
}

/// The text of a rule that looks for a pattern in a field of a kind of event.
///
/// # Errors
/// A sentence, when it cannot be written as YAML.
pub(super) fn document(
    rule: &DecnetRule,
    name: String,
    kind: SourceKind,
    field: &str,
    pattern: &str,
    emits: &Emits,
    attack: &Catalogue,
) -> Result<String, String> {
    let mut tags: Vec<String> = Vec::new();
    for (tactic, _) in emits.values() {
        let tag = attack.tactic(*tactic).map(|tactic| format!("attack.{}", tactic.shortname));
        tags.extend(tag.filter(|tag| !tags.contains(tag)));
    }
    tags.extend(emits.keys().map(|id| format!("attack.{}", id.to_string().to_ascii_lowercase())));
    let document = Document {
        title: if rule.name.trim().is_empty() { &rule.rule_id } else { rule.name.trim() },
        name,
        description: rule.description.trim(),
        tags,
        logsource: Logsource { product: "honeypot", category: kind.to_string() },
        detection: Detection {
            selection: BTreeMap::from([(format!("{field}|re"), pattern)]),
            condition: "selection",
        },
        fields: &rule.evidence_fields,
        vespid: Vespid {
            version: rule.rule_version,
            confidence: emits
                .iter()
                .map(|(id, (_, confidence))| (id.to_string(), confidence.get()))
                .collect(),
        },
    };
    yaml_serde::to_string(&document).map_err(|error| format!("cannot be written as YAML: {error}"))
}
