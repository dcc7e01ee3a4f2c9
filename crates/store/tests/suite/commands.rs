//! What attackers typed.

use vespid_model::UtcMicros;
use vespid_model::actor::{AttackerProfile, AttackerPut, Identity, IdentityPut};
use vespid_model::tag::Tagged;
use vespid_store::{CommandsItem, Store};
use vespid_testkit::event::{at, command, connect, ip};

use super::Place;
use super::actors::{attacker, identity, put};
use crate::{batch, tagged};

async fn all(store: &Store, since: UtcMicros) -> (Vec<CommandsItem>, u64) {
    let mut commands = store.attacker_commands_since(since);
    let mut items = Vec::new();
    while let Some(item) = commands.next().await.unwrap() {
        items.push(item);
    }
    assert!(commands.next().await.unwrap().is_none());
    (items, commands.malformed())
}

fn typed(item: &CommandsItem) -> Vec<&str> {
    item.commands.iter().map(|command| command["command"].as_str().unwrap()).collect()
}

fn with_commands(last: u8, second: i64, commands: &str) -> AttackerPut {
    let commands = Some(commands.to_owned());
    let profile = AttackerProfile { commands, ..AttackerProfile::new(at(0)) };
    AttackerPut { first_seen: at(0), last_seen: at(second), profile: Some(profile), ..put(ip(last)) }
}

pub(crate) async fn commands_come_by_attacker(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    let one = IdentityPut { identity: Identity::new(identity(1), at(0)), campaign: None, merged_into: None };
    store.identity_put(vec![one]).await.unwrap();
    let events = vec![
        tagged(connect(0, 1, "s1"), &[]),
        tagged(command(5, 1, "s1", "second"), &[]),
        tagged(command(4, 1, "s2", "first"), &[]),
        tagged(command(6, 1, "s1", "third"), &[]),
        tagged(command(6, 2, "s1", "theirs"), &[]),
        tagged(connect(7, 4, "s4"), &[]),
    ];
    store.commit(batch(events)).await.unwrap();
    let text = r#"[{"command":"old","x":1}, 7, {"command":"older"}, ["x"], {"command":"\ud800"}]"#;
    store
        .attacker_put(AttackerPut { identity: Some(identity(1)), ..with_commands(1, 50, text) })
        .await
        .unwrap();
    for (last, second, text) in [(3, 60, "[NaN]"), (5, 40, ""), (6, 61, "{}"), (7, 1, "[]")] {
        store.attacker_put(with_commands(last, second, text)).await.unwrap();
    }

    let (items, malformed) = all(store, at(6)).await;
    let who: Vec<_> = items.iter().map(|item| (item.ip, item.last_seen)).collect();
    let (first, second) = ((ip(1), at(50)), (ip(3), at(60)));
    assert_eq!(who, [(ip(2), at(6)), (ip(4), at(7)), (ip(5), at(40)), first, first, second, (ip(6), at(61))]);
    assert_eq!(typed(&items[0]), ["theirs"]);
    assert!(items[1].commands.is_empty() && items[1].malformed.is_empty(), "nothing typed, and said so");
    assert!(items[2].commands.is_empty() && items[2].malformed.is_empty());
    assert_eq!((items[3].attacker, items[3].identity), (attacker(1), Some(identity(1))));
    assert_eq!((typed(&items[3]), items[3].commands[0]["x"].as_i64()), (vec!["old", "older"], Some(1)));
    assert_eq!(items[3].malformed[..2], ["entry 1 is a number", "entry 3 is a list"]);
    assert!(items[3].malformed[2].starts_with("entry 4 cannot be read: "), "{:?}", items[3].malformed);
    assert_eq!(typed(&items[4]), ["first", "second", "third"]);
    let object = serde_json::to_string(&items[4].commands[0]).unwrap();
    let expected =
        r#"{"command":"first","decky":"decky-a","service":null,"timestamp":"2026-11-24T00:00:04.000000Z"}"#;
    assert_eq!(object, expected);
    assert_eq!(items[4].commands[1]["service"], "ssh");
    assert!(items[5].malformed[0].starts_with("the text is no JSON: "), "{:?}", items[5].malformed);
    assert_eq!(items[6].malformed, ["the text is an object, not a list"]);
    assert_eq!(malformed, 5);

    assert_eq!(all(store, at(61)).await.0.len(), 1);
    assert_eq!(all(store, at(62)).await, (Vec::new(), 0));
    assert_eq!(all(store, at(0)).await.0.len(), 8);
}

pub(crate) async fn many_commands_come_in_several_items(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    let entries: Vec<String> = (0..1500).map(|number| format!("{{\"command\":\"p{number:04}\"}}")).collect();
    store.attacker_put(with_commands(1, 1, &format!("[{}]", entries.join(",")))).await.unwrap();
    let event = |number: u16| -> Tagged {
        // Three of a time, in sessions that alternate.
        let session = if number.is_multiple_of(2) { "a" } else { "b" };
        tagged(command(i64::from(number / 3), 1, session, &format!("e{number:04}")), &[])
    };
    store.commit(batch((0..2100).map(event).collect())).await.unwrap();
    // One whose events are large.
    let large = |second| tagged(command(second, 2, "s", &format!("{second}{}", "x".repeat(1 << 20))), &[]);
    store.commit(batch((9000..9006).map(large).collect())).await.unwrap();

    let (items, malformed) = all(store, at(0)).await;
    let sizes: Vec<_> = items.iter().map(|item| (item.attacker, item.commands.len())).collect();
    let (one, two) = (attacker(1), attacker(2));
    assert_eq!(sizes, [(one, 1000), (one, 500), (one, 1000), (one, 1000), (one, 100), (two, 3), (two, 3)]);
    assert_eq!(malformed, 0);
    let profile: Vec<_> = items[..2].iter().flat_map(typed).collect();
    assert!(profile.windows(2).all(|pair| pair[0] < pair[1]));
    let mut seen: Vec<_> = items[2..5].iter().flat_map(typed).collect();
    let times: Vec<_> =
        items[2..5].iter().flat_map(|item| &item.commands).map(|it| it["timestamp"].as_str()).collect();
    assert!(times.is_sorted());
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 2100, "each once");
}
