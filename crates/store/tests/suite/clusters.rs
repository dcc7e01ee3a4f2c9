//! Who is who: what clustering writes, and writes again.

use vespid_model::features::{SaidOf, Verdict, VerdictRow};
use vespid_model::id::{AttackerId, CampaignId, IdentityId};
use vespid_model::{Observable, ObservableKind};
use vespid_store::clustering::{EdgePut, Group};
use vespid_store::{Batch, Clustering, Pair, Store, StoreError};
use vespid_testkit::event::{at, command, ip};

use super::Place;
use crate::tagged;

const fn identity(number: u8) -> IdentityId {
    IdentityId::from_bytes([number; 16])
}

const fn campaign(number: u8) -> CampaignId {
    CampaignId::from_bytes([number; 16])
}

fn attacker(number: u8) -> AttackerId {
    AttackerId::derive(ip(number))
}

fn group<I>(id: I, members: u64) -> Group<I> {
    Group { id, first_seen: at(1), last_seen: at(9), members }
}

fn edge(a: u8, b: u8, sentence: &str) -> EdgePut<AttackerId> {
    let (a, b) = (attacker(a).min(attacker(b)), attacker(a).max(attacker(b)));
    EdgePut { a, b, joins: true, score: 1200, features: "[]".to_owned(), sentence: sentence.to_owned() }
}

/// Attackers 1 to 4 with a tag each.
async fn filled(place: &Place) -> Store {
    let store = place.fresh().await.store;
    let tagged =
        (1..=4).map(|number| tagged(command(number.into(), number, "s", "id"), &[("r", "TA0007/T1033@0.7")]));
    let batch = Batch { tagged: tagged.collect(), tagged_at: Some(at(1000)), ..Batch::default() };
    store.commit(batch).await.unwrap();
    store
}

async fn addresses(store: &Store, number: u8) -> Vec<std::net::IpAddr> {
    let page = store.identity_observations(identity(number), 10, 0).await.unwrap().unwrap_or_default();
    let mut ips: Vec<_> = page.rows.iter().map(|row| row.ip).collect();
    ips.sort();
    ips
}

pub(crate) async fn what_clustering_finds_is_kept_and_taken_back(place: Place) {
    let store = filled(&place).await;
    let link = |number: u8, to: Option<u8>| (attacker(number), to.map(identity));
    let first = Clustering {
        identities: vec![group(identity(1), 2), group(identity(2), 2)],
        campaigns: vec![group(campaign(1), 2)],
        links: vec![link(1, Some(1)), link(2, Some(1)), link(3, Some(2)), link(4, Some(2)), link(9, Some(1))],
        assignments: vec![(identity(1), Some(campaign(1))), (identity(2), Some(campaign(1)))],
        edges_anew: true,
        edges: vec![edge(1, 2, "both have a key"), edge(3, 4, "both <script>")],
        campaign_edges: Some(vec![EdgePut {
            a: identity(1),
            b: identity(2),
            joins: true,
            score: 0,
            features: "{}".to_owned(),
            sentence: "a wallet".to_owned(),
        }]),
        ..Clustering::default()
    };
    assert_eq!(store.clustering_put(first.clone(), 0, at(10)).await.unwrap(), 1);
    let late = store.clustering_put(first.clone(), 0, at(11)).await.unwrap_err();
    assert!(matches!(late, StoreError::Overtaken), "{late}");
    store.clustering_put(first, 1, at(11)).await.unwrap();
    assert_eq!(addresses(&store, 1).await, [ip(1), ip(2)]);
    assert_eq!(store.campaign_list(9, 0).await.unwrap().rows[0].identity_count, 2);
    let edges = store.edge_list(identity(2), 9).await.unwrap();
    assert_eq!((edges.len(), edges[0].score, &*edges[0].sentence), (1, 1200, "both <script>"));
    let written = store.clustered().await.unwrap();
    assert_eq!((written.links.len(), written.identities.len(), written.assignments.len()), (4, 2, 2));

    // The second goes into the first, and the campaign is no more.
    let merged = Clustering {
        identities: vec![group(identity(1), 4)],
        links: vec![link(3, Some(1)), link(4, Some(1))],
        assignments: vec![(identity(1), None), (identity(2), None)],
        merged: vec![(identity(2), Some(identity(1)))],
        campaigns_merged: vec![(campaign(1), None)],
        edges_gone: vec![(edge(3, 4, "").a, edge(3, 4, "").b)],
        campaign_edges: Some(Vec::new()),
        ..Clustering::default()
    };
    store.clustering_put(merged, 2, at(12)).await.unwrap();
    assert_eq!(addresses(&store, 2).await.len(), 4, "it stands for the first");
    assert_eq!(store.identity_list(9, 0).await.unwrap().total, 1);
    assert_eq!(store.campaign_list(9, 0).await.unwrap().total, 0);
    assert_eq!(store.edge_list(identity(1), 9).await.unwrap().len(), 1);
    assert!(store.doctor(9).await.unwrap().is_empty());

    // And comes back, as itself.
    let back = Clustering {
        identities: vec![group(identity(1), 2), group(identity(2), 2)],
        links: vec![link(3, Some(2)), link(4, Some(2))],
        ..Clustering::default()
    };
    store.clustering_put(back, 3, at(13)).await.unwrap();
    assert_eq!(addresses(&store, 2).await, [ip(3), ip(4)]);
    let row = store.identity_row(identity(2)).await.unwrap().unwrap();
    assert_eq!((row.merged_into, row.root), (None, identity(2)));
    assert!(store.doctor(9).await.unwrap().is_empty());
}

