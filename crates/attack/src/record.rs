//! The catalogue as text: one JSON record a line, sorted, so that two builds can be compared byte for byte.

use serde::{Deserialize, Serialize};
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Record {
    /// The first line: which release this is.
    Release {
        /// The release of names, tactics and successors.
        release: Release,
        /// The release whose groups and software the relations are.
        relations: Release,
    },
    /// A tactic; their order is that of the matrix.
    Tactic {
        /// For example TA0005.
        id: TacticId,
        /// Its name.
        name: String,
        /// Its name in rules and layers, for example `defense-evasion`.
        short: String,
        /// Its STIX id.
        stix: String,
    },
    /// A technique or sub-technique, live or not.
    Technique {
        /// For example T1059.004.
        id: TechniqueId,
        /// Its own name, without its parent's.
        name: String,
        /// Its tactics in matrix order; none for one that is no longer live.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tactics: Vec<TacticId>,
        /// Its STIX id.
        stix: String,
        /// True when it was withdrawn without a successor.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        deprecated: bool,
        /// What it was replaced by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        successor: Option<TechniqueId>,
    },
    /// A group.
    Group(EntryRecord),
    /// Software: malware or a tool.
    Software(EntryRecord),
    /// Who uses a technique: ids of groups and software, sorted.
    Use {
        /// The technique.
        technique: TechniqueId,
        /// The ids.
        by: Vec<String>,
    },
}

/// A group or a software.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRecord {
    /// For example G0016 or S0002.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its STIX id.
    pub stix: String,
}
