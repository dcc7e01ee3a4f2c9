//! Tags without an event, and the lists of tags.

use std::collections::BTreeSet;

use vespid_attack::Catalogue;
use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, IdentityId, TagId};
use vespid_model::record::TagRecord;
use vespid_model::rows::{FleetFilter, Scope, TagCursor, Techniques};
use vespid_store::{Inserted, Reason, Rejected, Store, StoreError};
use vespid_testkit::event::{at, connect, ip};
use vespid_testkit::record::record;

use super::Place;
use crate::{batch, sound, tagged};

/// Attackers 1 to 9 are known.
async fn with_attackers(place: &Place) -> Store {
    let store = place.fresh().await.store;
    let connects = (1..10).map(|last| tagged(connect(0, last, "hello"), &[])).collect();
    store.commit(batch(connects)).await.unwrap();
    store
}

pub(crate) async fn records_are_counted_exactly(place: Place) {
    let store = with_attackers(&place).await;
    let good = record(5, 1, "a", "r1", "TA0007/T1082@0.7");
    let with = |change: fn(&mut TagRecord)| {
        let mut record = record(6, 1, "b", "r1", "TA0007/T1082@0.7");
        change(&mut record);
        record
    };
    let records = vec![
        good.clone(),
        with(|it| it.attacker = None),
        with(|it| it.confidence = 1.0001),
        with(|it| it.confidence = -0.1),
        with(|it| it.confidence = f64::NAN),
        with(|it| it.confidence = 0.299_999),
        with(|it| "telepathy".clone_into(&mut it.source_kind)),
        with(|it| it.source_id = "x".repeat(256)),
        with(|it| it.session = Some("ä".repeat(256))),
        with(|it| "{".clone_into(&mut it.evidence)),
        with(|it| it.attacker = Some(AttackerId::derive(ip(99)))),
        with(|it| it.identity = Some(IdentityId::from_bytes([7; 16]))),
        TagRecord { evidence: "\"another\"".to_owned(), confidence: 0.9, ..good.clone() },
        with(|it| it.confidence = 0.3),
        with(|it| (it.source_id, it.confidence) = ("ä".repeat(255), 1.0)),
    ];
    let expected = Inserted {
        inserted: 3,
        duplicate: 1,
        below_floor: 2,
        rejected: [
            (1, Reason::NoAnchor),
            (2, Reason::Confidence),
            (3, Reason::Confidence),
            (6, Reason::Kind),
            (7, Reason::TooLong),
            (8, Reason::TooLong),
            (9, Reason::Evidence),
            (10, Reason::UnknownAttacker),
            (11, Reason::UnknownIdentity),
        ]
        .map(|(index, reason)| Rejected { index, reason })
        .to_vec(),
    };
    assert_eq!(store.insert_tags(records.clone(), at(1000)).await.unwrap(), expected);
    let again = Inserted { inserted: 0, duplicate: 4, ..expected };
    assert_eq!(store.insert_tags(records, at(1001)).await.unwrap(), again);
    assert_eq!(store.insert_tags(Vec::new(), at(1002)).await.unwrap(), Inserted::default());
    sound(&store).await;

    let page = store.tag_list(&Scope::Attacker(ip(1)), Techniques::All, 1000, None).await.unwrap();
    let first = page.rows.iter().find(|row| row.tag.source_id == "a").unwrap();
    assert_eq!((first.evidence.as_str(), first.tag.confidence.get()), ("{\"source\":\"a\"}", 0.7));
    assert_eq!((first.tag.created_at, first.tag.tagged_at), (at(5), at(1000)));
    assert_eq!(
        first.tag.id.to_string(),
        TagId::derive(vespid_model::SourceKind::Command, "a", &first.tag.rule, 1, first.tag.technique,)
            .to_string()
    );
    let found = store.tag_find(first.tag.id).await.unwrap().unwrap();
    assert_eq!((found.event, found.evidence.as_str()), (None, "{\"source\":\"a\"}"));
}

