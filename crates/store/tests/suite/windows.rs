//! Tags for several events, whoever brings them and when.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use vespid_model::body::AuthResult;
use vespid_model::event::Event;
use vespid_model::id::{RuleId, TagId};
use vespid_model::release::Release;
use vespid_model::rows::Scope;
use vespid_model::tag::Tagged;
use vespid_model::window::{
    Form, Judged, Member, NamedEvent, Touch, Touches, Window, WindowEvidence, WindowTag, source_id,
};
use vespid_model::{Body, Confidence, SourceKind};
use vespid_store::{
    Batch, Committed, Concerned, Judge, Promoted, Promotion, Rejudged, RuleText, Store, Texts, Windows,
    WindowsTold,
};
use vespid_testkit::event::{at, command, login};

use super::Place;
use crate::{everything, sound};

const MINUTE: i64 = 60_000_000;

/// So many logins for one name within a minute.
#[derive(Debug)]
pub(crate) struct Count {
    version: u32,
    enough: usize,
    judged: AtomicU64,
}

impl Count {
    pub(crate) fn new(version: u32, enough: usize) -> Arc<Self> {
        Arc::new(Self { version, enough, judged: AtomicU64::new(0) })
    }

    fn rules(&self) -> Vec<RuleText> {
        vec![RuleText {
            name: "many".to_owned(),
            version: self.version,
            title: "Many".to_owned(),
            description: String::new(),
            source_path: String::new(),
            yaml: format!("many {} {}", self.version, self.enough),
        }]
    }

    fn tag(&self, ip: IpAddr, window: Window, name: &Arc<str>, members: &[&Member]) -> WindowTag {
        let (rule, technique) = (RuleId::new("many"), "T1110.001".parse().unwrap());
        let source_id = source_id(&rule, self.version, ip, window, std::slice::from_ref(name));
        let last = members.last().unwrap();
        let same = members.iter().all(|member| member.session == last.session);
        let named = |member: &&Member| NamedEvent { id: member.moment.1, time: member.moment.0, value: None };
        WindowTag {
            id: TagId::derive(SourceKind::AuthAttempt, &source_id, &rule, self.version, technique),
            kind: SourceKind::AuthAttempt,
            source_id,
            rule,
            rule_version: self.version,
            technique,
            tactic: "TA0006".parse().unwrap(),
            confidence: Confidence::new(0.8).unwrap(),
            release: Release::from_code(19_002).unwrap(),
            decky: Some(Arc::clone(&last.decky)),
            session: last.session.clone().filter(|_| same),
            created_at: last.moment.0,
            evidence: WindowEvidence {
                correlation: Form::EventCount,
                window_start: window.start,
                window_seconds: 60,
                group: vec![("username".to_owned(), name.to_string())],
                threshold: vec![u32::try_from(self.enough).unwrap()],
                field: Vec::new(),
                event_count: members.len() as u64,
                events: members.iter().map(named).collect(),
            },
        }
    }
}

impl Judge for Count {
    fn digest(&self) -> &str {
        if self.version == 1 { "1" } else { "2" }
    }

    fn lengths(&self) -> Vec<i64> {
        vec![MINUTE]
    }

    fn kinds(&self, _: i64) -> Vec<SourceKind> {
        vec![SourceKind::AuthAttempt]
    }

    fn touches(&self, event: &Event) -> Touches {
        let Body::AuthAttempt(attempt) = &event.body else { return Touches::default() };
        let group = Arc::from([Arc::from(&*attempt.username)]);
        Arc::from([Touch { correlation: 0, step: 0, length: MINUTE, group, value: None }])
    }

    fn judge(&self, ip: IpAddr, window: Window, members: &[Member]) -> Judged {
        self.judged.fetch_add(1, Ordering::Relaxed);
        let mut groups: HashMap<&Arc<str>, Vec<&Member>> = HashMap::new();
        let mut judged = Judged::default();
        for member in members {
            let name = &member.touches[0].group[0];
            let seen = groups.entry(name).or_default();
            seen.push(member);
            if seen.len() == self.enough {
                judged.tags.push(self.tag(ip, window, name, seen));
                judged.settled.insert((0, Arc::clone(&member.touches[0].group)), member.moment);
            }
        }
        judged
    }
}

