//! What a rule names: technique, tactic, confidence.

use rsigma_parser::{Level, SigmaRule};
use vespid_attack::{Catalogue, Migration, Status};
use vespid_model::{Confidence, TacticId, TechniqueId};

use super::custom::Setting;
use crate::problem::Fault;

/// One technique that a rule names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Emit {
    /// Technique or sub-technique, live in the loaded release.
    pub technique: TechniqueId,
    /// As the rule names it: an older release may know it under another id.
    pub named: TechniqueId,
    /// One of the technique's tactics.
    pub tactic: TacticId,
    /// How sure the rule is.
    pub confidence: Confidence,
}

/// Reads the ATT&CK tags of a rule, sorted by technique.
pub(super) fn emits(
    rule: &SigmaRule,
    setting: Option<&Setting>,
    attack: &Catalogue,
) -> Result<Vec<Emit>, Fault> {
    named(&rule.tags, rule.level, setting, attack)
}

/// The same of tags and level alone.
pub(super) fn named(
    tags: &[String],
    level: Option<Level>,
    setting: Option<&Setting>,
    attack: &Catalogue,
) -> Result<Vec<Emit>, Fault> {
    let (techniques, tactics) = read_tags(tags, attack)?;
    if techniques.is_empty() {
        return Err(Fault::NoTechnique);
    }
    if let Some(Setting::PerTechnique(map)) = setting
        && let Some(stray) = map.keys().find(|key| !techniques.iter().any(|id| key.parse() == Ok(*id)))
    {
        return Err(Fault::BadConfidence(format!("{stray} is not among the rule's tags")));
    }
    let mut emits = Vec::with_capacity(techniques.len());
    for technique in techniques {
        let confidence = confidence_of(technique, setting, level)?;
        let named = technique;
        let technique = before(named, attack).unwrap_or(named);
        let mut tactic = tactic_of(technique, &tactics, attack);
        if is_older(attack) && matches!(tactic, Err(Fault::WrongTactic { .. })) {
            // It has moved since.
            tactic = tactic_of(technique, &[], attack);
        }
        emits.push(Emit { technique, named, tactic: tactic?, confidence });
    }
    emits.sort_by(|a, b| {
        a.technique.cmp(&b.technique).then(b.confidence.get().total_cmp(&a.confidence.get()))
    });
    Ok(emits)
}

/// Two techniques may have been one in an older release: the surer one stands.
pub(super) fn once(mut emits: Vec<Emit>) -> Vec<Emit> {
    emits.dedup_by_key(|emit| emit.technique);
    emits
}

/// Rules are written for the newest release.
fn is_older(attack: &Catalogue) -> bool {
    attack.release() < Catalogue::default_release().release()
}

/// What a technique that is younger than this release was in it; None for one that the release has, or has nothing for.
fn before(technique: TechniqueId, attack: &Catalogue) -> Option<TechniqueId> {
    if attack.technique(technique).is_some() || !is_older(attack) {
        return None;
    }
    Migration::new(attack, [Catalogue::default_release()]).technique(technique)
}

/// The techniques, sorted, and the tactics as written, each with the ids it may mean.
fn read_tags(tags: &[String], attack: &Catalogue) -> Result<(Vec<TechniqueId>, Vec<TacticId>), Fault> {
    let mut techniques = Vec::new();
    let mut tactics = Vec::new();
    for name in tags.iter().filter_map(|tag| tag.strip_prefix("attack.")) {
        if let Ok(technique) = name.parse() {
            techniques.push(technique);
            continue;
        }
        let named = match name.parse() {
            Ok(id) => attack.tactic(id).map(|tactic| vec![tactic.id]).unwrap_or_default(),
            Err(_) => attack.tactic_by_shortname(name),
        };
        if named.is_empty() && !names_something_else(name) {
            return Err(Fault::UnknownTag(name.to_owned()));
        }
        tactics.extend(named);
    }
    techniques.sort_unstable();
    techniques.dedup();
    Ok((techniques, tactics))
}

/// Groups, software, campaigns, mitigations and data sources say nothing of techniques: `attack.g0016`.
fn names_something_else(name: &str) -> bool {
    ["g", "s", "c", "m", "ds"].into_iter().any(|kind| {
        let number = name.to_ascii_lowercase().strip_prefix(kind).map(str::to_owned).unwrap_or_default();
        number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The first tactic tag that the technique belongs to; the technique's first tactic when there is no tactic tag.
fn tactic_of(technique: TechniqueId, tactics: &[TacticId], attack: &Catalogue) -> Result<TacticId, Fault> {
    let known = attack.technique(technique).ok_or_else(|| Fault::UnknownTechnique(technique.to_string()))?;
    if known.status != Status::Live {
        let successor = attack.successor(technique).map(|id| id.to_string());
        return Err(Fault::DeadTechnique { id: technique.to_string(), successor });
    }
    let chosen = if tactics.is_empty() {
        known.tactics.first()
    } else {
        tactics.iter().find(|tactic| known.tactics.contains(tactic))
    };
    chosen.copied().ok_or_else(|| Fault::WrongTactic {
        technique: technique.to_string(),
        belongs: known.tactics.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    })
}

fn confidence_of(
    technique: TechniqueId,
    setting: Option<&Setting>,
    level: Option<Level>,
) -> Result<Confidence, Fault> {
    let value = match setting {
        Some(Setting::One(value)) => *value,
        Some(Setting::PerTechnique(map)) => map
            .iter()
            .find(|(key, _)| key.parse() == Ok(technique))
            .map_or_else(|| by_level(level), |(_, value)| *value),
        None => by_level(level),
    };
    Confidence::new(value).map_err(|error| Fault::BadConfidence(error.to_string()))
}

/// The confidence of a rule that gives none, by its Sigma level; a rule without a level is medium.
const fn by_level(level: Option<Level>) -> f64 {
    match level {
        Some(Level::Informational) => 0.3,
        Some(Level::Low) => 0.45,
        Some(Level::Medium) | None => 0.65,
        Some(Level::High) => 0.85,
        Some(Level::Critical) => 0.95,
    }
}
