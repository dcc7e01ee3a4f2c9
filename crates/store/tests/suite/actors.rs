//! Attackers, identities and campaigns: made, found, listed, linked.

use std::net::IpAddr;

use vespid_model::actor::{
    AttackerProfile, AttackerPut, Campaign, CampaignPut, Identity, IdentityPut, Ipv6Leaks, Origin, Stored,
};
use vespid_model::id::{AttackerId, CampaignId, IdentityId};
use vespid_store::{Store, StoreError};
use vespid_testkit::event::{at, command, ip};

use super::{Database, Place};
use crate::{batch, story, tagged};

/// Ids whose order is that of their numbers.
pub(crate) const fn identity(number: u8) -> IdentityId {
    IdentityId::from_bytes([number; 16])
}

pub(crate) const fn campaign(number: u8) -> CampaignId {
    CampaignId::from_bytes([number; 16])
}

pub(crate) fn attacker(last: u8) -> AttackerId {
    AttackerId::derive(ip(last))
}

/// Identities of which nothing is known, updated in the order given.
pub(crate) async fn identities(store: &Store, numbers: impl IntoIterator<Item = u8>) {
    let put = |(second, number): (usize, u8)| IdentityPut {
        identity: Identity::new(identity(number), at(i64::try_from(second).unwrap())),
        campaign: None,
        merged_into: None,
    };
    store.identity_put(numbers.into_iter().enumerate().map(put).collect()).await.unwrap();
}

pub(crate) async fn campaigns(store: &Store, numbers: impl IntoIterator<Item = u8>) {
    let put = |(second, number): (usize, u8)| CampaignPut {
        campaign: Campaign::new(campaign(number), at(i64::try_from(second).unwrap())),
        merged_into: None,
    };
    store.campaign_put(numbers.into_iter().enumerate().map(put).collect()).await.unwrap();
}

pub(crate) fn put(ip: IpAddr) -> AttackerPut {
    AttackerPut {
        id: None,
        ip,
        first_seen: at(10),
        last_seen: at(20),
        events: None,
        identity: None,
        profile: None,
    }
}

/// What the rollups of identities and campaigns say, and what the tags say, a line for each row: `scope subject tactic
/// technique tags first last confidence`.
async fn rollups(db: &Database) -> [Vec<String>; 2] {
    let text = if db.url.starts_with("mysql") { "CHAR" } else { "TEXT" };
    let line = |columns: [&str; 8]| {
        let parts = columns.map(|column| format!("CAST({column} AS {text})"));
        if db.url.starts_with("mysql") {
            format!("CONCAT_WS(' ', {})", parts.join(", "))
        } else {
            parts.join(" || ' ' || ")
        }
    };
    let stored = line([
        "scope",
        "subject",
        "tactic",
        "technique",
        "SUM(tags)",
        "MIN(first_seen)",
        "MAX(last_seen)",
        "MAX(confidence_max)",
    ]);
    let stored = format!(
        "SELECT {stored} FROM rollup_scope WHERE scope IN (2, 3) GROUP BY scope, subject, tactic, technique"
    );
    // Written without regard to how the store counts: whose is this tag, by its attacker and by itself?
    let counted = line([
        "scope",
        "subject",
        "tactic",
        "technique",
        "COUNT(*)",
        "MIN(created_at)",
        "MAX(created_at)",
        "MAX(confidence)",
    ]);
    let owners = "
        SELECT t.id, 2 AS scope, i.root AS subject FROM tag t JOIN attacker a ON a.id = t.attacker
        JOIN identity i ON i.id = a.identity
        UNION SELECT t.id, 2, i.root FROM tag t JOIN identity i ON i.id = t.identity
        UNION SELECT t.id, 3, c.root FROM tag t JOIN attacker a ON a.id = t.attacker
        JOIN identity i ON i.id = a.identity JOIN identity g ON g.id = i.root JOIN campaign c ON c.id = g.campaign
        UNION SELECT t.id, 3, c.root FROM tag t JOIN identity i ON i.id = t.identity JOIN identity g ON g.id = i.root
        JOIN campaign c ON c.id = g.campaign";
    let counted = format!(
        "SELECT {counted} FROM ({owners}) o JOIN tag ON tag.id = o.id GROUP BY scope, subject, tactic, technique"
    );
    let (mut stored, mut counted) = (db.texts(&stored).await, db.texts(&counted).await);
    stored.sort();
    counted.sort();
    [stored, counted]
}

