//! Whatever the order, the batches, the repetitions, the workers and the ends of processes: the tags are the same.

use std::sync::Arc;
use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;
use vespid_attack::Catalogue;
use vespid_engine::{Engine, Pack, States, Verdict, shipped_rules};
use vespid_model::Body;
use vespid_model::body::{AuthAttempt, AuthResult, Session};
use vespid_model::event::Event;
use vespid_model::tag::Tagged;
use vespid_store::{Batch, Store, Windows};
use vespid_testkit::event::{at, event};
use vespid_testkit::server::{Kind, Server};

use super::ByRules;
use crate::rules;

/// Events that meet in few windows: three attackers, four decoys, two hours.
fn an_event() -> impl Strategy<Value = Event> {
    let when = prop_oneof![3 => 0..400_i64, 2 => 3_500..3_700_i64, 1 => 0..7_200_i64];
    let login = (0..7_usize, 0..7_usize, 0..8_u8).prop_map(|(name, password, how)| {
        let names = ["root", "admin", "pi", "a@example.com", "b@example.com", "c@example.com", "guest"];
        let passwords = ["1", "2", "3", "4", "5", "6", "7"];
        Body::AuthAttempt(AuthAttempt {
            username: names[name].to_owned(),
            password: (how != 1).then(|| passwords[password].to_owned()),
            password_sha256: None,
            key_fingerprint: None,
            result: if how == 0 { AuthResult::Success } else { AuthResult::Failure },
            service: "ssh".to_owned(),
        })
    });
    let connect = (20..26_u16).prop_map(|dst_port| {
        Body::Session(Session::Connect { service: "ssh".to_owned(), src_port: 1, dst_ip: None, dst_port })
    });
    let forward = (0..4_u8, 80..83_u32).prop_map(|(host, dst_port)| {
        let dst_host = format!("192.168.0.{host}");
        Body::Session(Session::ForwardRequest { dst_host, dst_port, orig_host: None })
    });
    let body = prop_oneof![6 => login, 2 => connect, 1 => forward];
    (when, 1..4_u8, 0..6_u8, 0..3_u8, body).prop_map(|(when, attacker, decky, session, body)| {
        event(when, attacker, &format!("d{decky}"), &format!("s{session}"), body)
    })
}

/// How the events come.
#[derive(Debug, Clone)]
struct Way {
    /// Events by their places, in parts: those of a worker are its batches, one after the other. Some come again.
    workers: Vec<Vec<Vec<usize>>>,
    /// Each worker's process ends after so many batches, and another goes on.
    ends_after: usize,
}

fn a_way(events: usize) -> impl Strategy<Value = Way> {
    let order = Just((0..events).collect::<Vec<_>>()).prop_shuffle();
    let again = vec(0..events, 0..=events / 2);
    (order, again, 1..5_usize, 1..40_usize, 1..4_usize).prop_map(
        |(mut order, again, workers, size, ends_after)| {
            order.extend(again);
            let batches: Vec<Vec<usize>> = order.chunks(size).map(<[usize]>::to_vec).collect();
            let of = |worker| batches.iter().skip(worker).step_by(workers).cloned().collect();
            Way { workers: (0..workers).map(of).collect(), ends_after }
        },
    )
}

fn engine() -> Engine {
    let files: Vec<_> =
        shipped_rules().into_iter().filter(|file| file.path.starts_with("correlation/")).collect();
    let attack = Catalogue::default_release();
    let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
    assert!(problems.is_empty(), "{problems:?}");
    engine
}

fn batch(engine: &Arc<Engine>, events: impl Iterator<Item = Event>) -> Batch {
    let (mut tagged, mut touched) = (Vec::new(), Vec::new());
    for event in events {
        let Verdict { tags, touches, .. } = engine.tag(&event);
        if !touches.is_empty() {
            touched.push((tagged.len(), touches));
        }
        tagged.push(Tagged { event, tags });
    }
    let windows = Windows {
        judge: Arc::new(ByRules { engine: Arc::clone(engine), states: States::default() }),
        touched,
        again: false,
    };
    Batch { tagged, windows: Some(windows), tagged_at: Some(at(9_999)), ..Batch::default() }
}

