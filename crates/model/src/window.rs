//! Windows: stretches of time in which one attacker's events are looked at together.
//!
//! A window begins at a multiple of its length since the epoch. What a window shows is decided by the set of events in
//! it alone, in the order of their times and ids: whoever looks at the same events says the same.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::{Uuid, uuid};

use crate::confidence::Confidence;
use crate::id::{EventId, RuleId, TagId};
use crate::kind::SourceKind;
use crate::release::Release;
use crate::technique::{TacticId, TechniqueId};
use crate::time::UtcMicros;

/// UUIDv5 of `vespid:window:v1` in the URL namespace.
const NAMESPACE: Uuid = uuid!("a0e3c36d-84f4-5837-8319-02c674378ba4");
/// A longer value of a field stands for itself by its beginning and a hash.
const LONGEST: usize = 256;
/// The longest window, in seconds: a longer one would hold more events than anybody wants to read again.
pub const MAX_SECONDS: u64 = 7 * 86_400;
/// Events that an evidence names; it says of how many.
pub const MAX_NAMED: usize = 32;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Its length in microseconds, more than 0.
    pub length: i64,
    /// Its first moment: a multiple of the length.
    pub start: UtcMicros,
}

/// What one event brings to one correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// The correlation, by its place in the engine.
    pub correlation: u32,
    /// Which of its steps.
    pub step: u32,
    /// The length of the correlation's windows in microseconds.
    pub length: i64,
    /// The values of the fields that it groups by.
    pub group: Arc<[Arc<str>]>,
    /// The value that is counted, where different values are.
    pub value: Option<Arc<str>>,
}

/// All that one event brings to correlations: nothing, for most events.
pub type Touches = Arc<[Touch]>;

/// A correlation, by its place in the engine, and the values that it groups by.
pub type Group = (u32, Arc<[Arc<str>]>);

/// When an event happened, and which of those of the same moment it is.
pub type Moment = (UtcMicros, EventId);

/// An event as windows see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// When it happened, and its id: members are looked at in this order.
    pub moment: Moment,
    /// The decoy.
    pub decky: Arc<str>,
    /// The connection.
    pub session: Option<Arc<str>>,
    /// What it brings.
    pub touches: Touches,
}

/// A tag for several events of one attacker.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowTag {
    /// UUIDv5, derived as of any tag.
    pub id: TagId,
    /// The kind of the events.
    pub kind: SourceKind,
    /// What stands for the event that there is not one of: see [`source_id`].
    pub source_id: String,
    /// The correlation.
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
    /// The decoy, where all the events that make it up were there.
    pub decky: Option<Arc<str>>,
    /// The connection, where all of them came through it.
    pub session: Option<Arc<str>>,
    /// Time of the event that completed it.
    pub created_at: UtcMicros,
    /// What it was given for.
    pub evidence: WindowEvidence,
}

/// What a window shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judged {
    /// Its tags, by the moment that completed them, then by rule and technique.
    pub tags: Vec<WindowTag>,
    /// The correlations and groups that are complete, each with its last moment: events after it change nothing.
    pub settled: HashMap<Group, Moment>,
    /// What operators took away of the tags: for each, the event that completed it.
    pub disabled: Vec<Moment>,
    /// What operators made less sure, likewise.
    pub clipped: Vec<Moment>,
}

/// What a [`WindowTag`] was given for: the first events that were enough. More of them change nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowEvidence {
    /// What kind of correlation.
    pub correlation: Form,
    /// The window's first moment.
    #[serde(with = "written")]
    pub window_start: UtcMicros,
    /// Its length.
    pub window_seconds: u64,
    /// The fields that events are grouped by, with their values.
    pub group: Vec<(String, String)>,
    /// How many events, or different values, are enough; for several steps, of each.
    pub threshold: Vec<u32>,
    /// The fields whose different values are counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub field: Vec<String>,
    /// How many events were enough.
    pub event_count: u64,
    /// At most [`MAX_NAMED`] of them, in their order: the first ones and the last.
    pub events: Vec<NamedEvent>,
}

/// One of the events that an evidence names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedEvent {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    #[serde(with = "written")]
    pub time: UtcMicros,
    /// The value that was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A kind of correlation, by its name in Sigma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// So many events.
    EventCount,
    /// So many different values.
    ValueCount,
    /// Each of several things.
    Temporal,
    /// One thing after the other.
    TemporalOrdered,
}

impl Window {
    /// The window of this length that a moment lies in.
    pub const fn around(time: UtcMicros, length: i64) -> Self {
        Self { length, start: UtcMicros::from_micros(time.as_micros().div_euclid(length) * length) }
    }

    /// The first moment behind it.
    pub const fn end(self) -> UtcMicros {
        UtcMicros::from_micros(self.start.as_micros().saturating_add(self.length))
    }
}

