//! What is written down of who is who, and what is different now.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use anyhow::Result;
use vespid_cluster::{Campaigns, Fleet};
use vespid_model::features::Verdict;
use vespid_model::id::{AttackerId, CampaignId, IdentityId};
use vespid_store::clustering::Group;
use vespid_store::{Clustered, ClusteredGroup, Clustering, Store};

/// What the store holds.
#[derive(Default)]
pub(super) struct Before {
    links: HashMap<AttackerId, IdentityId>,
    identities: HashMap<IdentityId, ClusteredGroup<IdentityId>>,
    assignments: HashMap<IdentityId, CampaignId>,
    campaigns: HashMap<CampaignId, ClusteredGroup<CampaignId>>,
    /// Which state of the store this is.
    pub(super) generation: u64,
    /// What persons said when it was worked out.
    pub(super) verdicts: (Vec<Verdict<AttackerId>>, Vec<Verdict<IdentityId>>),
}

/// How many identities, and campaigns, are new, are merged into others, and are there again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Changed {
    pub(crate) identities: [usize; 3],
    pub(crate) campaigns: [usize; 3],
}

impl Before {
    pub(super) async fn read(store: &Store) -> Result<Self> {
        let Clustered { links, identities, campaigns, assignments, generation } = store.clustered().await?;
        Ok(Self {
            links: links.into_iter().collect(),
            identities: identities.into_iter().map(|group| (group.id, group)).collect(),
            assignments: assignments.into_iter().collect(),
            campaigns: campaigns.into_iter().map(|group| (group.id, group)).collect(),
            generation,
            verdicts: (Vec::new(), Vec::new()),
        })
    }

    /// Attackers that are deleted are linked to nothing.
    pub(super) fn forget(&mut self, attackers: &[AttackerId]) {
        for attacker in attackers {
            self.links.remove(attacker);
        }
    }

    /// The identities of these attackers, each once.
    pub(super) fn identities_of(&self, attackers: &[AttackerId]) -> Vec<IdentityId> {
        let found: BTreeSet<_> = attackers.iter().filter_map(|attacker| self.links.get(attacker)).collect();
        found.into_iter().copied().collect()
    }

    pub(super) fn live_identities(&self) -> usize {
        self.identities.values().filter(|group| group.members > 0).count()
    }

    /// What must be written so that the store says what is so now, which is taken over.
    pub(super) fn compare(&mut self, fleet: &Fleet, campaigns: &Campaigns) -> (Clustering, Changed) {
        let (mut links, mut identities, mut assignments) = (HashMap::new(), Vec::new(), HashMap::new());
        for identity in fleet.identities() {
            let campaign = campaigns.campaign_of(identity.id);
            // One address is an identity that needs no row, unless something refers to it.
            if identity.members.len() < 2 && campaign.is_none() {
                continue;
            }
            links.extend(identity.members.iter().map(|member| (*member, identity.id)));
            assignments.extend(campaign.map(|campaign| (identity.id, campaign)));
            identities.push(Group {
                id: identity.id,
                first_seen: identity.first_seen,
                last_seen: identity.last_seen,
                members: identity.members.len() as u64,
            });
        }
        let found = campaigns.campaigns().iter().map(|campaign| Group {
            id: campaign.id,
            first_seen: campaign.first_seen,
            last_seen: campaign.last_seen,
            members: campaign.identities.len() as u64,
        });
        let mut changed = Changed::default();
        let (identities, merged) =
            groups(&mut self.identities, (&self.links, &links), identities, &mut changed.identities);
        let (campaigns, campaigns_merged) = groups(
            &mut self.campaigns,
            (&self.assignments, &assignments),
            found.collect(),
            &mut changed.campaigns,
        );
        let clustering = Clustering {
            identities,
            campaigns,
            links: differences(&self.links, &links),
            assignments: differences(&self.assignments, &assignments),
            merged,
            campaigns_merged,
            ..Clustering::default()
        };
        (self.links, self.assignments) = (links, assignments);
        (clustering, changed)
    }
}

/// Groups that are new or say something else, and those that are no more with the one that has their members.
#[expect(clippy::type_complexity, reason = "two lists of what the store takes")]
fn groups<T: Copy + Ord + Hash, I: Copy + Ord + Hash>(
    known: &mut HashMap<I, ClusteredGroup<I>>,
    (before, after): (&HashMap<T, I>, &HashMap<T, I>),
    groups: Vec<Group<I>>,
    [new, merged, back]: &mut [usize; 3],
) -> (Vec<Group<I>>, Vec<(I, Option<I>)>) {
    let live: BTreeSet<I> = groups.iter().map(|group| group.id).collect();
    let mut written = Vec::new();
    for group in groups {
        let now = ClusteredGroup {
            id: group.id,
            merged_into: None,
            members: group.members,
            first_seen: Some(group.first_seen),
            last_seen: Some(group.last_seen),
        };
        match known.insert(group.id, now) {
            Some(old) if old == now => continue,
            Some(old) => *back += usize::from(old.members == 0),
            None => *new += 1,
        }
        written.push(group);
    }
    // Of the members that a lost group had, the one with the smallest id says where it went.
    let mut heirs: BTreeMap<I, (T, Option<I>)> = BTreeMap::new();
    for (member, from) in before {
        if !live.contains(from) {
            let heir = (*member, after.get(member).copied());
            let known = heirs.entry(*from).or_insert(heir);
            if heir.0 < known.0 {
                *known = heir;
            }
        }
    }
    let lost = known.values_mut().filter(|group| group.members > 0 && !live.contains(&group.id));
    let mut pointers: Vec<_> = lost
        .map(|group| {
            let into = heirs.get(&group.id).and_then(|(_, into)| *into);
            (group.members, group.merged_into) = (0, into);
            (group.id, into)
        })
        .collect();
    pointers.sort_unstable();
    *merged = pointers.iter().filter(|(_, into)| into.is_some()).count();
    (written, pointers)
}

/// Who belongs elsewhere now, in the order of ids.
fn differences<T: Copy + Ord + Hash, I: Copy + Eq>(
    before: &HashMap<T, I>,
    after: &HashMap<T, I>,
) -> Vec<(T, Option<I>)> {
    let gone = before.keys().filter(|member| !after.contains_key(*member)).map(|member| (*member, None));
    let other = after.iter().filter(|(member, group)| before.get(*member) != Some(*group));
    let mut differences: Vec<_> = gone.chain(other.map(|(member, group)| (*member, Some(*group)))).collect();
    differences.sort_unstable_by_key(|(member, _)| *member);
    differences
}
