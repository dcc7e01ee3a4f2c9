//! Any file of a provider is entries, or wrong for a reason; what an entry says can be stored and read again.

use vespid_ingest::browser::{Circumstances, Facts, Renderings, compare};
use vespid_ingest::intel::{Given, Item, answer};
use vespid_model::body::Intel;
use vespid_model::listing::{Listing, Provider, Said};
use vespid_model::{Body, UtcMicros};

/// The first byte says whose the file is, as a user may.
pub(crate) fn intel(bytes: &[u8]) {
    let Some((number, file)) = bytes.split_first() else { return };
    let provider = Provider::ALL.get(usize::from(*number) % (Provider::ALL.len() + 1)).copied();
    let (items, failed) = read(file, provider);
    assert_eq!(read(file, provider), (items.clone(), failed), "the same again");
    assert!(items.len() <= file.len() + 1, "{} entries", items.len());
    for item in items {
        match item {
            Item::Said(said) => is_storable(&said),
            Item::Passed(what) => assert!(!what.is_empty()),
            Item::Bad { detail, excerpt, .. } => assert!(!detail.is_empty() && excerpt.len() <= 4096),
        }
    }
    if let Ok(facts) = Facts::parse(file) {
        let source = [203, 0, 113, 9].into();
        let renderings = Renderings::default();
        let around = Circumstances { user_agent: None, source, country: Some("DE"), renderings: &renderings };
        let told = Body::CanaryFingerprint(compare(&facts, around));
        assert!(told.to_json().len() < 200, "{told:?}");
    }
}

fn read(file: &[u8], provider: Option<Provider>) -> (Vec<Item>, Option<String>) {
    let mut items = Vec::new();
    let given = Given { provider, plain_score: 100 };
    let read = answer("file", file, given, &mut |item| {
        items.push(item);
        true
    });
    (items, read.err().map(|error| error.to_string()))
}

fn is_storable(said: &Said) {
    let body: Intel = said.body();
    let text = Body::Intel(Box::new(body.clone())).to_json();
    let again =
        Said::new(said.feed, said.ip, said.seen, serde_json::from_str(&text).expect("it was just written"));
    assert_eq!(again, *said, "what is read again says the same");
    let mut joined = said.clone();
    joined.join(&again);
    assert_eq!(joined, *said, "nobody says more by saying it twice");
    let now = UtcMicros::EARLIEST;
    let listing = Listing { said: said.clone(), since: now, imported_at: now, expires_at: None };
    assert_eq!(listing.event().is_none(), said.is_silent());
}
