//! What is written together.

use std::ops::AddAssign;
use std::sync::Arc;

use uuid::Uuid;
use vespid_model::tag::Tagged;
use vespid_model::{Observable, UtcMicros};

use crate::windows::Windows;

/// Everything that one transaction stores.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Events with their tags.
    pub tagged: Vec<Tagged>,
    /// What events show of those behind them, by the event's place in `tagged`, in the order of the places.
    pub observed: Vec<(usize, Arc<[Observable]>)>,
    /// Input that could not become an event.
    pub dead: Vec<DeadLetter>,
    /// How far the input is read when this batch is stored.
    pub progress: Option<Progress>,
    /// When the tags were made.
    pub tagged_at: Option<UtcMicros>,
    /// What the events mean together with others.
    pub windows: Option<Windows>,
}

/// A part of an input, in bytes of the (decompressed) input.
///
/// The input's position moves only when it stands where the part begins: a part that was not stored is never passed
/// over by one that came after it, and two processes that read one input do not set each other back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The input: the id from [`crate::Store::source_begin`].
    pub source: i64,
    /// Where the part begins.
    pub from: u64,
    /// Where it ends.
    pub to: u64,
}

/// Input that could not become an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The input: the id from [`crate::Store::source_begin`].
    pub source: i64,
    /// Where it starts, in bytes of the (decompressed) input.
    pub position: u64,
    /// Its length in bytes.
    pub length: u64,
    /// A stable code.
    pub reason: &'static str,
    /// What exactly is wrong.
    pub detail: String,
    /// Its first bytes.
    pub excerpt: Vec<u8>,
}

/// How far an input was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOffset {
    /// The store's own id of the input; 0 for one that is new.
    pub id: i64,
    /// The input's name, for a file its absolute path.
    pub name: String,
    /// Hash of its first bytes.
    pub fingerprint: u64,
    /// How many bytes were hashed.
    pub fingerprint_length: u64,
    /// Bytes read and stored.
    pub position: u64,
    /// Which rules they were tagged with.
    pub rules: String,
}

impl SourceOffset {
    /// The rules of an input whose lines are no events, and are tagged with none. No pack has this digest.
    pub const NO_RULES: &'static str = "-";
}

/// A rule's text, kept so that its tags can explain themselves on a machine without the rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// The rule's name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub description: String,
    /// The file it came from.
    pub source_path: String,
    /// Its text.
    pub yaml: String,
}

impl RuleText {
    /// Which text of a rule this is: UUIDv5 of it. A row that only names a rule has an empty one.
    pub(crate) fn digest(&self) -> [u8; 16] {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, self.yaml.as_bytes()).into_bytes()
    }
}

/// What a batch changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Committed {
    /// Events that were not there.
    pub events_new: u64,
    /// Events that were.
    pub events_duplicate: u64,
    /// Connections that were not there.
    pub sessions_new: u64,
    /// Addresses that were not there.
    pub attackers_new: u64,
    /// Tags that were not there.
    pub tags_new: u64,
    /// Tags that were there from another ATT&CK release, or from a rule of the same version with another text, and
    /// now say what this batch says; tags of windows to which this batch brings earlier events.
    pub tags_changed: u64,
    /// Tags that are gone: their windows hold more than is looked at, and earlier events took the place of theirs.
    pub tags_removed: u64,
    /// Tags that were there.
    pub tags_duplicate: u64,
    /// Tags below the confidence floor, not stored.
    pub tags_floored: u64,
    /// Tags of windows, completed by an event of this batch, whose rule operators disabled.
    pub windows_disabled: u64,
    /// Tags of windows, completed by an event of this batch, that operators made less sure.
    pub windows_clipped: u64,
    /// Dead letters that were not there.
    pub dead_new: u64,
}

impl AddAssign for Committed {
    fn add_assign(&mut self, other: Self) {
        self.events_new += other.events_new;
        self.events_duplicate += other.events_duplicate;
        self.sessions_new += other.sessions_new;
        self.attackers_new += other.attackers_new;
        self.tags_new += other.tags_new;
        self.tags_changed += other.tags_changed;
        self.tags_removed += other.tags_removed;
        self.tags_duplicate += other.tags_duplicate;
        self.tags_floored += other.tags_floored;
        self.windows_disabled += other.windows_disabled;
        self.windows_clipped += other.windows_clipped;
        self.dead_new += other.dead_new;
    }
}
