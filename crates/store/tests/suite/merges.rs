//! Identities and campaigns merged and taken apart.

use vespid_model::actor::{Identity, IdentityPut};
use vespid_model::rows::Scope;
use vespid_store::{Store, StoreError};
use vespid_testkit::event::{at, command, ip};

use super::actors::{attacker, campaign, campaigns, hang_tags_on, identities, identity, sound};
use super::{Database, Place};
use crate::{batch, story, tagged};

async fn merge(store: &Store, loser: u8, winner: u8) -> Result<u8, StoreError> {
    store
        .identity_merge(identity(loser), identity(winner), "me", at(100))
        .await
        .map(|root| root.as_bytes()[0])
}

/// What stands in the way, as a text.
async fn refused(store: &Store, loser: u8, winner: u8) -> String {
    match merge(store, loser, winner).await.unwrap_err() {
        error @ StoreError::Merge { .. } => error.to_string(),
        other => panic!("{other}"),
    }
}

async fn root(store: &Store, number: u8) -> u8 {
    store.identity_find(identity(number)).await.unwrap().unwrap().identity.id.as_bytes()[0]
}

/// Two attackers of two identities of two campaigns.
async fn two_of_each(place: &Place) -> Database {
    let db = place.fresh().await;
    let store = &db.store;
    store.commit(story()).await.unwrap();
    identities(store, [1, 2, 3]).await;
    campaigns(store, [1, 2]).await;
    let links = vec![(attacker(1), Some(identity(1))), (attacker(2), Some(identity(2)))];
    store.identity_link(links, at(50)).await.unwrap();
    let assigned = vec![(identity(1), Some(campaign(1))), (identity(2), Some(campaign(2)))];
    store.identity_assign(assigned, at(51)).await.unwrap();
    assert_eq!(sound(&db).await, (3, 3));
    db
}

pub(crate) async fn merged_identities_count_for_the_winner(place: Place) {
    let db = two_of_each(&place).await;
    let store = &db.store;
    assert_eq!(merge(store, 1, 2).await.unwrap(), 2);
    assert_eq!(sound(&db).await, (2, 2), "the winner's campaign has all, the loser's nothing");
    assert_eq!(root(store, 1).await, 2);
    let row = store.identity_row(identity(1)).await.unwrap().unwrap();
    assert_eq!(
        (row.merged_into, row.root, row.campaign),
        (Some(identity(2)), identity(2), Some(campaign(1)))
    );
    assert_eq!(store.identity_list(9, 0).await.unwrap().total, 2);
    assert_eq!(store.campaign_identities(campaign(1), 9, 0).await.unwrap().unwrap().total, 0);

    // New tags of the loser's attacker are the winner's, and so are those of who is linked to the loser later.
    let events = [(1, "ls", "TA0007/T1083@0.8"), (3, "id", "TA0007/T1033@0.8")];
    let all = events.map(|(last, rule, tag)| tagged(command(60, last, "s7", "x"), &[(rule, tag)]));
    store.commit(batch(all.to_vec())).await.unwrap();
    store.identity_link(vec![(attacker(3), Some(identity(1)))], at(61)).await.unwrap();
    assert_eq!(sound(&db).await, (4, 4));

    // The winner is followed to its root, and the loser takes with it who is merged into it.
    assert_eq!(merge(store, 3, 1).await.unwrap(), 2);
    store.identity_unmerge(identity(3), "me", at(101)).await.unwrap();
    assert_eq!(merge(store, 2, 3).await.unwrap(), 3);
    assert_eq!((root(store, 1).await, root(store, 2).await), (3, 3));
    assert_eq!(sound(&db).await, (4, 0), "the third has no campaign");

    store.identity_unmerge(identity(1), "me", at(102)).await.unwrap();
    assert_eq!((root(store, 1).await, root(store, 2).await), (1, 3));
    assert_eq!(sound(&db).await, (5, 4));
    store.identity_unmerge(identity(2), "me", at(103)).await.unwrap();
    assert_eq!(sound(&db).await, (5, 5));
    let error = store.identity_unmerge(identity(2), "me", at(104)).await.unwrap_err();
    assert!(matches!(error, StoreError::Merge { .. }) && error.to_string().contains("not merged"), "{error}");
}

