//! Who is who: from what is stored to identities and campaigns, and back into the store.

mod features;
mod keep;
mod known;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use anyhow::Result;
use vespid_cluster::weight::JOINS;
use vespid_cluster::{CampaignEdge, Campaigns, Counts, Edge, Fleet, State, Work};
use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, IdentityId};
use vespid_store::clustering::EdgePut;
use vespid_store::{Clustering, Store};

pub(crate) use keep::keep;
use known::{Before, Changed};

/// Attackers that are read at once.
const PAGE: usize = 500;

/// The fleet as it was last read, and what of it is written down.
#[derive(Default)]
pub(crate) struct Clusterer {
    pub(crate) fleet: Fleet,
    versions: HashMap<AttackerId, u64>,
    ips: HashMap<AttackerId, IpAddr>,
    before: Option<Before>,
    campaign_edges: Vec<CampaignEdge>,
}

/// What a run found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) counts: Counts,
    /// Identities of several addresses, or in a campaign.
    pub(crate) identities: usize,
    pub(crate) campaigns: usize,
    pub(crate) changed: Changed,
    /// Verdicts that others stand against.
    pub(crate) contradictions: usize,
    pub(crate) work: Work,
}

impl Clusterer {
    /// Reads whoever changed since the last time, works out who is who, and writes down what is different. None when
    /// nothing changed.
    pub(crate) async fn run(&mut self, store: &Store, now: UtcMicros) -> Result<Option<Told>> {
        let first = self.before.is_none();
        let read = self.read(store).await?;
        let verdicts = (store.attacker_verdicts().await?, store.identity_verdicts().await?);
        let mut before = match self.before.take() {
            Some(before) if read == 0 && before.verdicts == verdicts => {
                self.before = Some(before);
                return Ok(None);
            }
            Some(before) => before,
            None => Before::read(store).await?,
        };
        self.fleet.judge(&verdicts.0);
        let settled = self.fleet.settle();
        let campaigns = Campaigns::of(&self.fleet, &verdicts.1);
        before.verdicts = verdicts;
        let (mut found, changed) = before.compare(&self.fleet, &campaigns);
        if first {
            found.edges_anew = true;
            found.edges = self.fleet.edges().map(edge).collect();
        } else {
            let moved = settled.changes.moved.iter().map(|moved| moved.member);
            let pairs = settled.edges_gone.iter().chain(&settled.edges_new);
            self.changed_edges(pairs, moved, &mut found);
        }
        if first || campaigns.edges() != self.campaign_edges {
            self.campaign_edges = campaigns.edges().to_vec();
            found.campaign_edges = Some(campaigns.edges().iter().map(campaign_edge).collect());
        }
        let told = Told {
            counts: self.fleet.counts(),
            identities: before.live_identities(),
            campaigns: campaigns.campaigns().len(),
            changed,
            contradictions: self.fleet.contradictions().len() + campaigns.contradictions().len(),
            work: settled.work,
        };
        if !found.is_empty() {
            store.clustering_put(found, now).await?;
        }
        self.before = Some(before);
        Ok(Some(told))
    }

    /// Reads whoever has new events; returns how many did.
    async fn read(&mut self, store: &Store) -> Result<usize> {
        let mut changed = Vec::new();
        for version in store.attacker_versions().await? {
            self.ips.insert(version.id, version.ip);
            if self.versions.insert(version.id, version.events) != Some(version.events) {
                changed.push(version.key);
            }
        }
        for page in changed.chunks(PAGE) {
            for features in store.features(page).await? {
                self.fleet.put(&features);
            }
        }
        Ok(changed.len())
    }

    /// The edges that weigh something else now, and those around whoever is somewhere else, which may tie or not now. In
    /// sentences of others the counts of attackers may be older; `vespid why` says them as they are.
    fn changed_edges<'a>(
        &self,
        pairs: impl Iterator<Item = &'a (AttackerId, AttackerId)>,
        moved: impl Iterator<Item = AttackerId>,
        found: &mut Clustering,
    ) {
        let enough = |edge: &Edge| edge.evidence.score >= JOINS;
        let mut edges: BTreeMap<(AttackerId, AttackerId), Option<Edge>> =
            pairs.map(|(a, b)| ((*a, *b), self.fleet.edge(*a, *b).filter(enough))).collect();
        let around = moved.flat_map(|attacker| self.fleet.edges_of(attacker));
        edges.extend(around.map(|edge| ((edge.a, edge.b), Some(edge))));
        for (pair, changed) in edges {
            match changed {
                Some(changed) => found.edges.push(edge(changed)),
                None => found.edges_gone.push(pair),
            }
        }
    }

    /// Reads the whole fleet without writing anything, to answer questions.
    pub(crate) async fn look(store: &Store) -> Result<(Self, Campaigns)> {
        let mut clusterer = Self::default();
        clusterer.read(store).await?;
        clusterer.fleet.judge(&store.attacker_verdicts().await?);
        clusterer.fleet.settle();
        let campaigns = Campaigns::of(&clusterer.fleet, &store.identity_verdicts().await?);
        Ok((clusterer, campaigns))
    }

    /// An attacker's address.
    pub(crate) fn ip(&self, attacker: AttackerId) -> String {
        self.ips.get(&attacker).map_or_else(|| attacker.to_string(), ToString::to_string)
    }

    /// The attacker with this address.
    pub(crate) fn attacker(&self, ip: IpAddr) -> Option<AttackerId> {
        let ip = ip.to_canonical();
        self.ips.iter().find(|(_, known)| **known == ip).map(|(id, _)| *id)
    }
}

fn edge(edge: Edge) -> EdgePut<AttackerId> {
    EdgePut {
        a: edge.a,
        b: edge.b,
        joins: matches!(edge.state, State::Joins | State::Told),
        score: edge.evidence.score,
        features: features::of_edge(&edge.evidence),
        sentence: edge.evidence.sentence,
    }
}

fn campaign_edge(edge: &CampaignEdge) -> EdgePut<IdentityId> {
    EdgePut {
        a: edge.a,
        b: edge.b,
        joins: edge.joins,
        score: 0,
        features: features::of_campaign_edge(edge),
        sentence: edge.sentence.clone(),
    }
}