/// The rollups say what the tags say. Returns how many rows of identities and of campaigns there are.
pub(crate) async fn sound(db: &Database) -> (usize, usize) {
    let [stored, counted] = rollups(db).await;
    assert_eq!(stored, counted, "stored, and counted from the tags");
    let of = |scope: &str| stored.iter().filter(|row| row.starts_with(scope)).count();
    (of("2 "), of("3 "))
}

/// Tags that hang on this identity itself, too, as imported ones do.
pub(crate) async fn hang_tags_on(db: &Database, number: u8) {
    let hex = format!("{number:02x}").repeat(16);
    let uid = if db.url.starts_with("postgres") { format!("'\\x{hex}'") } else { format!("X'{hex}'") };
    db.execute(&format!("UPDATE tag SET identity = (SELECT id FROM identity WHERE uid = {uid})")).await;
}

pub(crate) async fn attackers_are_put_and_found(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    let given = AttackerId::from_bytes([7; 16]);
    let profile = AttackerProfile {
        service_count: Some(2),
        services: Some("[\"ssh\"]".to_owned()),
        is_traversal: true,
        bounty_count: 3,
        commands: Some("[]".to_owned()),
        asn: Some(4_200_000_000),
        last_rotation_at: Some(at(5)),
        ipv6: Some(Ipv6Leaks { count: 4, last_at: Some(at(6)), ..Ipv6Leaks::default() }),
        ..AttackerProfile::new(at(7))
    };
    let full = AttackerPut {
        id: Some(given),
        events: Some(5),
        profile: Some(profile.clone()),
        ..put("::ffff:192.0.2.9".parse().unwrap())
    };
    assert_eq!(store.attacker_put(full).await.unwrap(), given);
    let row = store.attacker_find_by_id(given).await.unwrap().unwrap();
    assert_eq!((row.ip, row.first_seen, row.last_seen, row.events), (ip(9), at(10), at(20), 5));
    assert_eq!(store.attacker_find(ip(9)).await.unwrap().unwrap(), row);
    assert_eq!(store.attacker_profile(given).await.unwrap(), Some(profile.clone()));

    // Times widen, what is not given stays, the address keeps its id, leaks that are not given too.
    let less = AttackerProfile { ipv6: None, services: None, ..profile.clone() };
    let again = AttackerPut {
        id: Some(AttackerId::from_bytes([8; 16])),
        first_seen: at(12),
        last_seen: at(30),
        profile: Some(less.clone()),
        ..put(ip(9))
    };
    assert_eq!(store.attacker_put(again).await.unwrap(), given);
    let row = store.attacker_find_by_id(given).await.unwrap().unwrap();
    assert_eq!((row.first_seen, row.last_seen, row.events), (at(10), at(30), 5));
    let expected = AttackerProfile { ipv6: profile.ipv6, ..less };
    assert_eq!(store.attacker_profile(given).await.unwrap(), Some(expected));

    let unknown = AttackerId::from_bytes([9; 16]);
    assert_eq!(store.attacker_find_by_id(unknown).await.unwrap(), None);
    assert_eq!(store.attacker_profile(unknown).await.unwrap(), None);
    assert_eq!(store.attacker_identity(unknown).await.unwrap(), None);
}

