//! What the store answers with. Plain rows: every time is event time, every list has a stated order.

use std::net::IpAddr;

use crate::body::Body;
use crate::confidence::Confidence;
use crate::id::{AttackerId, CampaignId, EventId, IdentityId, RuleId, TagId};
use crate::kind::SourceKind;
use crate::observable::Observable;
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
    /// One address, by its id.
    AttackerId(AttackerId),
    /// The same hands: tags of the identity itself and of every attacker that projects to it, each once. One that is
    /// merged stands for the one it is merged into.
    Identity(IdentityId),
    /// The identities of a campaign, with all that they stand for, each tag once.
    Campaign(CampaignId),
    /// One connection on one decoy.
    Session(SessionKey),
    /// Every connection that a sensor gave this name.
    SessionName(String),
}

impl Scope {
    /// The scope of this kind and id, as they stand in an address: `fleet` (whose id is not read), `attacker` (an id
    /// or an address), `identity`, `campaign` or `session` (a name).
    ///
    /// # Errors
    /// [`UnknownScope`] for another kind, or an id that is none.
    pub fn named(kind: &str, id: &str) -> Result<Self, UnknownScope> {
        let bad = || UnknownScope { kind: kind.to_owned(), id: id.to_owned() };
        match kind {
            "fleet" => Ok(Self::Fleet),
            "attacker" => match id.parse() {
                Ok(ip) => Ok(Self::Attacker(ip)),
                Err(_) => id.parse().map(Self::AttackerId).map_err(|_| bad()),
            },
            "identity" => id.parse().map(Self::Identity).map_err(|_| bad()),
            "campaign" => id.parse().map(Self::Campaign).map_err(|_| bad()),
            "session" => Ok(Self::SessionName(id.to_owned())),
            _ => Err(bad()),
        }
    }
}

/// A scope that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no scope {kind:?} with the id {id:?}; scopes are fleet, attacker, identity, campaign and session")]
pub struct UnknownScope {
    kind: String,
    id: String,
}

/// Which techniques are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Techniques {
    /// All.
    #[default]
    All,
    /// A technique and whatever sub-technique of it: any.
    Family(TechniqueId),
    /// Exactly this one: a sub-technique, or a technique without one.
    Exactly(TechniqueId),
}

/// A place in a list of tags, newest first: behind the tag of this time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagCursor {
    /// The tag's event time.
    pub created_at: UtcMicros,
    /// Its id.
    pub id: TagId,
}

/// A part of a list of tags.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TagPage {
    /// The tags of this part.
    pub rows: Vec<TagWithEvidence>,
    /// Where the next part begins; None at the end of the list.
    pub next: Option<TagCursor>,
}

/// Which of the fleet's tags are meant. All of them by default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FleetFilter {
    /// From this event time on.
    pub from: Option<UtcMicros>,
    /// Before this event time.
    pub until: Option<UtcMicros>,
    /// Seen on this decoy.
    pub decky: Option<String>,
    /// Of events of this kind.
    pub kind: Option<SourceKind>,
    /// At least this sure.
    pub confidence_min: Option<Confidence>,
}

/// One technique of one attacker, for an export of all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct AttackerTechnique {
    /// The attacker.
    pub attacker: AttackerId,
    /// What it did.
    pub row: TechniqueRow,
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

/// A technique with its names; None for what the catalogue does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedTechnique {
    /// The technique.
    pub row: TechniqueRow,
    /// The name of the technique, for a sub-technique that of its parent.
    pub technique_name: Option<String>,
    /// "Parent: Child" for a sub-technique.
    pub sub_technique_name: Option<String>,
    /// The tactic's name.
    pub tactic_name: Option<String>,
    /// Its page at MITRE.
    pub mitre_url: Option<String>,
}

/// A technique of a campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignTechnique {
    /// The technique.
    pub technique: NamedTechnique,
    /// How many of the campaign's identities it was seen with.
    pub identity_count: u64,
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

/// Something that was seen with attackers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservableRow {
    /// What.
    pub observable: Observable,
    /// With how many attackers.
    pub attackers: u64,
    /// In how many events of theirs.
    pub events: u64,
    /// Time of the first of them.
    pub first_seen: UtcMicros,
    /// Time of the last of them.
    pub last_seen: UtcMicros,
}

/// Something that was in the same sessions as something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TogetherRow {
    /// What.
    pub observable: Observable,
    /// In how many of them.
    pub sessions: u64,
}

/// An attacker with which something was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SightingRow {
    /// Its address.
    pub ip: IpAddr,
    /// In how many events of it.
    pub events: u64,
    /// Time of the first of them.
    pub first_seen: UtcMicros,
    /// Time of the last of them.
    pub last_seen: UtcMicros,
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

/// A session as it is handed over without its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionPut {
    /// Its full name. The attacker must be stored.
    pub key: SessionKey,
    /// `ssh`, `telnet`, ...; None leaves what is known, here and in the next three.
    pub service: Option<String>,
    /// The client's banner.
    pub client_version: Option<String>,
    /// HASSH of the client.
    pub hassh: Option<String>,
    /// The account name of a login that the decoy let in.
    pub login: Option<String>,
    /// Time of its first event, as far as is known.
    pub first_seen: UtcMicros,
    /// Time of its last event.
    pub last_seen: UtcMicros,
}

/// A part of a list, and how long the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows in the whole list.
    pub total: u64,
}

/// Nothing.
impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), total: 0 }
    }
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

/// A line that an attacker typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRow {
    /// When.
    pub time: UtcMicros,
    /// The program that read it; None for the shell.
    pub program: Option<String>,
    /// The line.
    pub text: String,
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
    /// What the rule's lifter shows of the tag's event, as JSON; None where all of the event is the evidence.
    pub lifted: Option<String>,
}

/// A tag with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct TagWithEvidence {
    /// The tag.
    pub tag: TagRow,
    /// What came with the tag, else its event's body, as JSON.
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
    /// The attacker's id; None where the tag hangs on an identity alone.
    pub attacker: Option<AttackerId>,
    /// The attacker's address.
    pub ip: Option<IpAddr>,
    /// The identity that the tag hangs on itself. What its attacker projects to is not told here.
    pub identity: Option<IdentityId>,
    /// The connection's name.
    pub session: Option<String>,
    /// The decoy.
    pub decky: Option<String>,
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

/// How a source of a running program fares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceHealth {
    /// What it is: `file`, `syslog+udp`, ...
    pub kind: String,
    /// A path or an address.
    pub name: String,
    /// When its last event happened.
    pub last_event: Option<UtcMicros>,
    /// When its last line came.
    pub last_received: Option<UtcMicros>,
    /// Lines that came.
    pub lines: u64,
    /// Events in them, also those that were known.
    pub events: u64,
    /// Lines that became no event, or not whole.
    pub dead_letters: u64,
    /// Messages that came and were never read, since too many waited.
    pub dropped: u64,
    /// What went wrong beside single lines: connections, files.
    pub errors: u64,
    /// The last of it.
    pub last_error: Option<String>,
    /// Lines of the last minute, when this was written.
    pub rate: u64,
    /// How long after it happened the last event came, in microseconds. Clocks differ: it may be less than nothing.
    pub lag: Option<i64>,
    /// When this was written.
    pub updated_at: Option<UtcMicros>,
}
