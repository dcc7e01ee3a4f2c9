//! Other tags for events that are stored: promotions and retagging.

use std::collections::BTreeMap;
use std::sync::Arc;

use vespid_model::Tag;
use vespid_model::actor::{Identity, IdentityPut};
use vespid_model::event::Event;
use vespid_model::id::{AttackerId, IdentityId, RuleId, TagId};
use vespid_model::rows::TagWithEvidence;
use vespid_model::tag::Tagged;
use vespid_store::{
    Concerned, Promoted, Promotion, Replaced, Retagged, RuleText, StagedTag, Store, StoreError, Tagger, Texts,
};
use vespid_testkit::event::{at, command, ip};
use vespid_testkit::record::record;
use vespid_testkit::tag::tag;

use super::windows::Count;
use super::{Database, Place};
use crate::{batch, everything, sound, tagged};

const DAY: i64 = 86_400;

pub(crate) fn text(name: &str, version: u32, yaml: &str) -> RuleText {
    let (title, description, source_path) = (String::new(), String::new(), String::new());
    RuleText { name: name.to_owned(), version, title, description, source_path, yaml: yaml.to_owned() }
}

/// A tag of this version of a rule.
pub(crate) fn tag_of(event: &Event, rule: &str, version: u32, technique: &str) -> Tag {
    let tag = tag(event, rule, technique);
    let id = TagId::derive(event.kind(), &event.id.to_string(), &tag.rule, version, tag.technique);
    Tag { id, rule_version: version, ..tag }
}

/// Stages what is there and changes places.
pub(crate) async fn promote(
    store: &Store,
    rules: Vec<RuleText>,
    run: i64,
    tagger: Tagger,
    meanwhile: impl AsyncFnOnce(),
) -> Result<Promoted, StoreError> {
    let judge = Count::new(1, 3);
    let texts = Texts { rules, silent: Vec::new(), tagger: Arc::clone(&tagger), judge };
    let promotion = Promotion::new(texts, "ann", at(500), run);
    let until = store.promotion_fence(&promotion).await?;
    let mut after = 0;
    loop {
        let part = store.event_part(None, after, 7).await?;
        let Some(last) = part.iter().rfind(|stored| stored.key <= until) else { break };
        after = last.key;
        let staged = part.iter().filter(|stored| stored.key <= until).flat_map(|stored| {
            let of = |tag| StagedTag { event: stored.key, time: stored.event.time, tag };
            tagger(&stored.event).into_iter().map(of)
        });
        store.promotion_stage(&promotion, staged.collect()).await?;
    }
    meanwhile().await;
    store.promotion_finish(promotion, until, Concerned::default()).await
}

/// One event a day, of two attackers: `number` says which.
fn visit(number: u16) -> Event {
    let last = u8::try_from(number % 2).unwrap() + 1;
    command(i64::from(number) * DAY, last, &format!("s{}", number % 3), &format!("c{number}"))
}

/// What version 1 says of it, and another rule.
fn visits(numbers: std::ops::Range<u16>) -> Vec<Tagged> {
    let tags = [("a", "TA0007/T1082@0.9"), ("b", "TA0002/T1059.004@0.5")];
    numbers.map(|number| tagged(visit(number), &tags[..=usize::from(number % 2)])).collect()
}

/// What version 2 says of it.
fn even(event: &Event) -> Vec<Tag> {
    let number: u16 =
        event.body_json.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap();
    let technique = if number.is_multiple_of(4) { "TA0007/T1082@0.6" } else { "TA0002/T1059.004@0.8" };
    let weak = tag_of(event, "a", 2, "TA0007/T1033@0.2");
    if number.is_multiple_of(2) { vec![tag_of(event, "a", 2, technique), weak] } else { vec![weak] }
}

/// With an identity, and days that remember tags which were purged.
async fn filled(store: &Store) {
    store.rule_register(vec![text("a", 1, "y1"), text("b", 1, "b1")]).await.unwrap();
    store.commit(batch(visits(0..20))).await.unwrap();
    let identity = IdentityId::from_bytes([1; 16]);
    let put = IdentityPut { identity: Identity::new(identity, at(0)), campaign: None, merged_into: None };
    store.identity_put(vec![put]).await.unwrap();
    store.identity_link(vec![(AttackerId::derive(ip(1)), Some(identity))], at(0)).await.unwrap();
    store.insert_tags(vec![record(5, 1, "loose", "a", "TA0007/T1082@0.7")], at(0)).await.unwrap();
    store.purge(at(5 * DAY), true, |_| ()).await.unwrap();
    // What is old comes again: its day counts it once more.
    store.commit(batch(visits(3..5))).await.unwrap();
    store.insert_tags(vec![record(5, 1, "loose", "a", "TA0007/T1082@0.7")], at(0)).await.unwrap();
    sound(store).await;
}

async fn number(db: &Database, query: &str) -> i64 {
    let text = if db.url.starts_with("mysql") { "CHAR" } else { "TEXT" };
    let query = query.replacen("SELECT ", "SELECT CAST((SELECT ", 1);
    db.texts(&format!("{query}) AS {text})")).await.remove(0).parse().unwrap()
}

async fn all_tags(store: &Store) -> Vec<TagWithEvidence> {
    store.tag_page(None, 1000).await.unwrap()
}