pub(crate) async fn an_address_is_one_attacker(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.commit(story()).await.unwrap();
    let puts = vec![put(ip(2)), put(ip(3)), AttackerPut { events: Some(9), ..put(ip(3)) }, put(ip(1))];
    let ids = store.attacker_put_all(puts).await.unwrap();
    assert_eq!(ids, [attacker(2), attacker(3), attacker(3), attacker(1)]);
    assert_eq!(store.attacker_list(10, 0).await.unwrap().total, 3);
    assert_eq!(store.attacker_find(ip(3)).await.unwrap().unwrap().events, 9);
    assert_eq!(store.attacker_find(ip(1)).await.unwrap().unwrap().events, 4, "as its events were counted");

    // An id is one address too; nothing of the call is stored.
    let taken = AttackerPut { id: Some(attacker(1)), ..put(ip(5)) };
    let error = store.attacker_put_all(vec![put(ip(4)), taken]).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken { noun: "attacker", .. }), "{error}");
    assert!(error.to_string().contains("192.0.2.1;"), "{error}");
    assert_eq!(store.attacker_find(ip(4)).await.unwrap(), None);

    let nobody = AttackerPut { identity: Some(identity(1)), ..put(ip(4)) };
    let error = store.attacker_put(nobody).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown { noun: "identity", .. }), "{error}");
    assert_eq!(store.attacker_find(ip(4)).await.unwrap(), None);

    // Batches find the attacker that was put.
    store.commit(batch(vec![tagged(command(40, 3, "s", "id"), &[])])).await.unwrap();
    assert_eq!(store.attacker_find(ip(3)).await.unwrap().unwrap().events, 10);
}

pub(crate) async fn identities_are_put_found_and_listed(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    campaigns(store, [1]).await;
    let full = Identity {
        first_seen_at: Some(at(1)),
        confidence: Some(vespid_model::Confidence::new(0.5).unwrap()),
        observation_count: 3,
        ja3_hashes: Some("[\"a\"]".to_owned()),
        ipv6_link_local_iids: Some("[]".to_owned()),
        kd_digraph_simhash: Some(vec![0xff, 0, 1, 2, 3, 4, 5, 6]),
        notes: Some("n".to_owned()),
        ..Identity::new(identity(1), at(2))
    };
    let first = IdentityPut { identity: full.clone(), campaign: Some(campaign(1)), merged_into: None };
    assert_eq!(store.identity_put(vec![first]).await.unwrap(), Stored { new: 1, known: 0 });
    let row = store.identity_row(identity(1)).await.unwrap().unwrap();
    assert_eq!((&row.identity, row.campaign, row.merged_into), (&full, Some(campaign(1)), None));
    assert_eq!(
        (row.root, store.identity_find(identity(1)).await.unwrap().as_ref()),
        (identity(1), Some(&row))
    );

    // What is not given stays.
    let bare = Identity { updated_at: at(8), ..Identity::new(identity(1), at(9)) };
    let again = IdentityPut { identity: bare.clone(), campaign: None, merged_into: None };
    assert_eq!(store.identity_put(vec![again]).await.unwrap(), Stored { new: 0, known: 1 });
    let row = store.identity_row(identity(1)).await.unwrap().unwrap();
    let kept = Identity { created_at: at(2), ipv6_link_local_iids: full.ipv6_link_local_iids, ..bare };
    assert_eq!((row.identity, row.campaign), (kept, Some(campaign(1))));
    assert_eq!(store.campaign_row(campaign(1)).await.unwrap().unwrap().identity_count, 1);

    for put in [
        IdentityPut {
            identity: Identity::new(identity(9), at(0)),
            campaign: Some(campaign(9)),
            merged_into: None,
        },
        IdentityPut {
            identity: Identity::new(identity(9), at(0)),
            campaign: None,
            merged_into: Some(identity(8)),
        },
    ] {
        let error = store.identity_put(vec![put]).await.unwrap_err();
        assert!(matches!(error, StoreError::Unknown { .. }), "{error}");
    }
    assert_eq!(store.identity_row(identity(9)).await.unwrap(), None);
    assert_eq!(store.identity_find(identity(9)).await.unwrap(), None);

    identities(store, [3, 2, 5, 4]).await;
    store.identity_merge(identity(5), identity(4), "me", at(3)).await.unwrap();
    let page = store.identity_list(2, 0).await.unwrap();
    let ids = |rows: &[vespid_model::actor::IdentityRow]| -> Vec<_> {
        rows.iter().map(|row| row.identity.id).collect()
    };
    assert_eq!((ids(&page.rows), page.total), (vec![identity(1), identity(4)], 4));
    // 2 and 3 were updated one second apart.
    assert_eq!(ids(&store.identity_list(5, 2).await.unwrap().rows), [identity(2), identity(3)]);
    assert!(store.identity_list(5, 4).await.unwrap().rows.is_empty());
}

