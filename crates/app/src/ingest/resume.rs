//! Where to begin reading an input.

use anyhow::Result;
use vespid_ingest::source::SourceError;
use vespid_ingest::source::file::{FINGERPRINT, Fingerprint, Input, fingerprint};
use vespid_model::clock::{Clock, SystemClock};
use vespid_store::{SourceOffset, Store};

use super::feed::Feed;

/// An input's row in the store, and the byte to begin at.
pub(crate) struct Place {
    pub(crate) source: i64,
    pub(crate) position: u64,
    /// Were events of it, or of others, stored with other rules? Then their windows are looked at again.
    pub(crate) again: bool,
}

/// An input opened at its place.
pub(super) struct Begin {
    pub(super) place: Place,
    pub(super) feed: Result<Feed, SourceError>,
}

/// Finds how far this input was read with these rules, opens it there and marks it as being read.
///
/// A file that was rotated has another beginning and is read from its start, as is one that became shorter, or was
/// read with other rules: its events are known then, and only new tags are added. A stream has no past.
pub(super) async fn begin(store: &Store, input: &Input, rules: &str, reread: bool) -> Result<Begin> {
    let now = SystemClock.now();
    let again = reread || store.source_rules_other(rules).await?;
    // A file that cannot be read has no beginning; reading it will say so, in its place.
    let Some(head) = fingerprint(input, FINGERPRINT).ok().flatten() else {
        let place = stream(store, &input.name(), rules, again).await?;
        return Ok(Begin { place, feed: Feed::open(input, 0) });
    };
    let (name, known) = (input.name(), find(store, input).await?);
    let mut begin = row(&name, known.as_ref(), Some(head), rules);
    if reread || known.is_some_and(|known| known.rules != rules) {
        begin.position = 0;
    }
    let feed = Feed::open(input, begin.position);
    if feed.as_ref().is_ok_and(|feed| feed.offset() < begin.position) {
        // It became shorter. Dead letters of what stood there before stay.
        begin = row(&name, None, Some(head), rules);
    }
    let position = begin.position;
    let place = Place { source: store.source_begin(begin, now).await?, position, again };
    Ok(Begin { place, feed })
}

/// The place of what can be read only once: one row for all that came under this name; dead letters of earlier runs stay.
pub(crate) async fn stream(store: &Store, name: &str, rules: &str, again: bool) -> Result<Place> {
    let source = match store.source_list(name).await?.pop() {
        Some(known) => known.id,
        None => store.source_begin(row(name, None, None, rules), SystemClock.now()).await?,
    };
    Ok(Place { source, position: 0, again })
}

/// The newest row of this name whose beginning the file still has.
async fn find(store: &Store, input: &Input) -> Result<Option<SourceOffset>> {
    for stored in store.source_list(&input.name()).await? {
        let same = fingerprint(input, stored.fingerprint_length).ok().flatten();
        if same
            .is_some_and(|same| same.hash == stored.fingerprint && same.length == stored.fingerprint_length)
        {
            return Ok(Some(stored));
        }
    }
    Ok(None)
}

/// A row to begin with: what is known of the input, from now on with this beginning and read with these rules.
pub(crate) fn row(
    name: &str,
    known: Option<&SourceOffset>,
    head: Option<Fingerprint>,
    rules: &str,
) -> SourceOffset {
    SourceOffset {
        id: known.map_or(0, |known| known.id),
        name: name.to_owned(),
        fingerprint: head.map_or(0, |head| head.hash),
        fingerprint_length: head.map_or(0, |head| head.length),
        position: known.map_or(0, |known| known.position),
        rules: rules.to_owned(),
    }
}