pub(crate) async fn a_promotion_changes_places(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    filled(store).await;
    let before = all_tags(store).await;
    let days = "SELECT SUM(tags) FROM rollup_day";
    let told = number(&db, days).await;

    for refused in [text("a", 1, "other"), text("a", 0, "y1")] {
        let done = promote(store, vec![refused], 1, Arc::new(even), async || ()).await;
        assert!(matches!(done, Err(StoreError::NotRaised { .. })), "{done:?}");
    }
    assert_eq!(all_tags(store).await, before);

    let come = async || _ = store.commit(batch(visits(20..30))).await.unwrap();
    let done = promote(store, vec![text("a", 2, "y2")], 2, Arc::new(even), come).await.unwrap();
    // Events 3 to 29, of which 13 are even; the tag that came without its event stays.
    assert_eq!(done, Promoted { added: 13, removed: 27, kept: 0 });
    sound(store).await;
    let mut tags: BTreeMap<(String, u32), usize> = BTreeMap::new();
    for tag in all_tags(store).await {
        *tags.entry((tag.tag.rule.to_string(), tag.tag.rule_version)).or_default() += 1;
    }
    let tags: Vec<_> = tags.iter().map(|((rule, version), count)| (&**rule, *version, *count)).collect();
    assert_eq!(tags, [("a", 1, 1), ("a", 2, 13), ("b", 1, 14)]);
    // Ten events more, five of them with a tag of `b`; and what was purged is still remembered.
    assert_eq!(number(&db, days).await, told + 10 + 5 + 13 - 27);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM tag_staged").await, 0);
    assert_eq!(store.rule_find("a").await.unwrap().unwrap().version, 2);
    let audit = store.audit_list(Some("a"), 9, None).await.unwrap();
    let audit: Vec<_> = audit.iter().map(|row| (&*row.action, &*row.actor)).collect();
    assert_eq!(audit, [("rule.promote", "ann"), ("rule.define", "ann")]);

    // Again: all is there; what waits of others is not touched.
    let again = promote(store, vec![text("a", 2, "y2")], 3, Arc::new(even), async || ()).await.unwrap();
    assert_eq!(again, Promoted { added: 0, removed: 0, kept: 13 });
    let none: Tagger = Arc::new(|_| Vec::new());
    let gone = promote(store, vec![text("a", 3, "y3")], 4, none, async || ()).await.unwrap();
    assert_eq!(gone, Promoted { added: 0, removed: 13, kept: 0 });
    sound(store).await;
}

/// Staged under one number, purged, and there again under another.
pub(crate) async fn a_promotion_finds_events_that_come_again(place: Place) {
    let store = &place.fresh().await.store;
    filled(store).await;
    // Stays, so that no number is given out twice.
    store.commit(batch(visits(20..21))).await.unwrap();
    let come = async || {
        store.purge(at(10 * DAY), false, |_| ()).await.unwrap();
        store.commit(batch(visits(3..10))).await.unwrap();
    };
    let done = promote(store, vec![text("a", 2, "y2")], 2, Arc::new(even), come).await.unwrap();
    // Events 3 to 20.
    assert_eq!(done, Promoted { added: 9, removed: 18, kept: 0 });
    sound(store).await;
}

pub(crate) async fn tags_of_events_are_replaced(place: Place) {
    let store = place.fresh().await.store;
    filled(&store).await;
    let texts = [text("a", 2, "y2"), text("b", 1, "b2")];
    store.rule_register(texts.to_vec()).await.unwrap();
    let keys = store.rule_keys(&texts).await.unwrap();
    let retagged = async |say: fn(&Event) -> Vec<Tag>| {
        let events = store.event_part(None, 0, 100).await.unwrap();
        let of = |tag: Tag| {
            let text = keys[&(tag.rule.clone(), tag.rule_version)];
            (tag, text)
        };
        let events = events.into_iter().map(|stored| Retagged {
            key: stored.key,
            event: stored.event.id,
            tags: say(&stored.event).into_iter().map(of).collect(),
        });
        events.collect::<Vec<_>>()
    };
    let replace = async |events, spared: &[RuleId]| {
        let done = store.event_tags_replace(events, spared, at(600)).await.unwrap();
        sound(&store).await;
        done
    };
    // Seventeen events, 3 to 19; eight even ones; nine tags of `b`.
    let spared = [RuleId::new("b")];
    let done = replace(retagged(even).await, &spared).await;
    assert_eq!(done, Replaced { added: 8, removed: 17, changed: 0, kept: 0 });
    assert_eq!(
        replace(retagged(even).await, &spared).await,
        Replaced { kept: 8, ..Replaced::default() },
        "the second time changes nothing"
    );
    let other: fn(&Event) -> Vec<Tag> = |event| vec![tag_of(event, "b", 1, "TA0002/T1059.004@0.5")];
    let done = replace(retagged(other).await, &[]).await;
    // The same words in another text of the rule.
    assert_eq!(done, Replaced { added: 8, removed: 8, changed: 9, kept: 0 });

    // An event that is another one by now is left alone.
    let mut strangers = retagged(even).await;
    let first = strangers[0].event;
    for event in &mut strangers {
        event.event = first;
    }
    assert_eq!(replace(strangers.split_off(1), &[]).await, Replaced::default());

    // As if nobody had ever said anything else.
    let fresh = place.fresh().await.store;
    fresh.rule_register(texts.to_vec()).await.unwrap();
    let events = (3..20).map(|number| {
        let event = visit(number);
        Tagged { tags: other(&event), event }
    });
    fresh.commit(vespid_store::Batch { tagged_at: Some(at(600)), ..batch(events.collect()) }).await.unwrap();
    let event_tags = async |store: &Store| {
        let tags = all_tags(store).await.into_iter();
        tags.filter(|tag| tag.tag.source_id != "loose")
            .map(|tag| (tag.tag.id, tag.tag.technique, tag.tag.spans.clone(), tag.evidence))
            .collect::<Vec<_>>()
    };
    assert_eq!(event_tags(&store).await, event_tags(&fresh).await);
    assert!(!everything(&store).await.is_empty());
}