pub(crate) async fn merged_campaigns_count_for_the_winner(place: Place) {
    let db = two_of_each(&place).await;
    let store = &db.store;
    hang_tags_on(&db, 1).await;
    // Something that counts the first identity again.
    merge(store, 3, 1).await.unwrap();
    store.identity_unmerge(identity(3), "me", at(99)).await.unwrap();
    assert_eq!(sound(&db).await, (3, 3));
    let winner = store.campaign_merge(campaign(1), campaign(2), "me", at(100)).await.unwrap();
    assert_eq!((winner, sound(&db).await), (campaign(2), (3, 2)), "of both, each tag once");
    let found = store.campaign_find(campaign(1)).await.unwrap().unwrap();
    assert_eq!((found.campaign.id, found.identity_count), (campaign(2), 1));
    assert_eq!(store.campaign_list(9, 0).await.unwrap().total, 1);
    assert_eq!(store.campaign_identities(campaign(1), 9, 0).await.unwrap().unwrap().total, 2);

    // Assigning to the loser counts for the winner.
    store.identity_assign(vec![(identity(2), Some(campaign(1)))], at(101)).await.unwrap();
    assert_eq!(sound(&db).await, (3, 2));
    store.campaign_unmerge(campaign(1), "me", at(102)).await.unwrap();
    assert_eq!(sound(&db).await, (3, 2));
    assert_eq!(store.campaign_row(campaign(1)).await.unwrap().unwrap().identity_count, 2);
    let error = store.campaign_merge(campaign(1), campaign(9), "me", at(103)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown { noun: "campaign", .. }), "{error}");
}

pub(crate) async fn chains_end_after_eight_pointers(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.commit(story()).await.unwrap();
    identities(store, 0..=12).await;
    store.identity_link(vec![(attacker(1), Some(identity(0)))], at(50)).await.unwrap();
    for number in 0..8 {
        assert_eq!(merge(store, number, number + 1).await.unwrap(), number + 1);
    }
    assert_eq!(root(store, 0).await, 8);
    assert_eq!(sound(&db).await, (2, 0));
    let why = refused(store, 8, 9).await;
    assert!(why.contains("chains of 8 pointers") && why.contains("unmerge some first"), "{why}");
    // A chain of seven may have one more; where it is joined does not matter, since the winner is followed.
    store.identity_unmerge(identity(0), "me", at(101)).await.unwrap();
    assert_eq!(merge(store, 10, 2).await.unwrap(), 8);
    assert_eq!(merge(store, 8, 9).await.unwrap(), 9);
    assert_eq!((root(store, 1).await, root(store, 10).await, root(store, 0).await), (9, 9, 0));
    assert!(refused(store, 9, 11).await.contains("chains of 8"), "from the second on");
    assert_eq!(merge(store, 0, 5).await.unwrap(), 9);
    assert_eq!(sound(&db).await, (2, 0));

    // In the middle: the lower part goes with it.
    store.identity_unmerge(identity(4), "me", at(102)).await.unwrap();
    assert_eq!([root(store, 1).await, root(store, 4).await, root(store, 5).await], [4, 4, 9]);
    assert_eq!([root(store, 0).await, root(store, 10).await], [9, 9]);
    assert_eq!(sound(&db).await, (2, 0));
}

pub(crate) async fn senseless_merges_are_refused(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    identities(store, 1..=4).await;
    merge(store, 1, 2).await.unwrap();
    for (loser, winner, why) in [
        (3, 3, "the same one"),
        (1, 3, "merged into 02020202-0202-0202-0202-020202020202 already; unmerge it first"),
        (1, 2, "already"),
        (2, 1, "01010101-0101-0101-0101-010101010101 is merged into it; unmerge that one first"),
    ] {
        let told = refused(store, loser, winner).await;
        assert!(told.contains(why), "{told}");
    }
    for (loser, winner) in [(9, 1), (1, 9)] {
        let error = merge(store, loser, winner).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no identity 09090909-0909-0909-0909-090909090909; store it first"
        );
    }
    let error = store.identity_unmerge(identity(9), "me", at(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown { noun: "identity", .. }), "{error}");

    // What was done is written down, and only that.
    let audit = store.audit_list(None, 9, None).await.unwrap();
    let told: Vec<_> = audit.iter().map(|row| (&*row.action, &*row.actor, &*row.subject)).collect();
    assert_eq!(told, [("identity.merge", "me", &*identity(1).to_string())]);
    assert_eq!(audit[0].at, at(100));
    assert!(audit[0].detail.contains(&identity(2).to_string()), "{}", audit[0].detail);
    store.identity_unmerge(identity(1), "you", at(5)).await.unwrap();
    let audit = store.audit_list(Some(&identity(1).to_string()), 1, None).await.unwrap();
    assert_eq!((&*audit[0].action, &*audit[0].actor, audit[0].at), ("identity.unmerge", "you", at(5)));
}

