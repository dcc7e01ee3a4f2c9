//! A tag: one event shows one technique, says one rule.

use crate::confidence::Confidence;
use crate::event::Event;
use crate::evidence::Evidence;
use crate::id::{RuleId, TagId};
use crate::release::Release;
use crate::span::Span;
use crate::technique::{TacticId, TechniqueId};

/// What one rule says of one event. Attacker, session, decky and time are the event's.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// UUIDv5, exactly as DECNET derives it.
    pub id: TagId,
    /// The rule that fired.
    pub rule: RuleId,
    /// Its version.
    pub rule_version: u32,
    /// Technique or sub-technique.
    pub technique: TechniqueId,
    /// The tactic under which the rule names it.
    pub tactic: TacticId,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The ATT&CK release that the names are from.
    pub release: Release,
    /// The bytes that matched, sorted, not overlapping: at least one range, at most those that the engine keeps.
    pub spans: Vec<Span>,
    /// What the matched command was taken out of, outermost first, for example `sudo`, `sh -c`.
    pub via: Vec<String>,
    /// What a lifter shows of the event; None where the event itself is the evidence.
    pub evidence: Option<Evidence>,
}

/// An event with the tags that the engine gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged {
    /// The event.
    pub event: Event,
    /// Its tags; often none.
    pub tags: Vec<Tag>,
}
