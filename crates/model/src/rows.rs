//! What the store answers with. Plain rows: every time is event time, every list has a stated order.

use std::net::IpAddr;

use crate::body::Body;
use crate::confidence::Confidence;
use crate::id::{AttackerId, EventId, RuleId, TagId};
use crate::kind::SourceKind;
use crate::release::Release;
use crate::span::Span;
use crate::technique::{TacticId, TechniqueId};
use crate::time::UtcMicros;

/// Whose tags are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything in the store.
    Fleet,
    /// One address.
    Attacker(IpAddr),
    /// One connection on one decoy.
    Session(SessionKey),
}

/// A session's full name. The sensor's own name is unique on one decky only, and a name that comes again from another
/// address is another connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey {
    /// The decoy.
    pub decky: String,
    /// The sensor's name of the connection.
    pub session: String,
    /// Who connected.
    pub ip: IpAddr,
}

/// How much there is in a scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Normalised events.
    pub events: u64,
    /// Connections.
    pub sessions: u64,
    /// Addresses.
    pub attackers: u64,
    /// Tags.
    pub tags: u64,
    /// Time of the first event.
    pub first_seen: Option<UtcMicros>,
    /// Time of the last event.
    pub last_seen: Option<UtcMicros>,
    /// The ATT&CK releases that the tags were made with, newest first.
    pub releases: Vec<Release>,
}

/// One technique under one tactic in one scope.
#[derive(Debug, Clone, PartialEq)]
pub struct TechniqueRow {
    /// Technique or sub-technique.
    pub technique: TechniqueId,
    /// The tactic under which it was seen.
    pub tactic: TacticId,
    /// Tags.
    pub count: u64,
    /// Time of the first event tagged so.
    pub first_seen: UtcMicros,
    /// Time of the last event tagged so.
    pub last_seen: UtcMicros,
    /// Highest confidence among the tags.
    pub confidence_max: Confidence,
}

/// One attacking address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttackerRow {
    /// Its id.
    pub id: AttackerId,
    /// Its address.
    pub ip: IpAddr,
    /// Time of its first event.
    pub first_seen: UtcMicros,
    /// Time of its last event.
    pub last_seen: UtcMicros,
    /// Events.
    pub events: u64,
    /// Connections.
    pub sessions: u64,
    /// Tags.
    pub tags: u64,
    /// Distinct techniques and sub-techniques.
    pub techniques: u64,
}

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its full name.
    pub key: SessionKey,
    /// `ssh`, `telnet`, ... when the sensor said so. Of this and the next three the first in the alphabet, where a
    /// session's events name several: the order in which events come must not matter.
    pub service: Option<String>,
    /// Time of its first event.
    pub first_seen: UtcMicros,
    /// Time of its last event.
    pub last_seen: UtcMicros,
    /// The client's banner.
    pub client_version: Option<String>,
    /// HASSH of the client.
    pub hassh: Option<String>,
    /// The account name of a login that the decoy let in.
    pub login: Option<String>,
    /// Events.
    pub events: u64,
    /// Command lines among them.
    pub commands: u64,
    /// Tags.
    pub tags: u64,
}

/// A part of a list, and how long the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows in the whole list.
    pub total: u64,
}

/// Where a part of a session's events begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventsFrom {
    /// After this many.
    Offset(u32),
    /// After the event of this time and id.
    After(UtcMicros, EventId),
}

/// One event with the tags that explain it.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub time: UtcMicros,
    /// What it says.
    pub body: Body,
    /// Its tags, ordered by technique, then rule and its version.
    pub tags: Vec<ExplainedTag>,
}

/// A tag with what its rule says.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedTag {
    /// The tag.
    pub tag: TagRow,
    /// The rule's title.
    pub rule_title: String,
    /// The rule's description.
    pub rule_description: String,
}

/// A tag with the event's body, which is its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct TagWithEvidence {
    /// The tag.
    pub tag: TagRow,
    /// The event's body as JSON.
    pub evidence: String,
}

/// One stored tag with its anchors.
#[derive(Debug, Clone, PartialEq)]
pub struct TagRow {
    /// UUIDv5.
    pub id: TagId,
    /// The kind of its event.
    pub source_kind: SourceKind,
    /// The id of its event.
    pub source_id: String,
    /// The attacker's id.
    pub attacker: AttackerId,
    /// The attacker's address.
    pub ip: IpAddr,
    /// The connection's name.
    pub session: Option<String>,
    /// The decoy.
    pub decky: String,
    /// The tactic named by the rule.
    pub tactic: TacticId,
    /// Technique or sub-technique.
    pub technique: TechniqueId,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The rule that fired.
    pub rule: RuleId,
    /// Its version.
    pub rule_version: u32,
    /// The ATT&CK release of the names.
    pub release: Release,
    /// When the attacker acted.
    pub created_at: UtcMicros,
    /// When Vespid saw it.
    pub tagged_at: UtcMicros,
    /// The bytes that matched.
    pub spans: Vec<Span>,
    /// What the matched command was taken out of, outermost first.
    pub via: Vec<String>,
}

/// Input that could not become an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterRow {
    /// The store's own number of it; later ones are greater.
    pub id: i64,
    /// The input's name, for a file its absolute path.
    pub input: String,
    /// Where it starts, in bytes of the (decompressed) input.
    pub position: u64,
    /// Its length in bytes.
    pub length: u64,
    /// A stable code.
    pub reason: String,
    /// What exactly is wrong.
    pub detail: String,
    /// Its first bytes.
    pub excerpt: Vec<u8>,
    /// When Vespid saw it.
    pub seen_at: UtcMicros,
}
