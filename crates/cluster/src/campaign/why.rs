//! Why two identities are of one campaign, or why not.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use vespid_model::id::IdentityId;

use super::{CampaignEdge, Campaigns};

/// The answer to "why are these one campaign, or not?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CampaignWhy<'a> {
    /// One campaign: the way from one identity to the other, one edge or several.
    Same(Vec<&'a CampaignEdge>),
    /// Something ties them, and a verdict stands against it.
    Withheld(&'a CampaignEdge),
    /// Nothing is known that ties them.
    Apart,
}

impl Campaigns {
    /// Why two identities are of one campaign, or why not.
    pub fn why(&self, a: IdentityId, b: IdentityId) -> CampaignWhy<'_> {
        if a != b && self.campaign_of(a).is_some() && self.campaign_of(a) == self.campaign_of(b) {
            return CampaignWhy::Same(self.path(a, b));
        }
        let pair = (a.min(b), a.max(b));
        match self.edges.binary_search_by_key(&pair, |edge| (edge.a, edge.b)) {
            Ok(place) => CampaignWhy::Withheld(&self.edges[place]),
            Err(_) => CampaignWhy::Apart,
        }
    }

    /// The shortest way over edges that join.
    fn path(&self, from: IdentityId, to: IdentityId) -> Vec<&CampaignEdge> {
        let mut at: HashMap<IdentityId, Vec<&CampaignEdge>> = HashMap::new();
        for edge in
            self.edges.iter().filter(|edge| edge.joins && self.campaign_of(edge.a) == self.campaign_of(from))
        {
            at.entry(edge.a).or_default().push(edge);
            at.entry(edge.b).or_default().push(edge);
        }
        let mut came_by: HashMap<IdentityId, &CampaignEdge> = HashMap::new();
        let mut waiting: VecDeque<IdentityId> = [from].into();
        while let Some(identity) = waiting.pop_front() {
            for edge in at.get(&identity).into_iter().flatten() {
                let next = if edge.a == identity { edge.b } else { edge.a };
                if next != from && !came_by.contains_key(&next) {
                    came_by.insert(next, edge);
                    waiting.push_back(next);
                }
            }
        }
        let mut path = Vec::new();
        let mut identity = to;
        while let Some(edge) = came_by.get(&identity) {
            path.push(*edge);
            identity = if edge.a == identity { edge.b } else { edge.a };
        }
        path.reverse();
        path
    }
}

impl fmt::Display for CampaignWhy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same(path) => {
                write!(f, "One campaign.")?;
                for edge in path {
                    write!(
                        f,
                        " {} and {}: {}{}",
                        edge.a,
                        edge.b,
                        if edge.told { "a person said so. " } else { "" },
                        edge.sentence
                    )?;
                }
                Ok(())
            }
            Self::Withheld(edge) => {
                write!(f, "Not one campaign: a verdict stands against it. {}", edge.sentence)
            }
            Self::Apart => f.write_str("Not one campaign: nothing is known that ties them."),
        }
    }
}