/// A tag that is there already makes nothing new, whatever else it says.
pub(crate) async fn duplicates_make_no_sessions(place: Place) {
    let store = with_attackers(&place).await;
    let good = record(5, 1, "a", "r1", "TA0007/T1082@0.7");
    store.insert_tags(vec![good.clone()], at(1)).await.unwrap();
    let before = store.totals(&Scope::Fleet).await.unwrap();
    let again = TagRecord { session: Some("another".to_owned()), ..good };
    assert_eq!(store.insert_tags(vec![again], at(1)).await.unwrap().duplicate, 1);
    assert_eq!(store.totals(&Scope::Fleet).await.unwrap(), before);
    // Sessions of tags without an event are not told with the next batch of events.
    let done = store.commit(batch(vec![tagged(connect(1, 1, "hello"), &[])])).await.unwrap();
    assert_eq!((done.events_new, done.sessions_new), (1, 0));
}

/// 3000 records of nine attackers, with ties in time.
fn many() -> Vec<TagRecord> {
    let techniques = ["TA0007/T1082@0.7", "TA0002/T1059@0.5", "TA0002/T1059.004@0.9", "TA0011/T1105@0.6"];
    (0..3000_usize)
        .map(|number| {
            let (second, attacker) = (i64::try_from(number / 7).unwrap() * 3000, 1 + number % 9);
            let technique = techniques[number % techniques.len()];
            record(second, u8::try_from(attacker).unwrap(), &format!("e{number}"), "r", technique)
        })
        .collect()
}

pub(crate) async fn eight_writers_insert_each_record_once(place: Place) {
    let db = place.fresh().await;
    let connects = (1..10).map(|last| tagged(connect(0, last, "hello"), &[])).collect();
    db.store.commit(batch(connects)).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|writer| {
            let url = db.url.clone();
            tokio::spawn(async move {
                let store = Store::open(&url).await.unwrap();
                let mut records = many();
                records.rotate_left(writer * 371);
                let mut sum = Inserted::default();
                for part in records.chunks(200 + writer * 31) {
                    let done = store.insert_tags(part.to_vec(), at(1)).await.unwrap();
                    sum.inserted += done.inserted;
                    sum.duplicate += done.duplicate;
                }
                (sum.inserted, sum.duplicate)
            })
        })
        .collect();
    let mut sum = (0, 0);
    for task in tasks {
        let (inserted, duplicate) = task.await.unwrap();
        sum = (sum.0 + inserted, sum.1 + duplicate);
    }
    assert_eq!(sum, (3000, 3000 * 7));
    sound(&db.store).await;
}

