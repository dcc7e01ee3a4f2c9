//! What others say of addresses.

use vespid_model::id::IntelId;
use vespid_model::intel::Intel;
use vespid_store::StoreError;
use vespid_testkit::event::{at, ip};

use super::Place;
use super::actors::{attacker, put};

const fn id(number: u8) -> IntelId {
    IntelId::from_bytes([number; 16])
}

pub(crate) async fn intel_is_one_row_for_each_attacker(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.attacker_put_all(vec![put(ip(1)), put(ip(2)), put(ip(3))]).await.unwrap();
    let full = Intel {
        greynoise_classification: Some("malicious".to_owned()),
        greynoise_tags: "[\"ssh\"]".to_owned(),
        greynoise_queried_at: Some(at(1)),
        abuseipdb_score: Some(150),
        feodo_listed: Some(false),
        threatfox_listed: Some(true),
        threatfox_raw: "{\"q\":\"ok?\"}".to_owned(),
        aggregate_verdict: Some("malicious".to_owned()),
        ..Intel::new(id(1), attacker(1), at(2), at(3))
    };
    assert_eq!(store.intel_put(full.clone()).await.unwrap(), id(1));
    assert_eq!(store.intel_find(attacker(1)).await.unwrap(), Some(full));
    // All of it is replaced but the id.
    let bare = Intel::new(id(9), attacker(1), at(7), at(8));
    assert_eq!(store.intel_put(bare.clone()).await.unwrap(), id(1));
    assert_eq!(store.intel_find(attacker(1)).await.unwrap(), Some(Intel { id: id(1), ..bare }));

    let error = store.intel_put(Intel::new(id(1), attacker(2), at(1), at(2))).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken { noun: "intel", .. }), "{error}");
    let error = store.intel_put(Intel::new(id(4), attacker(4), at(1), at(2))).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown { noun: "attacker", .. }), "{error}");
    assert_eq!(store.intel_find(attacker(4)).await.unwrap(), None);
    assert_eq!(store.intel_find(attacker(2)).await.unwrap(), None);

    // Large answers make short pages.
    for number in [2, 3] {
        let large = Intel {
            feodo_raw: format!("\"{}\"", "x".repeat(3 << 20)),
            ..Intel::new(id(number), attacker(number), at(number.into()), at(9))
        };
        store.intel_put(large).await.unwrap();
    }
    let (mut ids, mut pages) = (Vec::new(), 0);
    while let Some(page) = Some(store.intel_list(9, u32::try_from(ids.len()).unwrap()).await.unwrap())
        && !page.rows.is_empty()
    {
        assert_eq!(page.total, 3);
        ids.extend(page.rows.iter().map(|row| row.id));
        pages += 1;
    }
    assert_eq!((ids, pages), (vec![id(1), id(3), id(2)], 2));
}