impl WindowTag {
    /// The event that completed it.
    pub fn completed_by(&self) -> Option<Moment> {
        self.evidence.events.last().map(|last| (last.time, last.id))
    }
}

impl WindowEvidence {
    /// The evidence as stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a stored evidence; None for that of another kind of tag.
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The window.
    pub fn window(&self) -> Window {
        let seconds = i64::try_from(self.window_seconds).unwrap_or(i64::MAX);
        Window { length: seconds.saturating_mul(1_000_000), start: self.window_start }
    }
}

/// UUIDv5 over rule, version, address, window and the values of the group.
pub fn source_id(rule: &RuleId, version: u32, ip: IpAddr, window: Window, group: &[Arc<str>]) -> String {
    let mut content = Vec::with_capacity(128);
    for number in [i64::from(version), window.start.as_micros(), window.length] {
        content.extend_from_slice(&number.to_le_bytes());
    }
    let ip = ip.to_canonical().to_string();
    // Each part is preceded by its length, so that no two different windows have the same bytes.
    for part in [rule.as_str(), &ip].into_iter().chain(group.iter().map(|value| &**value)) {
        content.extend_from_slice(&(part.len() as u64).to_le_bytes());
        content.extend_from_slice(part.as_bytes());
    }
    Uuid::new_v5(&NAMESPACE, &content).to_string()
}

/// A field's value as windows keep it, bounded: a long one by its beginning and a hash of all of it.
pub fn value(text: &str) -> Arc<str> {
    if text.len() <= LONGEST {
        return text.into();
    }
    let hash = Uuid::new_v5(&NAMESPACE, text.as_bytes()).simple().to_string();
    let begun = text.get(..text.floor_char_boundary(LONGEST / 2)).unwrap_or_default();
    format!("{begun}...{hash}").into()
}

/// Moments as texts.
mod written {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::time::UtcMicros;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(time: &UtcMicros, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(time)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<UtcMicros, D::Error> {
        UtcMicros::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_namespace_is_what_its_comment_says() {
        assert_eq!(Uuid::new_v5(&Uuid::NAMESPACE_URL, b"vespid:window:v1"), NAMESPACE);
    }

    #[test]
    fn windows_begin_at_multiples_of_their_length() {
        let window = Window::around(UtcMicros::from_micros(1_000_123), 1_000);
        assert_eq!(window.start, UtcMicros::from_micros(1_000_000));
        assert_eq!(window.end(), UtcMicros::from_micros(1_001_000));
        assert_eq!(Window::around(window.end(), 1_000).start, window.end());
        assert_eq!(Window::around(UtcMicros::from_micros(-1), 1_000).start.as_micros(), -1_000);
    }

    #[test]
    fn every_part_of_a_window_counts() {
        let (rule, ip) = (RuleId::new("r"), "192.0.2.1".parse().unwrap());
        let window = Window::around(UtcMicros::EARLIEST, 1_000);
        let group = |values: &[&str]| values.iter().map(|value| Arc::from(*value)).collect::<Vec<_>>();
        let base = source_id(&rule, 1, ip, window, &group(&["a", "b"]));
        assert_eq!(
            base,
            source_id(&rule, 1, "::ffff:192.0.2.1".parse().unwrap(), window, &group(&["a", "b"]))
        );
        for other in [
            source_id(&RuleId::new("s"), 1, ip, window, &group(&["a", "b"])),
            source_id(&rule, 2, ip, window, &group(&["a", "b"])),
            source_id(&rule, 1, "192.0.2.2".parse().unwrap(), window, &group(&["a", "b"])),
            source_id(&rule, 1, ip, Window { length: 2_000, ..window }, &group(&["a", "b"])),
            source_id(&rule, 1, ip, window, &group(&["ab", ""])),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn long_values_are_bounded_and_stay_different() {
        let long = |end: &str| value(&format!("{}{end}", "é".repeat(10_000)));
        assert_ne!(long("a"), long("b"));
        assert!(long("a").len() < LONGEST);
        assert_eq!(&*value("abc"), "abc");
    }

    #[test]
    fn evidence_is_read_back_and_nothing_else_is_evidence() {
        let time = UtcMicros::parse("2026-11-24T00:00:01.5Z").unwrap();
        let evidence = WindowEvidence {
            correlation: Form::ValueCount,
            window_start: UtcMicros::parse("2026-11-24T00:00:00Z").unwrap(),
            window_seconds: 300,
            group: vec![("username".to_owned(), "root".to_owned())],
            threshold: vec![5],
            field: vec!["password".to_owned()],
            event_count: 1,
            events: vec![NamedEvent { id: EventId::derive(b"x"), time, value: Some("1".to_owned()) }],
        };
        assert_eq!(WindowEvidence::from_json(&evidence.to_json()), Some(evidence));
        assert_eq!(WindowEvidence::from_json(r#"{"command_text":"id"}"#), None);
    }
}
