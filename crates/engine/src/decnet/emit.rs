//! What a DECNET rule names, in the words of the loaded ATT&CK release.

use std::collections::BTreeMap;

use vespid_attack::{Catalogue, Status};
use vespid_model::{Confidence, TacticId, TechniqueId};

use super::source::DecnetEmit;

/// By technique: its tactic, and how sure the rule is.
pub(super) type Emits = BTreeMap<TechniqueId, (TacticId, Confidence)>;

/// Reads what a rule names, with what changed on the way.
///
/// # Errors
/// A sentence, when an id or a confidence is none, or when nothing is left.
pub(super) fn emits(all: &[DecnetEmit], attack: &Catalogue) -> Result<(Emits, Vec<String>), String> {
    let (mut emits, mut changes) = (Emits::new(), Vec::new());
    for emit in all {
        let written = written(emit);
        let id: TechniqueId = written.parse().map_err(|error| format!("emits: {error}"))?;
        let confidence =
            Confidence::new(emit.confidence).map_err(|error| format!("emits: {written}: {error}"))?;
        let known = attack.technique(id);
        let known = known.ok_or_else(|| format!("emits: ATT&CK {} has no {id}", attack.release()))?;
        let now = if known.status == Status::Live { Some(id) } else { attack.successor(id) };
        let Some(known) = now.and_then(|now| attack.technique(now)).filter(|now| now.status == Status::Live)
        else {
            changes.push(format!("{id} is deprecated and left out"));
            continue;
        };
        if known.id != id {
            changes.push(format!("{id} is now {}", known.id));
        }
        let Some(tactic) = tactic(&emit.tactic, &known.tactics, attack) else {
            return Err(format!("emits: {} has no tactic", known.id));
        };
        if !emit.tactic.eq_ignore_ascii_case(&tactic.to_string()) {
            changes.push(format!("{} is under {tactic}, not {}", known.id, emit.tactic));
        }
        let own = emits.entry(known.id).or_insert((tactic, confidence));
        own.1 = own.1.max(confidence);
    }
    if emits.is_empty() { Err("emits: no live technique".to_owned()) } else { Ok((emits, changes)) }
}

/// The sub-technique where there is one: whole, or only the number behind the dot.
fn written(emit: &DecnetEmit) -> String {
    match emit.sub_technique_id.as_deref().filter(|sub| !sub.is_empty()) {
        Some(sub) if sub.starts_with(['T', 't']) => sub.to_owned(),
        Some(sub) => format!("{}.{}", emit.technique_id, sub.trim_start_matches('.')),
        None => emit.technique_id.clone(),
    }
}

/// The tactic as written where it is one of the technique's own; else the first of those.
fn tactic(written: &str, own: &[TacticId], attack: &Catalogue) -> Option<TacticId> {
    let named = match written.parse() {
        Ok(id) => vec![id],
        Err(_) => attack.tactic_by_shortname(written),
    };
    named.into_iter().find(|id| own.contains(id)).or_else(|| own.first().copied())
}
