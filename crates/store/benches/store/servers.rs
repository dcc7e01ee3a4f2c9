//! One writer and eight on the servers.

use std::time::Instant;

use vespid_model::UtcMicros;
use vespid_model::body::{Body, Session};
use vespid_model::event::Event;
use vespid_model::id::AttackerId;
use vespid_model::record::TagRecord;
use vespid_model::tag::Tagged;
use vespid_store::{Batch, Store};
use vespid_testkit::server::{Kind, Server};

use crate::{Size, fleet};

const BATCH: usize = 1000;

pub(crate) async fn measure(size: Size) {
    println!("\ntags into servers, {} of them in batches of {BATCH}", size.server_tags);
    for kind in [Kind::MariaDb, Kind::Postgres] {
        let server = Server::start(kind);
        let mut rates = Vec::new();
        for writers in [1, 8] {
            let url = server.database(&format!("w{writers}"));
            let store = Store::open(&url).await.unwrap();
            for part in (0..2000).collect::<Vec<u64>>().chunks(500) {
                let tagged = part.iter().map(|number| hello(*number)).collect();
                store.commit(Batch { tagged, ..Batch::default() }).await.unwrap();
            }
            let begun = Instant::now();
            let tasks: Vec<_> =
                (0..writers).map(|writer| tokio::spawn(write(url.clone(), writer, writers, size))).collect();
            let mut inserted = 0;
            for task in tasks {
                inserted += task.await.unwrap();
            }
            rates.push(size.server_tags as f64 / begun.elapsed().as_secs_f64());
            assert_eq!(inserted, size.server_tags as u64);
            assert!(store.doctor(5).await.unwrap().is_empty(), "the rollups differ from the tags");
        }
        let ratio = rates[1] / rates[0];
        println!(
            "  {kind:?}: 1 writer {:.0} tags/s, 8 writers {:.0} tags/s, ratio {ratio:.2} (aim: at least 1)",
            rates[0], rates[1]
        );
    }
}

fn hello(attacker: u64) -> Tagged {
    let body = Session::Connect { service: "ssh".to_owned(), src_port: 1, dst_ip: None, dst_port: 22 };
    let (ip, time) = (fleet::ip(attacker).parse().unwrap(), UtcMicros::from_micros(1_790_000_000_000_000));
    Tagged { event: Event::new(time, ip, "decky-00", Some("hello"), Body::Session(body)), tags: Vec::new() }
}

/// Each writes its share of the sessions, as a consumer of a queue would.
async fn write(url: String, writer: usize, writers: usize, size: Size) -> u64 {
    let store = Store::open(&url).await.unwrap();
    let numbers = (0..size.server_tags).filter(|number| number / 16 % writers == writer);
    let records: Vec<TagRecord> = numbers.map(|number| known(number as u64)).collect();
    let mut inserted = 0;
    for part in records.chunks(BATCH) {
        inserted += store.insert_tags(part.to_vec(), UtcMicros::EARLIEST).await.unwrap().inserted;
    }
    store.close().await;
    inserted
}

/// Of one of the attackers that said hello.
fn known(number: u64) -> TagRecord {
    let attacker = fleet::attacker_of(number / 16) % 2000;
    let ip = fleet::ip(attacker).parse().unwrap();
    TagRecord { attacker: Some(AttackerId::derive(ip)), ..fleet::record(number) }
}
