//! Reading each scope while the store grows.

use std::time::{Duration, Instant};

use vespid_attack::Catalogue;
use vespid_model::id::CampaignId;
use vespid_model::rows::{Scope, SessionKey, Techniques};
use vespid_store::Store;

use crate::fleet;

/// Median and 99th percentile by read and number of tags.
#[derive(Default)]
pub(crate) struct Table(Vec<(&'static str, usize, Duration, Duration)>);

/// A read of one subject.
const READS: [&str; 7] = [
    "fleet",
    "identity",
    "attacker",
    "campaign",
    "session",
    "tags of attacker and technique, first 200",
    "tags of fleet and technique, first 200",
];

impl Table {
    pub(crate) async fn measure(&mut self, store: &Store, tags: usize, times: usize) {
        let attack = Catalogue::default_release();
        for what in READS {
            let mut took = Vec::with_capacity(times);
            for time in 0..times {
                // Sessions of the first thousand tags are there at every step; the attackers are the busy ones.
                let session = time as u64 % 60;
                let attacker = fleet::attacker_of(session);
                let identity = fleet::identity_of(attacker);
                let scope = match what {
                    "identity" => Scope::Identity(fleet::identity_id(identity)),
                    "attacker" | "tags of attacker and technique, first 200" => {
                        Scope::AttackerId(fleet::attacker_id(attacker))
                    }
                    "campaign" => Scope::Campaign(CampaignId::from_bytes(fleet::sixteen(
                        3,
                        fleet::campaign_of(identity),
                    ))),
                    "session" => {
                        let record = fleet::record(session * 16);
                        Scope::Session(SessionKey {
                            decky: record.decky.unwrap(),
                            session: record.session.unwrap(),
                            ip: fleet::ip(attacker).parse().unwrap(),
                        })
                    }
                    _ => Scope::Fleet,
                };
                let technique = Techniques::Family(fleet::record(session * 16).technique);
                let begun = Instant::now();
                let rows = match (what, &scope) {
                    ("campaign", Scope::Campaign(id)) => {
                        store.technique_list_of_campaign(*id, attack).await.unwrap().len()
                    }
                    (what, scope) if what.starts_with("tags") => {
                        store.tag_list(scope, technique, 200, None).await.unwrap().rows.len()
                    }
                    (_, scope) => store.technique_list_named(scope, attack).await.unwrap().len(),
                };
                took.push(begun.elapsed());
                assert!(rows > 0, "{what}: nothing found");
            }
            took.sort_unstable();
            self.0.push((what, tags, took[times / 2], took[times * 99 / 100]));
        }
    }

    pub(crate) fn print(&self) {
        println!("\nreading a scope's techniques from SQLite, milliseconds: median (99th percentile)");
        for what in READS {
            let rows: Vec<_> = self.0.iter().filter(|row| row.0 == what).collect();
            let ms = |time: Duration| time.as_secs_f64() * 1e3;
            let cells: Vec<String> =
                rows.iter().map(|row| format!("{}: {:.2} ({:.2})", row.1, ms(row.2), ms(row.3))).collect();
            let growth = ms(rows[rows.len() - 1].2) / ms(rows[0].2);
            println!("  {what:<42} {}   x {growth:.1}", cells.join("   "));
        }
        println!("  (aim: the last at most 2 times the first; fleet and identity under 2 ms)");
    }
}