/// Imported: `points[n]` is where identity `n` points.
async fn import(store: &Store, points: &[(u8, u8)]) {
    let put = |(from, to): &(u8, u8)| IdentityPut {
        identity: Identity::new(identity(*from), at(0)),
        campaign: None,
        merged_into: Some(identity(*to)),
    };
    store.identity_put(points.iter().map(put).collect()).await.unwrap();
}

pub(crate) async fn circles_have_a_root(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.commit(story()).await.unwrap();
    identities(store, 1..=30).await;
    let links = vec![(attacker(1), Some(identity(6))), (attacker(2), Some(identity(2)))];
    store.identity_link(links, at(50)).await.unwrap();
    // 5 -> 3 -> 4 -> 5, and 6 -> 5; 2 for itself.
    import(store, &[(5, 3), (3, 4), (4, 5), (6, 5)]).await;
    for number in 3..=6 {
        assert_eq!(root(store, number).await, 3, "{number}");
    }
    assert_eq!(sound(&db).await, (3, 0));
    assert_eq!(store.identity_list(99, 0).await.unwrap().total, 30 - 3, "a circle is one");
    // Into it, by the way of any member, and out of it.
    assert_eq!(merge(store, 2, 6).await.unwrap(), 3);
    assert_eq!((root(store, 2).await, sound(&db).await), (3, (2, 0)));
    assert!(refused(store, 3, 7).await.contains("already"));
    store.identity_unmerge(identity(3), "me", at(101)).await.unwrap();
    assert_eq!(
        [root(store, 3).await, root(store, 4).await, root(store, 6).await, root(store, 2).await],
        [3; 4]
    );
    store.identity_unmerge(identity(5), "me", at(102)).await.unwrap();
    assert_eq!([root(store, 3).await, root(store, 4).await, root(store, 6).await], [3, 5, 5]);
    assert_eq!(sound(&db).await, (3, 0));

    // A circle larger than the pointers that are followed, broken at one place.
    let ring: Vec<(u8, u8)> =
        (10..30).map(|number| (number, if number == 29 { 10 } else { number + 1 })).collect();
    store.identity_link(vec![(attacker(1), Some(identity(25)))], at(103)).await.unwrap();
    import(store, &ring).await;
    for number in 10..30 {
        assert_eq!(root(store, number).await, 10, "{number}");
    }
    assert_eq!(sound(&db).await, (3, 0));
    store.identity_unmerge(identity(29), "me", at(104)).await.unwrap();
    assert_eq!([root(store, 25).await, root(store, 21).await, root(store, 20).await], [29, 29, 28]);
    assert_eq!(sound(&db).await, (3, 0));

    // Where a chain that is too long ends, its attackers count, for the campaign of that identity too.
    store.identity_link(vec![(attacker(1), Some(identity(20)))], at(105)).await.unwrap();
    campaigns(store, [1]).await;
    store.identity_assign(vec![(identity(28), Some(campaign(1)))], at(106)).await.unwrap();
    let found = store.technique_list(&Scope::Campaign(campaign(1))).await.unwrap();
    assert_eq!(found, store.technique_list(&Scope::Attacker(ip(1))).await.unwrap());
    assert!(!found.is_empty());
    crate::sound(store).await;

    // Behind a chain that is too long nothing can be merged any more.
    let told = refused(store, 1, 12).await;
    assert!(told.contains("go on for more than 8"), "{told}");
    import(store, &[(1, 1)]).await;
    assert_eq!(root(store, 1).await, 1, "one that points to itself");
}
