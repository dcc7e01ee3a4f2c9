//! Deleting what is old.

use tokio::runtime::Handle;
use vespid_model::body::AuthResult;
use vespid_model::rows::{FleetFilter, Scope, Techniques};
use vespid_model::tag::Tagged;
use vespid_store::{Purged, Store};
use vespid_testkit::event::{at, command, connect, ip, login};
use vespid_testkit::record::record;

use super::Place;
use crate::{batch, everything, sound, tagged};

const DAY: i64 = 86_400;

/// Attacker 1 came on day 0, attacker 2 on days 0 to 9, attacker 3 on day 9; a session of attacker 2 lasts all along.
fn story() -> Vec<Tagged> {
    let mut story = Vec::new();
    let mut visit = |day: i64, last: u8, session: &str| {
        let second = day * DAY + 100;
        story.push(tagged(connect(second, last, session), &[]));
        let (text, rule) = if day % 2 == 0 { ("uname", "even") } else { ("id", "odd") };
        let technique = if day == 0 { "TA0007/T1082@0.9" } else { "TA0007/T1082@0.7" };
        story.push(tagged(command(second + 1, last, session, text), &[(rule, technique)]));
        let event = login(second + 2, last, session, ("root", text), AuthResult::Success);
        story.push(tagged(event, &[("login", "TA0001/T1078.001@0.8")]));
    };
    visit(0, 1, "a");
    for day in 0..10 {
        visit(day, 2, &format!("b{day}"));
        visit(day, 2, "long");
    }
    visit(9, 3, "c");
    story
}

async fn filled(store: &Store) {
    store.commit(batch(story())).await.unwrap();
    // Tags without an event, of the same attackers.
    let records = (0..30).map(|number| {
        let mut record = record(number % 10 * DAY + 5, 2, &format!("r{number}"), "r", "TA0011/T1105@0.6");
        record.session = Some(format!("loose{}", number % 10));
        record.decky = None;
        record
    });
    store.insert_tags(records.collect(), at(0)).await.unwrap();
}

pub(crate) async fn what_is_old_is_deleted(place: Place) {
    let store = place.fresh().await.store;
    filled(&store).await;
    let cut = at(5 * DAY);
    let preview = store.purge_preview(cut).await.unwrap();
    let mut told = 0;
    let done = store.purge(cut, false, |_| told += 1).await.unwrap();
    // Of two attackers' five and one old days, with two visits of attacker 2 a day; and fifteen loose tags.
    let expected = Purged {
        tags: 22 + 15,
        events: 33,
        sessions: 1 + 5 + 5,
        attackers: 1,
        transactions: done.transactions,
        longest: done.longest,
        ..Purged::default()
    };
    assert_eq!(done, expected);
    assert_eq!(told, done.transactions);
    assert_eq!(preview, Purged { transactions: 0, longest: std::time::Duration::ZERO, ..expected });
    sound(&store).await;
    assert_eq!(store.attacker_find(ip(1)).await.unwrap(), None);
    let scope = Scope::Attacker(ip(2));
    assert_eq!(store.totals(&scope).await.unwrap().events, 30);
    let uname = store.technique_list(&scope).await.unwrap().remove(1);
    assert_eq!((uname.technique.to_string().as_str(), uname.count), ("T1082", 10));
    assert_eq!((uname.first_seen, uname.last_seen), (at(5 * DAY + 101), at(9 * DAY + 101)));
    assert!((uname.confidence_max.get() - 0.7).abs() < 1e-9, "the surest tags are gone");
    let long = store.session_named("long", None, 9).await.unwrap().remove(0);
    assert_eq!((long.events, long.commands, long.tags), (15, 5, 10));

    // What is left is what a store holds that never knew more.
    let again = store.purge(cut, false, |_| ()).await.unwrap();
    assert_eq!(Purged { longest: std::time::Duration::ZERO, ..again }, Purged::default());
    let fresh = place.fresh().await.store;
    filled(&fresh).await;
    fresh.purge(at(20 * DAY), false, |_| ()).await.unwrap();
    let empty = place.fresh().await.store;
    assert_eq!(everything(&fresh).await, everything(&empty).await);
    assert!(fresh.doctor(9).await.unwrap().is_empty());
    filled(&fresh).await;
    assert!(!fresh.tag_list(&scope, Techniques::All, 9, None).await.unwrap().rows.is_empty());
    sound(&fresh).await;
}