/// Every page of a list, by pages of `limit`.
async fn pages(store: &Store, scope: &Scope, techniques: Techniques, limit: u32) -> Vec<(UtcMicros, TagId)> {
    let (mut all, mut after) = (Vec::new(), None::<TagCursor>);
    loop {
        let page = store.tag_list(scope, techniques, limit, after).await.unwrap();
        assert!(page.rows.len() <= limit as usize);
        all.extend(page.rows.iter().map(|row| (row.tag.created_at, row.tag.id)));
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

pub(crate) async fn lists_are_newest_first_and_pages_lose_nothing(place: Place) {
    let store = with_attackers(&place).await;
    store.insert_tags(many(), at(1)).await.unwrap();
    let technique = |text: &str| text.parse().unwrap();
    let scopes = [Scope::Fleet, Scope::Attacker(ip(3)), Scope::SessionName("s3".to_owned())];
    for scope in scopes {
        for (techniques, wanted) in [
            (Techniques::All, &["T1082", "T1059", "T1059.004", "T1105"][..]),
            (Techniques::Family(technique("T1059")), &["T1059", "T1059.004"]),
            (Techniques::Exactly(technique("T1059")), &["T1059"]),
            (Techniques::Exactly(technique("T1059.004")), &["T1059.004"]),
            (Techniques::Exactly(technique("T1083")), &[]),
        ] {
            let wanted: BTreeSet<_> = wanted.iter().map(|text| technique(text)).collect();
            let whose = AttackerId::derive(ip(3));
            let mut expected: Vec<_> = many()
                .into_iter()
                .filter(|it| wanted.contains(&it.technique))
                .filter(|it| scope == Scope::Fleet || it.attacker == Some(whose))
                .map(|it| {
                    let rule = vespid_model::id::RuleId::new(&it.rule);
                    let kind = vespid_model::SourceKind::Command;
                    (it.created_at, TagId::derive(kind, &it.source_id, &rule, 1, it.technique))
                })
                .collect();
            expected.sort_by(|a, b| b.cmp(a));
            for limit in [1000, 97] {
                assert_eq!(
                    pages(&store, &scope, techniques, limit).await,
                    expected,
                    "{scope:?} {techniques:?}"
                );
            }
        }
    }
    for limit in [0, 1001] {
        let error = store.tag_list(&Scope::Fleet, Techniques::All, limit, None).await.unwrap_err();
        assert!(matches!(error, StoreError::Limit { .. }), "{error}");
    }
    assert!(Scope::named("galaxy", "1").is_err());
}

pub(crate) async fn the_fleet_is_filtered(place: Place) {
    let store = with_attackers(&place).await;
    let mut records = many();
    for (number, record) in records.iter_mut().enumerate() {
        if number % 5 == 0 {
            record.decky = None;
        } else if number % 5 == 1 {
            record.decky = Some("decky-2".to_owned());
        }
        if number % 3 == 0 {
            "session".clone_into(&mut record.source_kind);
        }
    }
    store.insert_tags(records.clone(), at(1)).await.unwrap();
    let attack = Catalogue::default_release();
    let filters = [
        FleetFilter::default(),
        FleetFilter { decky: Some("decky-2".to_owned()), ..FleetFilter::default() },
        FleetFilter { decky: Some("nowhere".to_owned()), ..FleetFilter::default() },
        FleetFilter { kind: Some(vespid_model::SourceKind::Session), ..FleetFilter::default() },
        FleetFilter { from: Some(at(100_000)), until: Some(at(900_000)), ..FleetFilter::default() },
        FleetFilter { from: Some(at(86_400)), until: Some(at(86_400 * 3)), ..FleetFilter::default() },
        FleetFilter { from: Some(at(1000)), until: Some(at(2000)), ..FleetFilter::default() },
        FleetFilter {
            confidence_min: Some(vespid_model::Confidence::new(0.7).unwrap()),
            until: Some(at(500_001)),
            decky: Some("decky-1".to_owned()),
            ..FleetFilter::default()
        },
    ];
    for filter in filters {
        let mut expected = std::collections::BTreeMap::new();
        for it in records.iter().filter(|it| {
            filter.from.is_none_or(|from| it.created_at >= from)
                && filter.until.is_none_or(|until| it.created_at < until)
                && filter.decky.as_ref().is_none_or(|decky| it.decky.as_ref() == Some(decky))
                && filter.kind.is_none_or(|kind| it.source_kind == kind.as_str())
                && filter.confidence_min.is_none_or(|least| it.confidence >= least.get())
        }) {
            let place = (attack.matrix_order(it.tactic), it.technique);
            let entry = expected.entry(place).or_insert((0, it.created_at, it.created_at));
            *entry = (entry.0 + 1, entry.1.min(it.created_at), entry.2.max(it.created_at));
        }
        let found = store.technique_list_filtered(&filter, attack).await.unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|it| {
                let place = (attack.matrix_order(it.row.tactic), it.row.technique);
                (place, (it.row.count, it.row.first_seen, it.row.last_seen))
            })
            .collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{filter:?}");
    }
    let named = store.technique_list_named(&Scope::Fleet, attack).await.unwrap();
    let subs: Vec<_> = named.iter().filter_map(|it| it.sub_technique_name.as_deref()).collect();
    assert_eq!(subs, ["Command and Scripting Interpreter: Unix Shell"]);

    let mut all = Vec::new();
    let given = store
        .attacker_techniques(|it| {
            all.push((it.attacker, it.row.tactic, it.row.technique, it.row.count));
            true
        })
        .await
        .unwrap();
    assert_eq!(given, all.len() as u64);
    assert!(all.is_sorted());
    assert_eq!(all.iter().map(|it| it.3).sum::<u64>(), 3000);
    let some = store.attacker_techniques(|_| false).await.unwrap();
    assert_eq!(some, 1);
}
