//! What was seen with whom.

use std::sync::Arc;

use vespid_model::event::Event;
use vespid_model::rows::ObservableRow;
use vespid_model::tag::Tagged;
use vespid_model::{Observable, ObservableKind};
use vespid_store::{Batch, LOOKED_THROUGH, ObservableFilter, Store};
use vespid_testkit::event::{at, command, ip};

use super::Place;

fn url(value: &str) -> Observable {
    Observable::new(ObservableKind::Url, value).unwrap()
}

fn shape() -> Observable {
    Observable::new(ObservableKind::CommandShape, "wget *").unwrap()
}

/// Who tries ten thousand passwords and more: all are counted, and what is seen often is found among those that are
/// looked through.
pub(crate) async fn what_is_listed_of_one_attacker_is_bounded(place: Place) {
    let store = place.fresh().await.store;
    let most = usize::try_from(LOOKED_THROUGH).unwrap();
    let often = (command(0, 1, "s", "wget http://a/"), vec![url("http://a/"), shape()]);
    let again = (command(1, 1, "s", "wget http://a/"), vec![url("http://a/"), shape()]);
    store.commit(batch(&[often, again])).await.unwrap();
    let passwords: Vec<_> = (0..most + 5)
        .map(|it| Observable::new(ObservableKind::Credential, &format!("[\"root\",\"{it}\"]")).unwrap())
        .collect();
    for (second, part) in (2..).zip(passwords.chunks(250)) {
        store.commit(batch(&[(command(second, 1, "s", "id"), part.to_vec())])).await.unwrap();
    }
    let filter = ObservableFilter { attacker: Some(ip(1)), ..Default::default() };
    let page = store.observable_list(filter, 3, 0).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (most as u64 + 7, 3));
    assert_eq!(page.rows.iter().map(|row| row.events).collect::<Vec<_>>(), [2, 2, 1]);
    let last = store.observable_list(filter, 9, LOOKED_THROUGH - 1).await.unwrap();
    assert_eq!((last.total, last.rows.len()), (page.total, 1), "no more is looked through");
}

/// Events with what they show; the fifth is the second again.
fn seen() -> Vec<(Event, Vec<Observable>)> {
    vec![
        (command(5, 1, "s1", "wget http://a/"), vec![url("http://a/"), shape()]),
        (command(3, 1, "s1", "wget http://b/"), vec![url("http://b/"), shape()]),
        (command(9, 1, "s2", "id"), vec![]),
        (command(7, 2, "s3", "wget http://a/?"), vec![url("http://a/"), shape()]),
        (command(3, 1, "s1", "wget http://b/"), vec![url("http://b/"), shape()]),
    ]
}

fn batch(seen: &[(Event, Vec<Observable>)]) -> Batch {
    let observed = seen.iter().enumerate().filter(|(_, (_, shown))| !shown.is_empty());
    Batch {
        tagged: seen.iter().map(|(event, _)| Tagged { event: event.clone(), tags: Vec::new() }).collect(),
        observed: observed.map(|(place, (_, shown))| (place, Arc::from(shown.as_slice()))).collect(),
        ..Batch::default()
    }
}

async fn everything(store: &Store) -> Vec<ObservableRow> {
    store.observable_list(ObservableFilter::default(), 100, 0).await.unwrap().rows
}

pub(crate) async fn what_was_seen_is_counted_once_in_any_order(place: Place) {
    let row = |observable, attackers, events, first, last| ObservableRow {
        observable,
        attackers,
        events,
        first_seen: at(first),
        last_seen: at(last),
    };
    let expected =
        [row(shape(), 2, 3, 3, 7), row(url("http://a/"), 2, 2, 5, 7), row(url("http://b/"), 1, 1, 3, 3)];
    let whole = place.fresh().await.store;
    whole.commit(batch(&seen())).await.unwrap();
    assert_eq!(everything(&whole).await, expected);
    whole.commit(batch(&seen())).await.unwrap();
    assert_eq!(everything(&whole).await, expected, "the second time counts nothing");

    let pieces = place.fresh().await.store;
    for one in seen().rchunks(1) {
        pieces.commit(batch(one)).await.unwrap();
    }
    assert_eq!(everything(&pieces).await, expected);

    let filter = ObservableFilter { kind: Some(ObservableKind::Url), attackers: 2, ..Default::default() };
    let page = whole.observable_list(filter, 1, 0).await.unwrap();
    assert_eq!((page.total, &page.rows[..]), (1, &expected[1..2]));
    let filter = ObservableFilter { attacker: Some(ip(1)), ..Default::default() };
    let page = whole.observable_list(filter, 1, 1).await.unwrap();
    assert_eq!((page.total, &page.rows[..]), (3, &[row(url("http://a/"), 2, 1, 5, 5)][..]));

    let filter = ObservableFilter { kind: Some(ObservableKind::Url), ..filter };
    let page = whole.observable_list(filter, 9, 0).await.unwrap();
    assert_eq!((page.total, page.rows.len(), &page.rows[0]), (2, 2, &row(url("http://a/"), 2, 1, 5, 5)));
    let stranger = ObservableFilter { attacker: Some(ip(9)), ..Default::default() };
    assert_eq!(whole.observable_list(stranger, 9, 0).await.unwrap().total, 0);

    let of = whole.sighting_list(&url("http://a/"), 10, 0).await.unwrap();
    let of: Vec<_> = of.rows.iter().map(|row| (row.ip, row.events, row.first_seen, row.last_seen)).collect();
    assert_eq!(of, [(ip(1), 1, at(5), at(5)), (ip(2), 1, at(7), at(7))]);
    // The first session has both addresses; shapes are not kept by session.
    let together = whole.seen_together(&url("http://a/"), 9).await.unwrap();
    let together: Vec<_> = together.iter().map(|row| (row.observable.value(), row.sessions)).collect();
    assert_eq!(together, [("http://b/", 1)]);
    assert_eq!(whole.sighting_list(&url("http://c/"), 10, 0).await.unwrap().total, 0);
}
