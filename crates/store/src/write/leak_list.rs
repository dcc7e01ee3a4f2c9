//! The list of an identity's link-local addresses: JSON objects, one for each address.

use std::net::Ipv6Addr;

use serde_json::{Map, Value, json};
use vespid_model::UtcMicros;
use vespid_model::actor::Leak;

/// What becomes of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// The list to be stored; None when it stays as it is.
    pub(super) list: Option<String>,
    /// What stood there and is no list of objects.
    pub(super) unreadable: Option<String>,
    /// The address is new.
    pub(super) added: bool,
}

/// Adds an address to a list, unless it is there.
pub(super) fn listed(text: Option<&str>, leak: &Leak, at: UtcMicros) -> Listed {
    let text = text.unwrap_or_default();
    let (mut entries, unreadable) = match serde_json::from_str::<Vec<Map<String, Value>>>(text) {
        Ok(entries) => (entries, None),
        Err(_) if text.is_empty() => (Vec::new(), None),
        Err(_) => (Vec::new(), Some(line(text))),
    };
    let address = canonical(&leak.addr);
    let is_it = |entry: &Map<String, Value>| {
        entry.get("iid").and_then(Value::as_str).is_some_and(|iid| canonical(iid) == address)
    };
    if entries.iter().any(is_it) {
        return Listed { list: None, unreadable, added: false };
    }
    let mut list: Vec<Value> = entries.drain(..).map(Value::Object).collect();
    list.push(json!({
        "iid": leak.addr,
        "oui": leak.mac_oui.as_deref().unwrap_or_default(),
        "kind": leak.iid_kind.as_deref().unwrap_or("unknown"),
        "first_seen": iso(at),
    }));
    Listed { list: Some(Value::Array(list).to_string()), unreadable, added: true }
}

/// What two spellings of one address have in common.
fn canonical(addr: &str) -> String {
    addr.trim().parse::<Ipv6Addr>().map_or_else(|_| addr.trim().to_lowercase(), |addr| addr.to_string())
}

/// As Python writes a time in UTC, as it stands in lists that DECNET began.
fn iso(at: UtcMicros) -> String {
    let text = at.to_string();
    let text = text.trim_end_matches('Z');
    format!("{}+00:00", text.strip_suffix(".000000").unwrap_or(text))
}

/// One line: a text that has several is quoted, with escapes.
fn line(text: &str) -> String {
    if text.contains(['\n', '\r']) { Value::from(text).to_string() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leak(addr: &str) -> Leak {
        Leak { addr: addr.to_owned(), ..Leak::default() }
    }

    fn at(micros: i64) -> UtcMicros {
        UtcMicros::from_micros(1_767_225_600_000_000 + micros)
    }

    #[test]
    fn an_address_is_added_once_however_it_is_spelt() {
        let first = listed(None, &leak("fe80::AB"), at(0)).list.unwrap();
        let entry =
            r#"[{"first_seen":"2026-01-01T00:00:00+00:00","iid":"fe80::AB","kind":"unknown","oui":""}]"#;
        assert_eq!(first, entry);
        for same in ["fe80::ab", "FE80::AB", "fe80:0:0::00ab"] {
            assert!(!listed(Some(&first), &leak(same), at(1)).added, "{same}");
        }
        for other in ["fe80::abc", "fe80::ab%eth0", "no address"] {
            assert!(listed(Some(&first), &leak(other), at(1)).added, "{other}");
        }
        let leak = Leak {
            iid_kind: Some("eui64".to_owned()),
            mac_oui: Some("00:11:22".to_owned()),
            ..leak("FE80::1")
        };
        let second = listed(Some(&first), &leak, at(5)).list.unwrap();
        let list: Vec<Map<String, Value>> = serde_json::from_str(&second).unwrap();
        assert_eq!(list.len(), 2, "the first is kept");
        assert_eq!(list[1]["first_seen"], "2026-01-01T00:00:00.000005+00:00");
        assert_eq!((&list[1]["kind"], &list[1]["oui"]), (&json!("eui64"), &json!("00:11:22")));
    }

    #[test]
    fn what_is_no_list_of_objects_is_handed_back_whole() {
        for bad in
            ["null", "7", "{}", r#"{"iid":"fe80::1"}"#, r#"["x"]"#, "[null]", "not json", "[{}] x", " "]
        {
            let listed = listed(Some(bad), &leak("fe80::1"), at(0));
            assert_eq!(listed.unreadable.as_deref(), Some(bad));
            assert!(listed.added && listed.list.unwrap().starts_with("[{"), "{bad}");
        }
        let lines = listed(Some("a\nb"), &leak("fe80::1"), at(0)).unreadable.unwrap();
        assert_eq!(lines, r#""a\nb""#);
        for good in ["", "[]", r#"[{"iid":7}]"#] {
            assert_eq!(listed(Some(good), &leak("fe80::1"), at(0)).unreadable, None, "{good}");
        }
    }
}
