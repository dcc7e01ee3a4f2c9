//! Tags under another ATT&CK release, and back.

use std::collections::BTreeMap;

use vespid_attack::Fate;
use vespid_model::id::RuleId;
use vespid_model::release::Release;
use vespid_model::tag::Tagged;
use vespid_model::{Tag, UtcMicros};
use vespid_store::{Batch, Retagged, Store, Upgraded};
use vespid_testkit::event::{at, command};
use vespid_testkit::record::record;
use vespid_testkit::tag::tag;

use super::Place;
use super::other_tags::text;
use crate::{batch, sound};

const OLD: Release = Release::new(18, 1);
const NEW: Release = Release::new(19, 2);
const OLDEST: Release = Release::new(15, 0);

/// What `rule` says of an event in 18.1: all of it, as one rule may.
const SAID: [&str; 5] = [
    "TA0007/T1082@0.9",
    // One technique since 19, under another tactic.
    "TA0005/T1562.001@0.6",
    "TA0005/T1562.006@0.8",
    "TA0005/T1562.012@0.7",
    // Stealth since 19, by the same number.
    "TA0005/T1036@0.5",
];

fn said(release: Release, numbers: std::ops::Range<i64>, technique: &[&str]) -> Vec<Tagged> {
    let one = |number: i64| {
        let event = command(number, u8::try_from(number % 3).unwrap() + 1, &format!("s{number}"), "x");
        let tags = technique.iter().map(|it| Tag { release, ..tag(&event, "rule", it) }).collect();
        Tagged { event, tags }
    };
    numbers.map(one).collect()
}

/// All tags, byte by byte.
async fn export(store: &Store) -> Vec<String> {
    sound(store).await;
    store.tag_page(None, 10_000).await.unwrap().iter().map(|tag| format!("{tag:?}")).collect()
}

/// How many tags each technique has, under its tactic.
async fn counts(store: &Store) -> BTreeMap<String, u64> {
    let rows = store.technique_list(&vespid_model::rows::Scope::Fleet).await.unwrap();
    rows.iter().map(|row| (format!("{}/{}", row.tactic, row.technique), row.count)).collect()
}

async fn upgrade(store: &Store, to: Release) -> Upgraded {
    let done = store.attack_upgrade(to, "ann", UtcMicros::EARLIEST).await.unwrap().unwrap();
    sound(store).await;
    done
}

pub(crate) async fn an_upgrade_has_a_way_back(place: Place) {
    let store = place.fresh().await.store;
    // More than are moved at once.
    store.commit(batch(said(OLD, 0..600, &SAID))).await.unwrap();
    let mut loose = record(1, 1, "loose", "rule", "TA0005/T1562.001@0.7");
    loose.release = OLD;
    store.insert_tags(vec![loose], at(0)).await.unwrap();
    let before = export(&store).await;

    let preview = store.attack_upgrade_preview(NEW).await.unwrap().unwrap();
    let fates: Vec<_> = preview.moves.iter().map(|it| (it.technique.to_string(), it.tags, it.fate)).collect();
    let moved = |technique: &str, tactic: &str| Fate::Moved {
        technique: technique.parse().unwrap(),
        tactic: tactic.parse().unwrap(),
    };
    assert_eq!(fates[0], ("T1036".to_owned(), 600, Fate::Same));
    assert_eq!(fates[2], ("T1562.001".to_owned(), 601, moved("T1685", "TA0112")));
    assert_eq!((preview.known, fates.len()), (0, 5));
    assert_eq!(export(&store).await, before, "a preview changes nothing");

    let done = upgrade(&store, NEW).await;
    assert_eq!((done.restored, done.returned, done.kept), (0, 0, 0));
    assert_eq!((done.moved, done.same, done.merged), (1201, 1200, 600), "two techniques are one now");
    let there = export(&store).await;
    let now = counts(&store).await;
    assert_eq!((now["TA0112/T1685"], now["TA0005/T1036"]), (601, 600), "{now:?}");
    assert!(now.keys().all(|key| !key.contains("T1562")), "{now:?}");
    assert_eq!(store.totals(&vespid_model::rows::Scope::Fleet).await.unwrap().releases, [NEW]);
    assert_eq!(upgrade(&store, NEW).await, Upgraded::default());
    assert_eq!(export(&store).await, there, "nothing is left to do");

    let back = upgrade(&store, OLD).await;
    assert_eq!((back.returned, back.merged), (done.merged, 0));
    assert_eq!(back.restored, done.moved);
    assert_eq!(export(&store).await, before);
    upgrade(&store, NEW).await;
    assert_eq!(export(&store).await, there, "the same way again");
    // Over a third release.
    upgrade(&store, OLDEST).await;
    upgrade(&store, OLD).await;
    assert_eq!(export(&store).await, before);
    assert_eq!(store.attack_upgrade(Release::new(3, 0), "ann", at(0)).await.unwrap(), None);
    let audit = store.audit_list(Some("19.2"), 9, None).await.unwrap();
    assert_eq!((audit.len(), &*audit[0].action, &*audit[0].actor), (2, "attack.upgrade", "ann"));
}