/// Every tag, as it is exported.
async fn export(store: &Store) -> Vec<String> {
    let doubts = store.doctor(9).await.unwrap();
    assert!(doubts.is_empty(), "{doubts:#?}");
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = store.tag_page(after, 1_000).await.unwrap();
        let Some(last) = page.last() else { return lines };
        after = Some(last.tag.id);
        lines.extend(page.iter().map(vespid_export::jsonl::line));
    }
}

/// One worker stores the events once, in their order.
async fn clean(url: &str, mut events: Vec<Event>) -> Vec<String> {
    let engine = Arc::new(engine());
    let store = Store::open(url).await.unwrap();
    store.rule_register(rules::texts(&engine)).await.unwrap();
    events.sort_by_key(|event| (event.time, event.id));
    store.commit(batch(&engine, events.into_iter())).await.unwrap();
    let told = export(&store).await;
    store.close().await;
    told
}

async fn work(url: &str, events: &[Event], batches: &[Vec<usize>], ends_after: usize) {
    let engine = Arc::new(engine());
    for part in batches.chunks(ends_after) {
        let store = Store::open(url).await.unwrap();
        store.rule_register(rules::texts(&engine)).await.unwrap();
        for places in part {
            let events = places.iter().map(|place| events[*place].clone());
            store.commit(batch(&engine, events)).await.unwrap();
        }
        // Not closed: the process is gone.
    }
}

/// Workers with an engine and a store each, at once.
fn come(url: &str, events: &[Event], way: &Way) {
    thread::scope(|scope| {
        for batches in &way.workers {
            scope.spawn(move || {
                Runtime::new().unwrap().block_on(work(url, events, batches, way.ends_after));
            });
        }
    });
}

/// `url`: an empty database each time. `VESPID_CASES` asks for more than the few that every run makes.
fn holds(cases: u32, mut url: impl FnMut() -> String) {
    let asked = std::env::var("VESPID_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: asked.unwrap_or(cases),
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    };
    let story = vec(an_event(), 1..250).prop_flat_map(|events| {
        let way = a_way(events.len());
        (Just(events), way)
    });
    let url = std::cell::RefCell::new(&mut url);
    let mut tags = 0;
    let count = std::cell::RefCell::new(&mut tags);
    let runtime = Runtime::new().unwrap();
    TestRunner::new(config)
        .run(&story, |(events, way)| {
            let address = (url.borrow_mut())();
            let expected = runtime.block_on(clean(&address, events.clone()));
            let address = (url.borrow_mut())();
            // Nobody makes a database at the same time as another.
            runtime.block_on(async { Store::open(&address).await.unwrap().close().await });
            come(&address, &events, &way);
            let told = runtime.block_on(async { export(&Store::open(&address).await.unwrap()).await });
            prop_assert_eq!(&told, &expected);
            **count.borrow_mut() += told.len();
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(tags > 0, "no window was ever complete");
}

#[test]
fn the_tags_are_a_function_of_the_events_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let mut made = 0;
    holds(24, || {
        made += 1;
        format!("sqlite:{}", folder.path().join(format!("{made}.db")).display())
    });
}

fn on_a_server(kind: Kind) {
    let server = Server::start(kind);
    let mut made = 0;
    holds(5, || {
        made += 1;
        server.database(&format!("w{made}"))
    });
}

#[test]
fn the_tags_are_a_function_of_the_events_on_mariadb() {
    on_a_server(Kind::MariaDb);
}

#[test]
fn the_tags_are_a_function_of_the_events_on_postgres() {
    on_a_server(Kind::Postgres);
}
