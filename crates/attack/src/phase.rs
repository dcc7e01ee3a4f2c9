//! The Unified Kill Chain: where in an attack a tactic stands.
//!
//! Phases after Paul Pols, "The Unified Kill Chain" (2017, version 1.3 of 2023). The table is DECNET's; Defense
//! Impairment, which release 19 split off from Defense Evasion, is in the same phase.

use std::fmt;

use vespid_model::TacticId;

/// A phase that an ATT&CK tactic stands for. The other phases of the chain have no tactic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each name says what it is")]
pub enum Phase {
    Reconnaissance,
    ResourceDevelopment,
    Delivery,
    Persistence,
    DefenseEvasion,
    CommandAndControl,
    Discovery,
    PrivilegeEscalation,
    Execution,
    CredentialAccess,
    LateralMovement,
    Collection,
    Exfiltration,
    Impact,
}

/// The phase of a tactic, also of those of the ICS matrix that have one.
pub fn of(tactic: TacticId) -> Option<Phase> {
    Some(match tactic.code() {
        43 => Phase::Reconnaissance,
        42 => Phase::ResourceDevelopment,
        1 => Phase::Delivery,
        2 => Phase::Execution,
        3 => Phase::Persistence,
        4 => Phase::PrivilegeEscalation,
        5 | 112 => Phase::DefenseEvasion,
        6 => Phase::CredentialAccess,
        7 | 102 => Phase::Discovery,
        8 => Phase::LateralMovement,
        9 | 100 => Phase::Collection,
        10 => Phase::Exfiltration,
        11 => Phase::CommandAndControl,
        40 | 105 | 106 => Phase::Impact,
        _ => return None,
    })
}

impl Phase {
    /// The name as stored, for example `command_and_control`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reconnaissance => "reconnaissance",
            Self::ResourceDevelopment => "resource_development",
            Self::Delivery => "delivery",
            Self::Persistence => "persistence",
            Self::DefenseEvasion => "defense_evasion",
            Self::CommandAndControl => "command_and_control",
            Self::Discovery => "discovery",
            Self::PrivilegeEscalation => "privilege_escalation",
            Self::Execution => "execution",
            Self::CredentialAccess => "credential_access",
            Self::LateralMovement => "lateral_movement",
            Self::Collection => "collection",
            Self::Exfiltration => "exfiltration",
            Self::Impact => "impact",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
