//! Who is who: from what is stored to identities and campaigns, and back into the store.

mod features;
mod keep;
mod known;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use anyhow::Result;
use vespid_cluster::weight::JOINS;
use vespid_cluster::{CampaignEdge, Campaigns, Counts, Edge, Fleet, State, Work};
use vespid_model::UtcMicros;
use vespid_model::features::Verdict;
use vespid_model::id::{AttackerId, IdentityId};
use vespid_store::clustering::EdgePut;
use vespid_store::{Clustering, Store};

pub(crate) use keep::{keep, once};
use known::{Before, Changed};

/// Attackers that are read at once.
const PAGE: usize = 500;

/// The fleet as it was last read, and what of it is written down.
#[derive(Default)]
pub(crate) struct Clusterer {
    pub(crate) fleet: Fleet,
    /// The store's keys of attackers and their events. One that was deleted and came again has another key.
    versions: HashMap<AttackerId, (i64, u64)>,
    ips: HashMap<AttackerId, IpAddr>,
    before: Option<Before>,
    campaign_edges: Vec<CampaignEdge>,
    /// Pairs whose edge says that a person told so.
    told: BTreeSet<(AttackerId, AttackerId)>,
}

/// Who is another one since the last time.
struct Read {
    changed: Vec<AttackerId>,
    /// Deleted, also those that came again.
    gone: Vec<AttackerId>,
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
        // Before the fleet: whoever writes meanwhile makes what is found here be refused.
        let stored = if first { Some(Before::read(store).await?) } else { None };
        let Read { changed: read, gone } = self.read(store).await?;
        let verdicts = (store.attacker_verdicts().await?, store.identity_verdicts().await?);
        let mut before = match self.before.take() {
            Some(before) if read.is_empty() && gone.is_empty() && before.verdicts == verdicts => {
                self.before = Some(before);
                return Ok(None);
            }
            Some(before) => before,
            None => stored.unwrap_or_default(),
        };
        before.forget(&gone);
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
        self.told_edges(&before.verdicts.0, &mut found);
        found.described = before.identities_of(&read);
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
            before.generation = store.clustering_put(found, before.generation, now).await?;
        }
        self.before = Some(before);
        Ok(Some(told))
    }

    /// Reads whoever has new events, and takes out whoever is deleted.
    async fn read(&mut self, store: &Store) -> Result<Read> {
        let (mut keys, mut changed, mut there) = (Vec::new(), Vec::new(), HashMap::new());
        for version in store.attacker_versions().await? {
            self.ips.insert(version.id, version.ip);
            let now = (version.key, version.events);
            if self.versions.get(&version.id) != Some(&now) {
                keys.push(version.key);
                changed.push(version.id);
            }
            there.insert(version.id, now);
        }
        let is_gone = |(id, (key, _)): (&AttackerId, &(i64, u64))| {
            there.get(id).is_none_or(|(now, _)| now != key).then_some(*id)
        };
        let gone: Vec<AttackerId> = self.versions.iter().filter_map(is_gone).collect();
        for id in &gone {
            self.fleet.remove(*id);
            if !there.contains_key(id) {
                self.ips.remove(id);
            }
        }
        self.versions = there;
        for page in keys.chunks(PAGE) {
            for features in store.features(page).await? {
                self.fleet.put(&features);
            }
        }
        Ok(Read { changed, gone })
    }

    /// What persons said ties two who may have nothing in common.
    fn told_edges(&mut self, verdicts: &[Verdict<AttackerId>], found: &mut Clustering) {
        let same = verdicts.iter().filter(|verdict| verdict.same);
        let now: BTreeSet<_> = same.map(|it| (it.a.min(it.b), it.a.max(it.b))).collect();
        let written: BTreeSet<_> = found.edges.iter().map(|edge| (edge.a, edge.b)).collect();
        let bare = |(a, b): &(AttackerId, AttackerId)| {
            self.fleet.edge(*a, *b).filter(|edge| edge.evidence.score < JOINS)
        };
        for pair in self.told.difference(&now).filter(|pair| !written.contains(*pair) && bare(pair).is_some())
        {
            found.edges_gone.push(*pair);
        }
        found.edges.extend(now.iter().filter(|pair| !written.contains(*pair)).filter_map(bare).map(edge));
        self.told = now;
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