pub(crate) async fn campaigns_are_put_found_and_listed(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    let full = Campaign {
        last_seen_at: Some(at(1)),
        c2_endpoints: Some("[\"x:1\"]".to_owned()),
        notes: Some("n".to_owned()),
        ..Campaign::new(campaign(1), at(9))
    };
    let put = CampaignPut { campaign: full.clone(), merged_into: None };
    assert_eq!(store.campaign_put(vec![put.clone(), put]).await.unwrap(), Stored { new: 1, known: 1 });
    let row = store.campaign_row(campaign(1)).await.unwrap().unwrap();
    assert_eq!((row.campaign, row.identity_count, row.merged_into, row.root), (full, 0, None, campaign(1)));
    campaigns(store, [4, 3, 2]).await;
    let page = store.campaign_list(3, 0).await.unwrap();
    let ids: Vec<_> = page.rows.iter().map(|row| row.campaign.id).collect();
    assert_eq!((ids, page.total), (vec![campaign(1), campaign(2), campaign(3)], 4));
    assert_eq!(store.campaign_find(campaign(9)).await.unwrap(), None);
    assert_eq!(store.campaign_identities(campaign(9), 1, 0).await.unwrap(), None);
}

pub(crate) async fn links_change_whose_tags_are_whose(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.commit(story()).await.unwrap();
    identities(store, [1, 2]).await;
    campaigns(store, [1, 2]).await;
    hang_tags_on(&db, 2).await;
    // Whatever else is stored: these are the same as without the tags' own identity.
    store.identity_assign(vec![(identity(2), Some(campaign(2)))], at(50)).await.unwrap();
    let links = vec![(attacker(1), Some(identity(2))), (attacker(1), Some(identity(1)))];
    assert_eq!(store.identity_link(links.clone(), at(60)).await.unwrap(), 1, "the last link counts");
    assert_eq!(store.attacker_identity(attacker(1)).await.unwrap(), Some(identity(1)));
    assert_eq!(store.identity_row(identity(1)).await.unwrap().unwrap().identity.updated_at, at(60));
    assert_eq!(store.identity_row(identity(2)).await.unwrap().unwrap().identity.updated_at, at(50));
    // Those of the first attacker twice: as its identity's, and as those that hang on the other itself.
    store.identity_link(vec![(attacker(2), Some(identity(2)))], at(61)).await.unwrap();
    assert_eq!(sound(&db).await, (4, 2));
    assert_eq!(store.identity_link(vec![(attacker(1), Some(identity(1)))], at(62)).await.unwrap(), 0);
    assert_eq!(store.identity_row(identity(1)).await.unwrap().unwrap().identity.updated_at, at(60));

    store.identity_assign(vec![(identity(1), Some(campaign(1)))], at(63)).await.unwrap();
    assert_eq!(sound(&db).await, (4, 4));
    let counts = async || {
        let row = async |number| store.campaign_row(campaign(number)).await.unwrap().unwrap();
        [row(1).await.identity_count, row(2).await.identity_count]
    };
    assert_eq!(counts().await, [1, 1]);
    let moved = vec![(identity(1), Some(campaign(2))), (identity(2), Some(campaign(2)))];
    assert_eq!(store.identity_assign(moved, at(64)).await.unwrap(), 1);
    assert_eq!((sound(&db).await, counts().await), ((4, 2), [0, 2]));
    let page = store.campaign_identities(campaign(2), 1, 0).await.unwrap().unwrap();
    assert_eq!((page.rows[0].identity.id, page.total), (identity(1), 2));

    // New tags go where the links say.
    store
        .commit(batch(vec![tagged(command(70, 1, "s9", "ls"), &[("ls", "TA0007/T1083@0.8")])]))
        .await
        .unwrap();
    assert_eq!(sound(&db).await, (5, 3));

    // Nothing of a call is done when one of it cannot be.
    for links in [
        vec![(attacker(1), None), (attacker(9), Some(identity(1)))],
        vec![(attacker(1), None), (attacker(2), Some(identity(9)))],
    ] {
        let error = store.identity_link(links, at(65)).await.unwrap_err();
        assert!(matches!(error, StoreError::Unknown { .. }), "{error}");
    }
    assert_eq!(store.attacker_identity(attacker(1)).await.unwrap(), Some(identity(1)));

    store.identity_link(vec![(attacker(1), None), (attacker(2), None)], at(66)).await.unwrap();
    store.identity_assign(vec![(identity(1), None), (identity(2), None)], at(67)).await.unwrap();
    assert_eq!(counts().await, [0, 0]);
    let (of_identities, of_campaigns) = sound(&db).await;
    assert_eq!((of_identities, of_campaigns), (2, 0), "what hangs on the identity itself is left");
}