pub(crate) async fn verdicts_are_kept_and_withdrawn(place: Place) {
    let store = filled(&place).await;
    let (one, two) = (attacker(1).min(attacker(2)), attacker(1).max(attacker(2)));
    let pair = Pair::Attackers(two, one);
    store.verdict_put(pair, Some(true), "seen together", "somebody", at(1)).await.unwrap();
    store.verdict_put(pair, Some(false), "no", "somebody", at(2)).await.unwrap();
    let said = store.attacker_verdicts().await.unwrap();
    assert_eq!(said, [Verdict { a: one, b: two, same: false }]);
    let identities = Pair::Identities(identity(2), identity(1));
    store.verdict_put(identities, Some(true), "", "somebody", at(3)).await.unwrap();
    let said = store.identity_verdicts().await.unwrap();
    assert_eq!(said, [Verdict { a: identity(1), b: identity(2), same: true }]);
    let listed = store.verdict_list(9, 0).await.unwrap();
    let row = |said, reason: &str, second| VerdictRow {
        said,
        reason: reason.to_owned(),
        said_by: "somebody".to_owned(),
        said_at: at(second),
    };
    let (first, other) = if one == attacker(1) { (ip(1), ip(2)) } else { (ip(2), ip(1)) };
    let newest = row(SaidOf::Identities(Verdict { a: identity(1), b: identity(2), same: true }), "", 3);
    let hands = Verdict { a: one, b: two, same: false };
    let oldest = row(SaidOf::Attackers(hands, [Some(first), Some(other)]), "no", 2);
    assert_eq!((listed.total, listed.rows), (2, vec![newest, oldest.clone()]));
    assert_eq!(store.verdict_list(1, 1).await.unwrap().rows, [oldest]);
    assert!(store.verdict_put(pair, None, "a mistake", "somebody", at(4)).await.unwrap());
    assert!(
        !store.verdict_put(pair, None, "again", "somebody", at(5)).await.unwrap(),
        "nothing to take back"
    );
    assert!(store.attacker_verdicts().await.unwrap().is_empty());
}

/// Whoever tried a thousand passwords is known by the same ones, whatever came first.
pub(crate) async fn what_is_read_of_one_attacker_is_bounded(place: Place) {
    let mut read = Vec::new();
    for backwards in [false, true] {
        let store = place.fresh().await.store;
        let mut passwords: Vec<u16> = (0..1000).collect();
        if backwards {
            passwords.reverse();
        }
        for (number, part) in passwords.chunks(500).enumerate() {
            let second = i64::try_from(number).unwrap();
            let shown =
                part.iter().filter_map(|it| Observable::new(ObservableKind::Credential, &format!("{it}")));
            let batch = Batch {
                tagged: vec![tagged(command(second, 1, "s", "id"), &[])],
                observed: vec![(0, shown.collect())],
                ..Batch::default()
            };
            store.commit(batch).await.unwrap();
        }
        let key = store.attacker_versions().await.unwrap()[0].key;
        let features = store.features(&[key]).await.unwrap().remove(0);
        let mut values: Vec<_> = features.observables.iter().map(|it| it.value().to_owned()).collect();
        values.sort();
        read.push(values);
    }
    assert_eq!(read[0].len(), 600);
    assert_eq!(read[0], read[1]);
}
