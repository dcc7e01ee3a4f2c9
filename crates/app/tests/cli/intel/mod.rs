//! From a file of a provider to the stored tag of an attacker.

mod files;
mod geo;
mod lookup;
mod runs;

use serde_json::json;

use crate::program::{Place, line};

/// Addresses that came to a decoy: one connection each, which says nothing more.
fn came(place: &Place, ips: &[&str]) {
    let lines: Vec<String> = ips
        .iter()
        .map(|ip| {
            let event = json!({
                "eventid": "cowrie.session.connect", "timestamp": "2026-11-24T10:00:00.000000Z", "src_ip": ip,
                "src_port": 4711, "dst_ip": "192.0.2.250", "dst_port": 22, "session": ip, "sensor": "decoy-1",
                "protocol": "ssh",
            });
            event.to_string()
        })
        .collect();
    let file = place.write("cowrie.json", lines.join("\n").as_bytes());
    place.say(&["ingest", &file]);
}

/// Imports a file with this text; what the program says of it.
fn import(place: &Place, name: &str, text: &str, options: &[&str]) -> String {
    let file = place.write(name, text.as_bytes());
    place.say(&[&["intel", "import", &file], options].concat())
}

/// The tags of an address, each as `T1110.001@0.85`, sorted.
fn tags_of(place: &Place, ip: &str) -> Vec<String> {
    let all = text(
        place,
        &format!(
            "SELECT coalesce(group_concat(coalesce(sub_technique_id, technique_id) || '@' || confidence, ' '), '')
             FROM ttp_tag JOIN attackers ON attackers.uuid = ttp_tag.attacker_uuid WHERE ip = '{ip}'"
        ),
    );
    let mut found: Vec<String> = all.split_whitespace().map(str::to_owned).collect();
    found.sort();
    found
}

/// A text, asked of the database itself.
fn text(place: &Place, sql: &str) -> String {
    let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// `1 new, 0 already known` of a line of the summary.
fn told<'a>(summary: &'a str, word: &str) -> &'a str {
    line(summary, word)
}
