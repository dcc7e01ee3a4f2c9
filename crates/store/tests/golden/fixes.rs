//! The documented corrections that change an answer.

/// One correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fix {
    /// G33: a tag of an attacker or identity that does not exist is not stored.
    Ghosts,
    /// The empty sub-technique and none are one.
    EmptySub,
    /// G4: merged identities and campaigns are followed.
    Merged,
    /// G4: a campaign has the tags of its identities' attackers too.
    Campaigns,
    /// G26: a technique is told under each of its tactics.
    Tactics,
    /// G25: each tag has the address of its technique.
    Url,
    /// Commands that only Python can read, or that are none, are named.
    Commands,
}

impl Fix {
    pub(crate) const ALL: [Self; 7] = [
        Self::Ghosts,
        Self::EmptySub,
        Self::Merged,
        Self::Campaigns,
        Self::Tactics,
        Self::Url,
        Self::Commands,
    ];
}

/// Some corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fixes([bool; 7]);

impl Fixes {
    pub(crate) const NONE: Self = Self([false; 7]);
    pub(crate) const ALL: Self = Self([true; 7]);

    pub(crate) const fn has(self, fix: Fix) -> bool {
        self.0[fix as usize]
    }

    pub(crate) const fn without(mut self, fix: Fix) -> Self {
        self.0[fix as usize] = false;
        self
    }
}
