//! No read walks through all tags.

use std::net::IpAddr;
use std::sync::Arc;

use vespid_attack::Catalogue;
use vespid_model::actor::{Identity, IdentityPut};
use vespid_model::body::AuthResult;
use vespid_model::event::Event;
use vespid_model::id::{AttackerId, CampaignId, IdentityId};
use vespid_model::rows::{EventsFrom, FleetFilter, Scope, SessionKey, Techniques};
use vespid_model::tag::Tagged;
use vespid_model::window::{Judged, Member, Touch, Touches, Window};
use vespid_model::{Confidence, SourceKind};
use vespid_testkit::event::{at, command, ip, login};
use vespid_testkit::tag::tag;

use crate::sql::{Pool, Query, watched};
use crate::{Batch, Judge, SessionFilter, Store};

/// Finds nothing, in windows of a minute and an hour.
#[derive(Debug)]
struct Nothing;

impl Judge for Nothing {
    fn digest(&self) -> &'static str {
        "nothing"
    }

    fn lengths(&self) -> Vec<i64> {
        vec![60_000_000, 3_600_000_000]
    }

    fn kinds(&self, _: i64) -> Vec<SourceKind> {
        vec![SourceKind::AuthAttempt, SourceKind::Session]
    }

    fn touches(&self, _: &Event) -> Touches {
        let group = std::sync::Arc::default();
        std::sync::Arc::from([Touch { correlation: 0, step: 0, length: 60_000_000, group, value: None }])
    }

    fn judge(&self, _: IpAddr, _: Window, _: &[Member]) -> Judged {
        Judged::default()
    }
}

/// Some of everything, so that each read comes to its last query.
fn filling() -> Vec<Tagged> {
    let tagged = (0..200).map(|number| {
        let last = u8::try_from(number % 5).unwrap();
        let session = format!("s{}", number % 20);
        let event = match number % 3 {
            0 => login(number, last, &session, ("root", "1"), AuthResult::Success),
            _ => command(number, last, &session, &format!("uname {number}")),
        };
        let tags = vec![tag(&event, "a", "TA0007/T1082@0.7"), tag(&event, "b", "TA0002/T1059.004@0.5")];
        Tagged { event, tags }
    });
    tagged.collect()
}

async fn plan(store: &Store, text: &str) -> Vec<String> {
    // Whatever stands for the values: a plan is made before they are known.
    let mut query = Query::new(&format!("EXPLAIN QUERY PLAN {text}"));
    for _ in text.matches('?') {
        query = query.with(1_i64);
    }
    let Pool::Sqlite(_) = &store.pool else { return Vec::new() };
    store.pool.all(&query).await.unwrap().iter().map(|row| row.get::<String>(3).unwrap()).collect()
}

#[tokio::test]
async fn no_read_walks_through_all_tags() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("db").display())).await.unwrap();
    store.commit(Batch { tagged: filling(), ..Batch::default() }).await.unwrap();
    let attack = Catalogue::default_release();
    let key = SessionKey { decky: "decky-a".to_owned(), session: "s1".to_owned(), ip: ip(1) };
    let technique = "T1059.004".parse().unwrap();
    let (identity, campaign) = (IdentityId::from_bytes([1; 16]), CampaignId::from_bytes([2; 16]));
    watched::take();

    let scopes = [
        Scope::Fleet,
        Scope::Attacker(ip(1)),
        Scope::Identity(identity),
        Scope::Campaign(campaign),
        Scope::Session(key.clone()),
        Scope::SessionName("s1".to_owned()),
    ];
    for scope in &scopes {
        store.technique_list(scope).await.unwrap();
        store.totals(scope).await.unwrap();
        for techniques in [Techniques::All, Techniques::Family(technique), Techniques::Exactly(technique)] {
            let page = store.tag_list(scope, techniques, 10, None).await.unwrap();
            store.tag_list(scope, techniques, 10, page.next).await.unwrap();
        }
    }
    store.technique_list_of_campaign(campaign, attack).await.unwrap();
    for filter in [
        FleetFilter { decky: Some("decky-a".to_owned()), ..FleetFilter::default() },
        FleetFilter { from: Some(at(5)), until: Some(at(100)), ..FleetFilter::default() },
        FleetFilter { from: Some(at(5)), ..FleetFilter::default() },
        FleetFilter {
            confidence_min: Some(Confidence::FLOOR),
            kind: Some(vespid_model::SourceKind::Command),
            ..FleetFilter::default()
        },
    ] {
        store.technique_list_filtered(&filter, attack).await.unwrap();
    }
    store.decky_phases(identity, 10, None).await.unwrap();
    store
        .decky_phases(identity, 10, Some((at(1), vespid_model::id::TagId::from_bytes([0; 16]))))
        .await
        .unwrap();
    store.attacker_techniques(|_| true).await.unwrap();
    store.attacker_list(10, 0).await.unwrap();
    store.attacker_find(ip(1)).await.unwrap();
    let of_technique = SessionFilter { technique: Some(technique), ..SessionFilter::default() };
    store.session_list(&of_technique, 10, 0).await.unwrap();
    store.session_find(&key).await.unwrap();
    store.session_events(&key, EventsFrom::Offset(0), 10).await.unwrap();
    let page = store.tag_page(None, 10).await.unwrap();
    let last = page.last().unwrap().tag.id;
    store.tag_page(Some(last), 10).await.unwrap();
    store.tag_find(last).await.unwrap();
    store.purge_preview(at(50)).await.unwrap();
    let put = IdentityPut { identity: Identity::new(identity, at(0)), campaign: None, merged_into: None };
    store.identity_put(vec![put]).await.unwrap();
    let links = (0..5).map(|last| (AttackerId::derive(ip(last)), Some(identity)));
    store.identity_link(links.collect(), at(0)).await.unwrap();
    store.purge(at(50), false, |_| ()).await.unwrap();
    store.attacker_windows(ip(1), 10, None).await.unwrap();
    let cursor = vespid_model::rows::TagCursor { created_at: at(50), id: last };
    store.attacker_windows(ip(1), 10, Some(cursor)).await.unwrap();
    store.session_windows(&key, 10).await.unwrap();
    store.windows_rejudge(Arc::new(Nothing), &[], (None, None), at(0), |_| ()).await.unwrap();
    // What a rule says changes.
    let mut changed = filling();
    changed.iter_mut().flat_map(|tagged| &mut tagged.tags).for_each(|tag| tag.confidence = Confidence::FLOOR);
    store.commit(Batch { tagged: changed, ..Batch::default() }).await.unwrap();

    let mut seen = 0;
    for text in watched::take() {
        for step in plan(&store, &text).await {
            seen += 1;
            // One attacker's or session's tags are never looked for among all of a technique.
            let astray = text.contains("technique + 0") && step.contains("tag_technique");
            assert!(!astray, "{step}: {text}");
            let walks = ["SCAN t", "SCAN tag"]
                .iter()
                .any(|scan| step == *scan || step.starts_with(&format!("{scan} ")));
            assert!(!walks, "{step}: {text}");
            // Nor does who looks for an attacker's events walk through all events.
            let walks = text.contains("attacker = ?")
                && ["SCAN e", "SCAN event"].iter().any(|scan| step.split(" USING ").next() == Some(scan));
            assert!(!walks, "{step}: {text}");
        }
    }
    assert!(seen > 100, "{seen} steps were looked at");
}

/// The test above would find one.
#[tokio::test]
async fn a_walk_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("db").display())).await.unwrap();
    assert_eq!(plan(&store, "SELECT COUNT(*) FROM tag t WHERE t.confidence > ?").await, ["SCAN t"]);
}
