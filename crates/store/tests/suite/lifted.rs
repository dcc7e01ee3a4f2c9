//! Tags with evidence of their own.

use vespid_model::evidence::{Browser, Evidence};
use vespid_model::tag::Tagged;
use vespid_store::Batch;
use vespid_testkit::event::command;
use vespid_testkit::tag::tag;

use super::Place;

/// What a lifter shows stands in place of the event, follows what is said last, and is gone when nothing is shown.
pub(crate) async fn evidence_of_its_own_is_stored_shown_and_changed(place: Place) {
    let db = place.fresh().await;
    let event = command(1, 1, "s1", "id");
    let batch = |evidence: Option<Evidence>| {
        let tag = vespid_model::Tag { evidence, ..tag(&event, "lifted", "TA0007/T1033@0.7") };
        let tagged = Tagged { event: event.clone(), tags: vec![tag] };
        Batch { tagged: vec![tagged], tagged_at: Some(vespid_testkit::event::at(9)), ..Batch::default() }
    };
    let shown = |metric| Some(Evidence::Browser(Browser { metric, matched_signature: "é\"" }));
    let mut changed = Vec::new();
    for (evidence, expected) in [
        (shown("one"), r#"{"metric":"one","matched_signature":"é\""}"#),
        (shown("one"), r#"{"metric":"one","matched_signature":"é\""}"#),
        (shown("two"), r#"{"metric":"two","matched_signature":"é\""}"#),
        (None, &*event.body_json),
        (shown("one"), r#"{"metric":"one","matched_signature":"é\""}"#),
    ] {
        let lifted = evidence.is_some();
        let done = db.store.commit(batch(evidence)).await.unwrap();
        changed.push((done.tags_new, done.tags_changed, done.tags_duplicate));
        let row = db.store.tag_page(None, 9).await.unwrap().remove(0);
        assert_eq!(row.evidence, expected);
        let found = db.store.tag_find(row.tag.id).await.unwrap().unwrap();
        assert_eq!((&*found.evidence, found.event.unwrap().body), (expected, event.body.clone()));
        assert_eq!(found.tag.lifted.as_deref(), lifted.then_some(expected));
        assert_eq!(db.value("SELECT evidence FROM ttp_tag").await, expected);
    }
    assert_eq!(changed, [(1, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 0), (0, 1, 0)]);
}
