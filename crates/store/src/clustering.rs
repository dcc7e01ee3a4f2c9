//! What clustering found, as it is written down.

use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, CampaignId, IdentityId};

/// Everything that one transaction changes of who is who.
#[derive(Debug, Clone, Default)]
pub struct Clustering {
    /// Identities some of whose attackers show something new: their rows tell what is seen with them.
    pub described: Vec<IdentityId>,
    /// Identities that are there now, or have other members or times.
    pub identities: Vec<Group<IdentityId>>,
    /// Campaigns that are there now, or have others.
    pub campaigns: Vec<Group<CampaignId>>,
    /// Attackers that belong elsewhere now.
    pub links: Vec<(AttackerId, Option<IdentityId>)>,
    /// Identities that belong elsewhere now.
    pub assignments: Vec<(IdentityId, Option<CampaignId>)>,
    /// Identities that are no more, each with the one that has its members now.
    pub merged: Vec<(IdentityId, Option<IdentityId>)>,
    /// Campaigns that are no more, in the same way.
    pub campaigns_merged: Vec<(CampaignId, Option<CampaignId>)>,
    /// All edges between attackers are in `edges`: those that are there are deleted.
    pub edges_anew: bool,
    /// Edges between attackers, in place of those of these pairs.
    pub edges: Vec<EdgePut<AttackerId>>,
    /// Pairs of attackers that have no edge any more.
    pub edges_gone: Vec<(AttackerId, AttackerId)>,
    /// Edges between identities, in place of all that are there; None leaves them.
    pub campaign_edges: Option<Vec<EdgePut<IdentityId>>>,
}

/// An identity or a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group<I> {
    /// Its id.
    pub id: I,
    /// Time of the first event.
    pub first_seen: UtcMicros,
    /// Time of the last event.
    pub last_seen: UtcMicros,
    /// How many members it has.
    pub members: u64,
}

/// Why two belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgePut<T> {
    /// The smaller id.
    pub a: T,
    /// The other.
    pub b: T,
    /// Is it what makes them one?
    pub joins: bool,
    /// Thousandths; 1000 joins. Edges between identities have none.
    pub score: u32,
    /// JSON.
    pub features: String,
    /// For a reader; what attackers wrote stands in it.
    pub sentence: String,
}

impl Clustering {
    /// Is there nothing to write?
    pub const fn is_empty(&self) -> bool {
        self.described.is_empty()
            && self.identities.is_empty()
            && self.campaigns.is_empty()
            && self.links.is_empty()
            && self.assignments.is_empty()
            && self.merged.is_empty()
            && self.campaigns_merged.is_empty()
            && !self.edges_anew
            && self.edges.is_empty()
            && self.edges_gone.is_empty()
            && self.campaign_edges.is_none()
    }
}