pub(crate) async fn days_are_kept_when_asked(place: Place) {
    let store = place.fresh().await.store;
    filled(&store).await;
    let attack = vespid_attack::Catalogue::default_release();
    let whole = FleetFilter { from: Some(at(0)), until: Some(at(10 * DAY)), ..FleetFilter::default() };
    let counts = async || {
        let rows = store.technique_list_filtered(&whole, attack).await.unwrap();
        rows.iter().map(|it| (it.row.technique, it.row.count)).collect::<Vec<_>>()
    };
    let before = counts().await;
    store.purge(at(5 * DAY + 3600), true, |_| ()).await.unwrap();
    assert_eq!(counts().await, before);
    let now = store.technique_list(&Scope::Fleet).await.unwrap();
    assert!(now.iter().all(|row| row.first_seen >= at(5 * DAY + 3600)));
    sound(&store).await;
    // A late tag of a remembered day counts on top.
    store.insert_tags(vec![record(7, 2, "late", "r", "TA0011/T1105@0.6")], at(0)).await.unwrap();
    sound(&store).await;
    store.doctor_repair().await.unwrap();
    sound(&store).await;
    assert_eq!(
        counts().await.iter().map(|it| it.1).sum::<u64>(),
        before.iter().map(|it| it.1).sum::<u64>() + 1
    );
    // Asked no more, what was remembered is forgotten, but for what is still there.
    store.purge(at(1), false, |_| ()).await.unwrap();
    assert_eq!(
        counts().await.iter().map(|it| it.1).sum::<u64>(),
        before.iter().map(|it| it.1).sum::<u64>() + 1
    );
    store.purge(at(6 * DAY), false, |_| ()).await.unwrap();
    sound(&store).await;
    let left: u64 = store.technique_list(&Scope::Fleet).await.unwrap().iter().map(|row| row.count).sum();
    assert_eq!(counts().await.iter().map(|it| it.1).sum::<u64>(), left);
}

/// One purge keeps the days; another one, begun meanwhile, forgets them and is done first.
pub(crate) async fn days_are_kept_beside_a_purge_that_forgets(place: Place) {
    let store = place.fresh().await.store;
    filled(&store).await;
    let other = async || {
        store.purge(at(6 * DAY), false, |_| ()).await.unwrap();
        // Of a technique that the first purge has yet to come to.
        store.insert_tags(vec![record(7, 2, "late", "r", "TA0011/T1105@0.6")], at(0)).await.unwrap();
        sound(&store).await;
    };
    let mut begun = false;
    let each = |_: &Purged| {
        if !std::mem::replace(&mut begun, true) {
            tokio::task::block_in_place(|| Handle::current().block_on(other()));
        }
    };
    let done = store.purge(at(5 * DAY), true, each).await.unwrap();
    assert_eq!(done.tags, 11 + 1, "of the first technique, and the late one");
    sound(&store).await;
    let first = FleetFilter { from: Some(at(0)), until: Some(at(DAY)), ..FleetFilter::default() };
    let attack = vespid_attack::Catalogue::default_release();
    let kept = store.technique_list_filtered(&first, attack).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|it| (it.row.technique.to_string(), it.row.count)).collect();
    assert_eq!(kept, [("T1105".to_owned(), 1)]);
}

pub(crate) async fn doctor_finds_and_mends(place: Place) {
    let db = place.fresh().await;
    filled(&db.store).await;
    sound(&db.store).await;
    db.execute("UPDATE rollup_scope SET tags = tags + 1 WHERE scope = 0 AND technique = 1082000").await;
    db.execute("DELETE FROM rollup_scope WHERE scope = 1 AND technique = 1105000").await;
    db.execute("UPDATE rollup_day SET confidence_max = 0.99 WHERE technique = 1105000").await;
    let doubts = db.store.doctor(100).await.unwrap();
    let parts: std::collections::BTreeSet<_> = doubts.iter().map(|doubt| doubt.part).collect();
    assert_eq!(parts.into_iter().collect::<Vec<_>>(), ["attacker", "day", "fleet"]);
    let fleet = doubts.iter().find(|doubt| doubt.part == "fleet").unwrap();
    assert_eq!(fleet.expected.unwrap().tags + 1, fleet.found.unwrap().tags);
    let attacker = doubts.iter().find(|doubt| doubt.part == "attacker").unwrap();
    assert_eq!((attacker.expected.unwrap().tags, attacker.found), (30, None));
    assert_eq!(db.store.doctor(1).await.unwrap().len(), 3);
    let told = attacker.to_string();
    assert!(told.starts_with("attacker subject="), "{told}");
    assert!(told.contains("the tags say 30 from ") && told.ends_with("the rollup says nothing"), "{told}");
    db.store.doctor_repair().await.unwrap();
    sound(&db.store).await;
}