fn batch(judge: &Arc<Count>, events: impl IntoIterator<Item = Event>) -> Batch {
    let tagged: Vec<_> = events.into_iter().map(|event| Tagged { event, tags: Vec::new() }).collect();
    let touched = tagged.iter().enumerate().map(|(place, tagged)| (place, judge.touches(&tagged.event)));
    let touched = touched.filter(|(_, touches)| !touches.is_empty()).collect();
    let windows = Windows { judge: Arc::<Count>::clone(judge), touched, again: false };
    Batch { tagged, windows: Some(windows), tagged_at: Some(at(1000)), ..Batch::default() }
}

fn refused(second: i64, last: u8, session: &str, name: &str) -> Event {
    login(second, last, session, (name, "x"), AuthResult::Failure)
}

/// Each tag's time, session and the number of its events.
async fn told(store: &Store) -> Vec<(i64, Option<String>, usize)> {
    let mut told = Vec::new();
    for row in store.tag_page(None, 1000).await.unwrap() {
        let seconds = (row.tag.created_at.as_micros() - at(0).as_micros()) / 1_000_000;
        let evidence = WindowEvidence::from_json(&row.evidence).unwrap();
        told.push((seconds, row.tag.session, evidence.events.len()));
    }
    told.sort();
    told
}

pub(crate) async fn windows_are_tagged_with_their_last_event(place: Place) {
    let db = place.fresh().await;
    let judge = Count::new(1, 3);
    db.store.rule_register(judge.rules()).await.unwrap();
    let first = [refused(10, 1, "a", "root"), refused(30, 1, "a", "root"), refused(1, 2, "b", "root")];
    let done = db.store.commit(batch(&judge, first.clone())).await.unwrap();
    assert_eq!((done.events_new, done.tags_new), (3, 0));

    // Another name, another minute, another attacker, another kind: none of them counts.
    let beside = [refused(40, 1, "a", "admin"), refused(61, 1, "a", "root"), command(50, 1, "a", "root")];
    let done = db.store.commit(batch(&judge, beside)).await.unwrap();
    assert_eq!((done.events_new, done.tags_new), (3, 0));
    assert_eq!(told(&db.store).await, []);

    let done = db.store.commit(batch(&judge, [refused(50, 1, "a", "root")])).await.unwrap();
    assert_eq!((done.tags_new, done.tags_changed), (1, 0));
    assert_eq!(told(&db.store).await, [(50, Some("a".to_owned()), 3)]);
    // What comes after changes nothing.
    let done = db.store.commit(batch(&judge, [refused(55, 1, "c", "root")])).await.unwrap();
    assert_eq!((done.tags_new, done.tags_changed), (0, 0));
    // What comes late and was earlier does.
    let done = db.store.commit(batch(&judge, [refused(20, 1, "c", "root")])).await.unwrap();
    assert_eq!((done.tags_new, done.tags_changed), (0, 1));
    assert_eq!(told(&db.store).await, [(30, None, 3)]);
    sound(&db.store).await;
    assert_eq!(db.store.totals(&Scope::Attacker(vespid_testkit::event::ip(1))).await.unwrap().tags, 1);
    let found = db.store.tag_page(None, 1).await.unwrap().remove(0);
    assert_eq!((found.tag.rule.as_str(), found.tag.decky.as_deref()), ("many", Some("decky-a")));
}

/// The same events again, in any batches, ask nobody.
pub(crate) async fn windows_are_left_alone_when_nothing_is_new(place: Place) {
    let db = place.fresh().await;
    let judge = Count::new(1, 3);
    let events: Vec<_> =
        (0..20).map(|second| refused(second * 7, u8::try_from(second % 3).unwrap(), "s", "root")).collect();
    db.store.commit(batch(&judge, events.clone())).await.unwrap();
    let (before, asked) = (everything(&db.store).await, judge.judged.load(Ordering::Relaxed));
    for part in events.chunks(7) {
        let done = db.store.commit(batch(&judge, part.to_vec())).await.unwrap();
        let expected = Committed { events_duplicate: part.len() as u64, ..Committed::default() };
        assert_eq!(done, expected);
    }
    assert_eq!(judge.judged.load(Ordering::Relaxed), asked);
    assert_eq!(everything(&db.store).await, before);
    // Unless they are asked to, as when the rules were others.
    let mut again = batch(&judge, events);
    again.windows.as_mut().unwrap().again = true;
    let done = db.store.commit(again).await.unwrap();
    assert_eq!((done.tags_new, done.tags_changed, done.tags_duplicate > 0), (0, 0, true));
}