/// Attackers put with their identity, and identities with their campaign, count as if they were linked.
pub(crate) async fn what_is_put_is_linked_and_counted(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.commit(story()).await.unwrap();
    campaigns(store, [1]).await;
    let puts = [1, 2].map(|number| IdentityPut {
        identity: Identity::new(identity(number), at(5)),
        campaign: (number == 2).then_some(campaign(1)),
        // Before the one that it points to.
        merged_into: (number == 1).then_some(identity(2)),
    });
    store.identity_put(puts.to_vec()).await.unwrap();
    let linked = |last| AttackerPut { identity: Some(identity(1)), ..put(ip(last)) };
    store.attacker_put_all(vec![AttackerPut { last_seen: at(30), ..linked(1) }, linked(2)]).await.unwrap();
    assert_eq!(sound(&db).await, (2, 2));
    assert_eq!(store.identity_row(identity(1)).await.unwrap().unwrap().root, identity(2));
    assert_eq!(store.identity_row(identity(2)).await.unwrap().unwrap().identity.updated_at, at(5));

    let page = store.identity_observations(identity(2), 1, 0).await.unwrap().unwrap();
    assert_eq!((page.total, page.rows[0].attacker, page.rows[0].identity), (2, attacker(1), identity(1)));
    let next = store.identity_observations(identity(1), 5, 1).await.unwrap().unwrap();
    assert_eq!((next.rows.len(), next.rows[0].ip, next.rows[0].events), (1, ip(2), 2));
    assert_eq!(store.identity_observations(identity(9), 5, 0).await.unwrap(), None);

    // Again without the pointer: it stays, and so does what counts.
    identities(store, [1, 2]).await;
    assert_eq!(store.identity_row(identity(1)).await.unwrap().unwrap().merged_into, Some(identity(2)));
    assert_eq!(sound(&db).await, (2, 2));
}

pub(crate) async fn attackers_are_where_somebody_says(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    let profile =
        AttackerProfile { ptr_record: Some("host.example".to_owned()), ..AttackerProfile::new(at(1)) };
    store
        .attacker_put_all(vec![put(ip(1)), AttackerPut { profile: Some(profile), ..put(ip(2)) }, put(ip(3))])
        .await
        .unwrap();
    let there = Origin {
        country_code: Some("FR".to_owned()),
        country_source: Some("test".to_owned()),
        asn: Some(4_200_000_001),
        as_name: Some("'; DROP TABLE attacker; --".to_owned()),
        asn_source: Some("test".to_owned()),
    };
    let all = vec![(attacker(1), there.clone()), (attacker(2), there.clone())];
    store.origin_put(all, at(5)).await.unwrap();
    // Who knows no network leaves the one that is known.
    let country = Origin { country_code: Some("DE".to_owned()), ..Origin::default() };
    store.origin_put(vec![(attacker(2), country)], at(6)).await.unwrap();

    let page = store.origin_list(0, 2).await.unwrap();
    let rest = store.origin_list(page[1].key, 2).await.unwrap();
    let found: Vec<_> = [page, rest].concat().into_iter().map(|one| (one.ip, one.origin)).collect();
    let moved = Origin { country_code: Some("DE".to_owned()), country_source: None, ..there.clone() };
    assert_eq!(found, [(ip(1), there), (ip(2), moved), (ip(3), Origin::default())]);
    let kept = store.attacker_profile(attacker(2)).await.unwrap().unwrap();
    assert_eq!((kept.ptr_record.as_deref(), kept.updated_at), (Some("host.example"), at(6)));
    let error = store.origin_put(vec![(attacker(9), Origin::default())], at(7)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown { noun: "attacker", .. }), "{error}");
}
