//! Commands and canary triggers, which are read to be tagged once more.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use vespid_model::UtcMicros;
use vespid_store::Store;

use super::answers::time;
use super::data::{Row, shown, tolerable};
use super::fixes::{Fix, Fixes};
use super::model::{Model, sorted};

/// What DECNET has no zone for is UTC; it asks from 1970 on.
fn since(text: &str) -> UtcMicros {
    UtcMicros::parse(text).unwrap_or(UtcMicros::EARLIEST)
}

fn is_since(row: &Row, column: &str, since: UtcMicros) -> bool {
    UtcMicros::parse(row[column].as_str().unwrap()).unwrap() >= since
}

impl Model {
    /// Attackers with their commands, and how much could not be read.
    pub(crate) fn commands(&self, from: &str, fixes: Fixes) -> (Vec<Value>, u64) {
        let (mut rows, mut malformed) = (Vec::new(), 0);
        for row in self.rows["attackers"].iter().filter(|row| is_since(row, "last_seen", since(from))) {
            let text = row["commands"].as_str().unwrap();
            let commands = if fixes.has(Fix::Commands) {
                let (commands, bad) = read_by_us(text);
                malformed += bad;
                commands
            } else {
                let Some(commands) = read_by_python(text) else { continue };
                commands
            };
            rows.push(json!({
                "attacker_uuid": row["uuid"],
                "commands": commands,
                "identity_id": row["identity_id"],
                "last_seen": shown(row["last_seen"].as_str().unwrap()),
            }));
        }
        (sorted(rows), malformed)
    }

    pub(crate) fn triggers(&self, from: &str) -> Vec<Value> {
        let rows = self.rows["canary_triggers"].iter();
        let rows = rows.filter(|row| is_since(row, "occurred_at", since(from))).map(|row| {
            let mut row = row.clone();
            let headers: Option<Map<String, Value>> =
                serde_json::from_str(row["raw_headers"].as_str().unwrap()).ok();
            row.insert("headers".to_owned(), Value::Object(headers.unwrap_or_default()));
            let time = shown(row["occurred_at"].as_str().unwrap());
            row.insert("occurred_at".to_owned(), json!(time));
            Value::Object(row)
        });
        sorted(rows.collect())
    }
}

/// None for what is no list.
fn read_by_python(text: &str) -> Option<Vec<Value>> {
    let text = if text.is_empty() { "[]" } else { text };
    let list: Vec<Value> = serde_json::from_str(&tolerable(text)).ok()?;
    Some(list.into_iter().filter(Value::is_object).collect())
}

/// Each entry by itself; a text that is no list is one that cannot be read.
fn read_by_us(text: &str) -> (Vec<Value>, u64) {
    let Ok(entries) = serde_json::from_str::<Vec<&RawValue>>(if text.is_empty() { "[]" } else { text })
    else {
        return (Vec::new(), 1);
    };
    let read = |entry: &&RawValue| serde_json::from_str::<Map<String, Value>>(entry.get()).ok();
    let commands: Vec<Value> = entries.iter().filter_map(read).map(Value::Object).collect();
    let malformed = entries.len() - commands.len();
    (commands, malformed as u64)
}

pub(crate) async fn commands(store: &Store, from: &str) -> (Vec<Value>, u64) {
    let mut items = store.attacker_commands_since(since(from));
    let (mut rows, mut named) = (BTreeMap::<String, Value>::new(), 0);
    while let Some(item) = items.next().await.unwrap() {
        named += item.malformed.len() as u64;
        let row = rows.entry(item.attacker.to_string()).or_insert_with(|| {
            json!({
                "attacker_uuid": item.attacker.to_string(),
                "commands": [],
                "identity_id": item.identity.map(|id| id.to_string()),
                "last_seen": time(item.last_seen),
            })
        });
        row["commands"].as_array_mut().unwrap().extend(item.commands.into_iter().map(Value::Object));
    }
    assert_eq!(items.malformed(), named);
    (sorted(rows.into_values().collect()), named)
}

pub(crate) async fn triggers(store: &Store, from: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = store.canary_triggers_since(since(from), after, 7).await.unwrap();
        let Some(last) = page.last() else { return sorted(rows) };
        after = Some(last.cursor());
        rows.extend(page.iter().map(|row| {
            let trigger = &row.trigger;
            json!({
                "uuid": trigger.id.to_string(),
                "token_uuid": trigger.token.to_string(),
                "occurred_at": time(trigger.occurred_at),
                "src_ip": trigger.src_ip,
                "user_agent": trigger.user_agent,
                "request_path": trigger.request_path,
                "dns_qname": trigger.dns_qname,
                "raw_headers": trigger.raw_headers,
                "attacker_id": trigger.attacker.map(|id| id.to_string()),
                "headers": row.headers.clone().unwrap_or_default(),
            })
        }));
    }
}