/// Each of several writers has one event of each window.
pub(crate) async fn writers_fill_windows_together(place: Place) {
    let (db, alone) = (place.fresh().await, place.fresh().await);
    let judge = Count::new(1, 4);
    let events = |writer: i64| {
        (0..30).map(move |minute| {
            refused(minute * 60 + writer * 9, u8::try_from(minute % 3).unwrap(), "s", "root")
        })
    };
    let tasks: Vec<_> = (0..4)
        .map(|writer| {
            let (url, judge) = (db.url.clone(), Arc::clone(&judge));
            tokio::spawn(async move {
                let store = Store::open(&url).await.unwrap();
                let mut events: Vec<_> = events(writer).collect();
                events.rotate_left(usize::try_from(writer).unwrap() * 5);
                for part in events.chunks(6) {
                    store.commit(batch(&judge, part.to_vec())).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    alone.store.commit(batch(&judge, (0..4).flat_map(events))).await.unwrap();
    assert_eq!(told(&db.store).await.len(), 30);
    assert_eq!(everything(&db.store).await, everything(&alone.store).await);
}

/// More events than are looked at: the first ones decide, whichever came first.
pub(crate) async fn overfull_windows_say_the_same_whatever_came_first(place: Place) {
    let judge = Count::new(1, 2);
    let flood = |micros: i64| {
        let event = refused(0, 1, "s", &format!("n{micros}"));
        Event::new(
            vespid_model::UtcMicros::from_micros(at(10).as_micros() + micros),
            event.source_ip,
            "decky-a",
            Some("s"),
            event.body,
        )
    };
    let late = [refused(50, 1, "s", "root"), refused(51, 1, "s", "root")];
    let early = [refused(1, 1, "s", "pi"), refused(2, 1, "s", "pi")];
    let (first, last) = (place.fresh().await, place.fresh().await);
    first.store.commit(batch(&judge, late.clone())).await.unwrap();
    assert_eq!(told(&first.store).await.len(), 1);
    let mut removed = 0;
    for from in [8_400, 0, 12_600, 4_200] {
        let part = (from..from + 4_200).map(flood);
        removed += first.store.commit(batch(&judge, part)).await.unwrap().tags_removed;
    }
    assert_eq!(removed, 1, "those that came first are the last of too many");
    let done = first.store.commit(batch(&judge, early.clone())).await.unwrap();
    assert_eq!(done.tags_new, 1, "what comes early is always looked at");
    let all = early.into_iter().chain((0..16_800).map(flood)).chain(late);
    last.store.commit(batch(&judge, all)).await.unwrap();
    assert_eq!(told(&first.store).await, [(2, Some("s".to_owned()), 2)]);
    assert_eq!(told(&last.store).await, told(&first.store).await);
    sound(&first.store).await;
}

pub(crate) async fn rules_that_are_others_are_judged_anew(place: Place) {
    let (db, clean) = (place.fresh().await, place.fresh().await);
    let (old, new) = (Count::new(1, 3), Count::new(2, 2));
    let events: Vec<_> = (0..200)
        .map(|number| {
            let name = if number % 4 == 0 { "admin" } else { "root" };
            refused(number * 4, u8::try_from(number % 3).unwrap(), &format!("s{}", number % 5), name)
        })
        .collect();
    db.store.rule_register(old.rules()).await.unwrap();
    db.store.commit(batch(&old, events.clone())).await.unwrap();
    let before = told(&db.store).await.len() as u64;
    assert!(before > 10);
    let rejudge = async |store: &Store, judge: &Arc<Count>, from| {
        let rules = judge.rules();
        store.rule_register(rules.clone()).await.unwrap();
        let judge: Arc<dyn Judge> = Arc::<Count>::clone(judge);
        store.windows_rejudge(judge, &rules, (from, None), at(1000), |_| ()).await.unwrap()
    };
    // The same rules change nothing.
    let done = rejudge(&db.store, &old, None).await;
    assert_eq!((done.new, done.changed, done.same, done.removed), (0, 0, before, 0));
    // Others take the place of theirs.
    let done = rejudge(&db.store, &new, None).await;
    assert_eq!((done.changed, done.same, done.removed), (0, 0, before));
    clean.store.rule_register(new.rules()).await.unwrap();
    clean.store.commit(batch(&new, events.clone())).await.unwrap();
    assert_eq!(everything(&db.store).await, everything(&clean.store).await);
    assert_eq!(rejudge(&db.store, &new, None).await.removed, 0);
    // From some time on: the rest is left alone.
    let late = rejudge(&db.store, &old, Some(at(500))).await;
    assert!(late.removed > 0 && late.removed < done.new, "{late:?}");
    sound(&db.store).await;
    // What cannot be judged any more stays.
    let purged = place.fresh().await;
    purged.store.rule_register(old.rules()).await.unwrap();
    purged
        .store
        .commit(batch(&old, (0..3).map(|number| refused(number * 10, 1, "s", "root"))))
        .await
        .unwrap();
    purged.store.purge(at(15), false, |_| ()).await.unwrap();
    let kept = told(&purged.store).await;
    assert_eq!(kept, [(20, Some("s".to_owned()), 3)]);
    assert_eq!(rejudge(&purged.store, &old, None).await, Rejudged { windows: 1, ..Rejudged::default() });
    assert_eq!(told(&purged.store).await, kept);
}

/// More attackers than are looked at in one transaction, and one who did more than that.
pub(crate) async fn many_attackers_are_judged_anew(place: Place) {
    let (db, clean) = (place.fresh().await, place.fresh().await);
    let (old, new) = (Count::new(1, 3), Count::new(2, 2));
    let few = (0..450).map(|number| refused(number, u8::try_from(number % 150).unwrap(), "s", "root"));
    let many = (0..4_500).map(|number| refused(number, 200, "s", "root"));
    let events: Vec<_> = few.chain(many).collect();
    for (store, judge) in [(&db.store, &old), (&clean.store, &new)] {
        store.rule_register(judge.rules()).await.unwrap();
        for part in events.chunks(1_000) {
            store.commit(batch(judge, part.to_vec())).await.unwrap();
        }
    }
    let rules = new.rules();
    db.store.rule_register(rules.clone()).await.unwrap();
    let (mut attackers, mut windows) = (BTreeSet::new(), 0);
    let each = |told: WindowsTold| {
        attackers.insert(told.ip);
        windows += told.windows;
    };
    let judge: Arc<dyn Judge> = Arc::<Count>::clone(&new);
    let done = db.store.windows_rejudge(judge, &rules, (None, None), at(9_000), each).await.unwrap();
    assert_eq!((attackers.len(), windows), (151, done.windows));
    assert_eq!(told(&db.store).await, told(&clean.store).await);
    sound(&db.store).await;
}

/// Stages nothing: there are no tags of events. What `meanwhile` stores comes behind the fence.
async fn promote(
    store: &Store,
    (rules, silent): (Vec<RuleText>, &[&str]),
    judge: &Arc<Count>,
    run: i64,
    meanwhile: impl AsyncFnOnce(),
) -> Promoted {
    let judge: Arc<dyn Judge> = Arc::<Count>::clone(judge);
    let silent = silent.iter().map(|name| RuleId::new(name)).collect();
    let texts = Texts { rules, silent, tagger: Arc::new(|_| Vec::new()), judge };
    let promotion = Promotion::new(texts, "ann", at(1000), run);
    let until = store.promotion_fence(&promotion).await.unwrap();
    let mut concerned = Concerned::default();
    store.promotion_windows(&promotion, &mut concerned, until).await.unwrap();
    meanwhile().await;
    store.promotion_finish(promotion, until, concerned).await.unwrap()
}

/// What is told of all windows, before anything is written.
async fn differences(store: &Store, judge: &Arc<Count>, names: &[&str]) -> (usize, usize) {
    let names: Vec<_> = names.iter().map(|name| RuleId::new(name)).collect();
    let (mut stored, mut shown) = (0, 0);
    let count = |told: WindowsTold| {
        stored += told.stored.len();
        shown += told.shown.len();
    };
    let rules = judge.rules();
    let judge: Arc<dyn Judge> = Arc::<Count>::clone(judge);
    store.windows_look(judge, &rules, Some(&names), None, count).await.unwrap();
    (stored, shown)
}

pub(crate) async fn a_promotion_judges_windows_anew(place: Place) {
    let (db, clean) = (place.fresh().await, place.fresh().await);
    let store = &db.store;
    let (old, new) = (Count::new(1, 3), Count::new(2, 2));
    let event = |number: i64| {
        let name = if number % 4 == 0 { "admin" } else { "root" };
        refused(number * 4, u8::try_from(number % 3).unwrap(), &format!("s{}", number % 5), name)
    };
    store.rule_register(old.rules()).await.unwrap();
    store.commit(batch(&old, (0..200).map(event))).await.unwrap();
    let before = told(store).await.len() as u64;
    assert!(before > 10);
    // The same text changes nothing, and finds all as it is.
    let same = promote(store, (old.rules(), &[]), &old, 1, async || ()).await;
    assert_eq!(same, Promoted { added: 0, removed: 0, kept: before });
    // A rule of another name is not spoken of.
    assert_eq!(differences(store, &new, &["other"]).await.0, 0);

    // A worker with the old rules goes on meanwhile.
    let (stored, _) = differences(store, &new, &["many"]).await;
    assert_eq!(stored as u64, before);
    let come = async || _ = store.commit(batch(&old, (200..300).map(event))).await.unwrap();
    let done = promote(store, (new.rules(), &[]), &new, 2, come).await;
    assert!(done.removed > before && done.kept == 0, "{done:?}");
    sound(store).await;
    clean.store.rule_register(new.rules()).await.unwrap();
    clean.store.commit(batch(&new, (0..300).map(event))).await.unwrap();
    assert_eq!(everything(store).await, everything(&clean.store).await);
    let all = told(store).await.len();
    assert_eq!((done.added, differences(store, &new, &["many"]).await), (all as u64, (all, all)));
    let audit = store.audit_list(Some("many"), 9, None).await.unwrap();
    assert_eq!(audit[0].action, "rule.promote");

    // A rule that says nothing any more takes its tags along.
    let nobody = Count::new(3, usize::MAX);
    let gone = promote(store, (Vec::new(), &["many"]), &nobody, 3, async || ()).await;
    assert_eq!(gone, Promoted { added: 0, removed: all as u64, kept: 0 });
    assert_eq!(told(store).await, []);
    sound(store).await;
}

/// A judge over which operators have laid something.
#[derive(Debug)]
struct Withheld(Arc<Count>, Option<Confidence>);

impl Judge for Withheld {
    fn digest(&self) -> &str {
        self.0.digest()
    }

    fn lengths(&self) -> Vec<i64> {
        self.0.lengths()
    }

    fn kinds(&self, length: i64) -> Vec<SourceKind> {
        self.0.kinds(length)
    }

    fn touches(&self, event: &Event) -> Touches {
        self.0.touches(event)
    }

    fn judge(&self, ip: IpAddr, window: Window, members: &[Member]) -> Judged {
        let mut judged = self.0.judge(ip, window, members);
        let moments = judged.tags.iter().filter_map(WindowTag::completed_by);
        if let Some(most) = self.1 {
            judged.clipped = moments.collect();
            judged.tags.iter_mut().for_each(|tag| tag.confidence = most);
        } else {
            judged.disabled = moments.collect();
            judged.tags.clear();
        }
        judged
    }
}

/// Each tag is counted once, with the event that completes it, however often its window is looked at.
pub(crate) async fn withheld_tags_of_windows_are_counted(place: Place) {
    let count = async |most: Option<f64>| {
        let db = place.fresh().await;
        let most = most.map(|most| Confidence::new(most).unwrap());
        let many = Count::new(1, 2);
        db.store.rule_register(many.rules()).await.unwrap();
        let judge: Arc<dyn Judge> = Arc::new(Withheld(Arc::clone(&many), most));
        let mut all = Committed::default();
        for (second, name) in [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "b"), (6, "a"), (7, "c")] {
            let mut batch = batch(&many, [refused(second, 1, "s", name)]);
            batch.windows.as_mut().unwrap().judge = Arc::clone(&judge);
            all += db.store.commit(batch).await.unwrap();
        }
        (all.windows_disabled, all.windows_clipped, all.tags_floored, all.tags_new)
    };
    assert_eq!(count(None).await, (3, 0, 0, 0));
    assert_eq!(count(Some(0.4)).await, (0, 3, 0, 3));
    assert_eq!(count(Some(0.2)).await, (0, 3, 3, 0));
}