pub(crate) async fn what_a_release_does_not_have_stays(place: Place) {
    let store = place.fresh().await.store;
    // Withdrawn, younger than the oldest, and what both have.
    let techniques = ["TA0002/T1175@0.9", "TA0002/T1059.011@0.9", "TA0007/T1082@0.9", "TA0112/T1685@0.9"];
    store.commit(batch(said(NEW, 0..10, &techniques))).await.unwrap();
    let before = export(&store).await;
    let done = upgrade(&store, OLDEST).await;
    assert_eq!(done, Upgraded { moved: 10, same: 10, kept: 20, ..Upgraded::default() });
    let now = counts(&store).await;
    assert_eq!(now["TA0002/T1059.011"], 10);
    assert_eq!(now["TA0005/T1562.001"], 10, "the technique of the same name");
    assert_eq!(upgrade(&store, NEW).await.restored, 10);
    assert_eq!(export(&store).await, before);
}

/// Tags that were changed under the other release are not brought back from before.
pub(crate) async fn what_changed_on_the_way_stays_changed(place: Place) {
    let store = place.fresh().await.store;
    let rule = [text("rule", 1, "y")];
    store.rule_register(rule.to_vec()).await.unwrap();
    let key = *store.rule_keys(&rule).await.unwrap().values().next().unwrap();
    store.commit(batch(said(OLD, 0..10, &SAID))).await.unwrap();
    upgrade(&store, NEW).await;
    // The rules give nothing any more.
    let part = store.event_part(None, 0, 100).await.unwrap();
    let events = part.iter().map(|it| Retagged { key: it.key, event: it.event.id, tags: Vec::new() });
    store.event_tags_replace(events.collect(), &[RuleId::new("other")], at(9)).await.unwrap();
    assert_eq!(upgrade(&store, OLD).await, Upgraded::default());
    assert!(export(&store).await.is_empty());
    // New tags, which may have the numbers of those that are gone.
    let events = part.iter().map(|it| {
        let tag = Tag { release: NEW, ..tag(&it.event, "rule", "TA0112/T1685@0.9") };
        Retagged { key: it.key, event: it.event.id, tags: vec![(tag, key)] }
    });
    store.event_tags_replace(events.collect(), &[], at(9)).await.unwrap();
    let done = upgrade(&store, OLD).await;
    assert_eq!((done.restored, done.moved), (0, 10));
    // Purged tags leave nothing behind.
    store.purge(at(100), false, |_| ()).await.unwrap();
    store.commit(Batch { tagged: said(NEW, 0..10, &SAID[..1]), ..Batch::default() }).await.unwrap();
    assert_eq!(upgrade(&store, OLD).await, Upgraded { same: 10, ..Upgraded::default() });
}
