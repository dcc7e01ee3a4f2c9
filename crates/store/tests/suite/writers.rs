//! Several processes that write at once.

use vespid_model::body::AuthResult;
use vespid_model::rows::Scope;
use vespid_model::tag::Tagged;
use vespid_store::{Committed, Store};
use vespid_testkit::event::{command, connect, login};

use super::Place;
use crate::{batch, everything, tagged};

const WRITERS: usize = 8;
const EVENTS: usize = 600;

/// Events of ten attackers, five sessions each, two of three with a tag.
fn events() -> Vec<Tagged> {
    (0..EVENTS)
        .map(|number| {
            let (second, last) = (i64::try_from(number).unwrap(), u8::try_from(number % 10).unwrap());
            let session = format!("s{}", number % 50);
            match number % 3 {
                0 => tagged(connect(second, last, &session), &[]),
                1 => {
                    let event = login(second, last, &session, ("root", &session), AuthResult::Success);
                    tagged(event, &[("login", "TA0001/T1078.001@0.8"), ("weak", "TA0001/T1078@0.1")])
                }
                _ => tagged(command(second, last, &session, "id"), &[("id", "TA0007/T1082@0.7")]),
            }
        })
        .collect()
}

/// Each stores all events, in batches of another size and from another place on.
pub(crate) async fn eight_writers_at_once_add_up(place: Place) {
    let db = place.fresh().await;
    let tasks: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write(db.url.clone(), writer))).collect();
    let mut sum = Committed::default();
    for task in tasks {
        sum += task.await.unwrap();
    }
    let (all, tags) = (EVENTS as u64, EVENTS as u64 / 3 * 2);
    let times = WRITERS as u64;
    let expected = Committed {
        events_new: all,
        events_duplicate: all * (times - 1),
        sessions_new: 50,
        attackers_new: 10,
        tags_new: tags,
        tags_duplicate: tags * (times - 1),
        tags_floored: all / 3 * times,
        ..Committed::default()
    };
    assert_eq!(sum, expected);
    let totals = db.store.totals(&Scope::Fleet).await.unwrap();
    assert_eq!((totals.events, totals.sessions, totals.attackers, totals.tags), (all, 50, 10, tags));

    let alone = place.fresh().await;
    alone.store.commit(batch(events())).await.unwrap();
    assert_eq!(everything(&db.store).await, everything(&alone.store).await);
}

async fn write(url: String, writer: usize) -> Committed {
    let store = Store::open(&url).await.unwrap();
    let mut events = events();
    events.rotate_left(writer * 37);
    let mut sum = Committed::default();
    while !events.is_empty() {
        let rest = events.split_off(events.len().min(40 + writer * 7));
        sum += store.commit(batch(std::mem::replace(&mut events, rest))).await.unwrap();
    }
    sum
}
