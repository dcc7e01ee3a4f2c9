//! The same tags, inserted one batch after the other.

use std::collections::BTreeSet;

use serde_json::Value;
use vespid_model::UtcMicros;
use vespid_model::record::TagRecord;
use vespid_model::rows::TagWithEvidence;
use vespid_store::{Inserted, Reason, Store};
use vespid_testkit::event::at;

use super::data::Golden;

pub(crate) async fn the_same_tags_are_inserted(store: &Store, full: &Store, golden: &Golden) {
    store.import_decnet(&golden.path("base.db"), 3, at(0)).await.unwrap();
    let lines = golden.lines("tags.jsonl");
    let is_ghost = |line: &&Value| {
        ["attacker_uuid", "identity_uuid"]
            .iter()
            .any(|anchor| line[*anchor].as_str().is_some_and(|id| id.starts_with("ghost-")))
    };
    // The ids of ghosts are no UUIDs: here they cannot even be named.
    let (ghosts, others): (Vec<&Value>, Vec<&Value>) = lines.iter().partition(is_ghost);
    let records: Vec<TagRecord> = others.into_iter().map(record).collect();

    let size = 500;
    let first = inserted(store, &records, size).await;
    let decnet = golden.lines("insert.json").remove(0);
    let stored_ghosts: BTreeSet<&str> =
        ghosts.iter().filter(|line| stored(line)).map(|line| line["uuid"].as_str().unwrap()).collect();
    let (said, ours) = (decnet["inserted"].as_u64().unwrap(), first.inserted);
    assert_eq!(said, ours + stored_ghosts.len() as u64);
    assert_eq!((ours, stored_ghosts.len()), (491, 9));
    // What DECNET refused when it was made, and what it dropped.
    let anchorless: Vec<_> = first.rejected.iter().map(|rejected| rejected.reason).collect();
    assert_eq!(anchorless, [Reason::NoAnchor; 2]);
    assert_eq!(decnet["construct_errors"].as_array().unwrap().len(), anchorless.len());
    let floored = lines.iter().filter(|line| line["confidence"].as_f64().unwrap() < 0.3).count();
    assert_eq!(first.below_floor, floored as u64);
    let lost = first.rejected.len() + floored + ghosts.len();
    assert_eq!(lines.len() as u64, ours + first.duplicate + lost as u64);

    let again = inserted(store, &records, size).await;
    assert_eq!(golden.lines("insert.again.json").remove(0)["inserted"], 0);
    assert_eq!((again.inserted, again.duplicate), (0, ours + first.duplicate));
    assert!(store.doctor(10).await.unwrap().is_empty());
    // The first of each is what DECNET stored.
    assert_eq!(all(store).await, all(full).await);
}

fn stored(line: &Value) -> bool {
    line["confidence"].as_f64().unwrap() >= 0.3
}

async fn inserted(store: &Store, records: &[TagRecord], size: usize) -> Inserted {
    let mut done = Inserted::default();
    for batch in records.chunks(size) {
        done += store.insert_tags(batch.to_vec(), at(1)).await.unwrap();
    }
    done
}

/// All tags, but for when they were made here.
async fn all(store: &Store) -> Vec<TagWithEvidence> {
    let mut tags = store.tag_page(None, 1000).await.unwrap();
    assert_eq!(tags.len(), 491);
    for row in &mut tags {
        row.tag.tagged_at = at(0);
        row.evidence = serde_json::from_str::<Value>(&row.evidence).unwrap().to_string();
    }
    tags
}

fn record(line: &Value) -> TagRecord {
    let text = |column: &str| line[column].as_str().map(str::to_owned);
    let technique = text("sub_technique_id").filter(|sub| !sub.is_empty()).or(text("technique_id")).unwrap();
    TagRecord {
        source_kind: text("source_kind").unwrap(),
        source_id: text("source_id").unwrap(),
        attacker: text("attacker_uuid").map(|id| id.parse().unwrap()),
        identity: text("identity_uuid").map(|id| id.parse().unwrap()),
        session: text("session_id"),
        decky: text("decky_id"),
        tactic: text("tactic").unwrap().parse().unwrap(),
        technique: technique.parse().unwrap(),
        confidence: line["confidence"].as_f64().unwrap(),
        rule: text("rule_id").unwrap(),
        rule_version: u32::try_from(line["rule_version"].as_u64().unwrap()).unwrap(),
        evidence: line["evidence"].to_string(),
        release: text("attack_release").unwrap().parse().unwrap(),
        created_at: UtcMicros::parse(&text("created_at").unwrap()).unwrap(),
    }
}
