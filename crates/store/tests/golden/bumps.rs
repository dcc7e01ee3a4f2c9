//! Leaked link-local addresses, counted one after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv6Addr;

use serde_json::{Map, Value, json};
use vespid_model::UtcMicros;
use vespid_model::actor::Leak;
use vespid_store::Store;
use vespid_testkit::event::at;

use super::answers::time;
use super::data::{Golden, Row, shown};

const NOW: &str = "2026-11-01T12:34:56.789012";

/// By id: what a leak changes of an attacker, and the list of an identity.
type Attackers = BTreeMap<String, Value>;
type Lists = BTreeMap<String, Value>;

pub(crate) async fn leaks_are_counted(store: &Store, golden: &Golden) {
    store.import_decnet(&golden.path("base.db"), 3, at(0)).await.unwrap();
    let bumps = golden.lines("bumps.jsonl");
    let said = golden.lines("bump.jsonl");
    let failed: BTreeSet<usize> = said
        .iter()
        .filter(|line| line.get("error").is_some())
        .map(|line| usize::try_from(line["i"].as_u64().unwrap()).unwrap())
        .collect();
    let base = base(golden);

    // A model that fails where DECNET fails says what DECNET said.
    let (attackers, lists) = model(&bumps, &base, &failed, false);
    for line in &said {
        if let Some(attacker) = line["attacker"].as_str() {
            let row = line["row"].as_array().map(|row| {
                let time = row[1].as_str().map(shown);
                json!([row[0], time, row[2], row[3], row[4]])
            });
            assert_eq!(attackers.get(attacker), row.as_ref(), "{attacker}");
        }
        if let Some(identity) = line["identity"].as_str() {
            let list = line["row"].as_array().map(|row| row[0].clone());
            assert_eq!(lists.get(identity).map(parsed), list.as_ref().map(parsed), "{identity}");
        }
    }

    for bump in &bumps {
        let evidence = &bump["evidence"];
        let text = |name: &str| evidence[name].as_str().map(str::to_owned);
        let leak = Leak {
            addr: text("addr").unwrap_or_default(),
            iid_kind: text("iid_kind"),
            mac_oui: text("mac_oui"),
        };
        let identity = bump["identity_uuid"].as_str().and_then(|id| id.parse().ok());
        // A ghost has no id that could be named.
        let Ok(attacker) = bump["attacker_uuid"].as_str().unwrap().parse() else { continue };
        let done = store.ipv6_leak(attacker, identity, leak, UtcMicros::parse(NOW).unwrap()).await.unwrap();
        assert!(done.attacker_known);
    }
    // No bump fails, and one address is one however it is spelt.
    let (attackers, lists) = model(&bumps, &base, &BTreeSet::new(), true);
    for (id, expected) in &attackers {
        let profile = store.attacker_profile(id.parse().unwrap()).await.unwrap().unwrap();
        let leaks = profile.ipv6.unwrap();
        let told = json!([
            leaks.count,
            leaks.last_at.map(time),
            leaks.last_link_local,
            leaks.last_iid_kind,
            leaks.last_mac_oui
        ]);
        assert_eq!(told, *expected, "{id}");
    }
    let mut unreadable = 0;
    for (id, expected) in &lists {
        let row = store.identity_row(id.parse().unwrap()).await.unwrap().unwrap();
        let told = json!(row.identity.ipv6_link_local_iids);
        assert_eq!(parsed(&told), parsed(expected), "{id}");
        let before = base.1[id].as_str().filter(|text| list_of_objects(text).is_none() && told != **text);
        assert_eq!(row.ipv6_unreadable.as_deref(), before, "{id}: what stood there is kept");
        unreadable += u32::from(before.is_some());
    }
    assert_eq!((failed.len(), unreadable), (15, 7));
}

/// Attackers and lists before all leaks.
fn base(golden: &Golden) -> (Attackers, Lists) {
    let attackers = golden.rows("base.db", "SELECT * FROM attackers");
    let lists = golden.rows("base.db", "SELECT uuid, ipv6_link_local_iids FROM attacker_identities");
    let leaks = |row: &Row| {
        let at = row["last_ipv6_leak_at"].as_str().map(shown);
        let last = ["last_ipv6_link_local", "last_ipv6_iid_kind", "last_ipv6_mac_oui"].map(|it| &row[it]);
        json!([row["ipv6_leak_count"], at, last[0], last[1], last[2]])
    };
    let key = |row: &Row| row["uuid"].as_str().unwrap().to_owned();
    (
        attackers.iter().map(|row| (key(row), leaks(row))).collect(),
        lists.iter().map(|row| (key(row), row["ipv6_link_local_iids"].clone())).collect(),
    )
}

fn model(
    bumps: &[Value],
    (attackers, lists): &(Attackers, Lists),
    failed: &BTreeSet<usize>,
    corrected: bool,
) -> (Attackers, Lists) {
    let (mut attackers, mut lists) = (attackers.clone(), lists.clone());
    for (place, bump) in bumps.iter().enumerate().filter(|(place, _)| !failed.contains(place)) {
        let (evidence, _) = (&bump["evidence"], place);
        let given = |name: &str| evidence[name].as_str().filter(|text| !text.is_empty());
        if let Some(row) = attackers.get_mut(bump["attacker_uuid"].as_str().unwrap()) {
            let count = row[0].as_u64().unwrap() + 1;
            *row = json!([count, NOW, given("addr"), given("iid_kind"), given("mac_oui")]);
        } else if corrected {
            // The test names nobody then.
            continue;
        }
        let Some(list) = bump["identity_uuid"].as_str().and_then(|id| lists.get_mut(id)) else { continue };
        let Some(addr) = given("addr") else { continue };
        let mut entries = list.as_str().and_then(list_of_objects).unwrap_or_default();
        let same = |iid: &str| if corrected { canonical(iid) == canonical(addr) } else { iid == addr };
        if !entries.iter().any(|entry| entry["iid"].as_str().is_some_and(same)) {
            let text = |name: &str, default: &str| match evidence.get(name) {
                Some(Value::Null) if corrected => json!(default),
                Some(value) => value.clone(),
                None => json!(default),
            };
            let entry = json!({
                "iid": addr,
                "oui": text("mac_oui", ""),
                "kind": text("iid_kind", "unknown"),
                "first_seen": format!("{NOW}+00:00"),
            });
            entries.push(entry.as_object().unwrap().clone());
            *list = json!(json!(entries).to_string());
        }
    }
    (attackers, lists)
}

fn list_of_objects(text: &str) -> Option<Vec<Map<String, Value>>> {
    if text.is_empty() { Some(Vec::new()) } else { serde_json::from_str(text).ok() }
}

fn canonical(addr: &str) -> String {
    addr.parse::<Ipv6Addr>().map_or_else(|_| addr.to_owned(), |addr| addr.to_string())
}

/// A list is compared as JSON, other texts as they are.
fn parsed(text: &Value) -> Value {
    text.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| text.clone())
}
