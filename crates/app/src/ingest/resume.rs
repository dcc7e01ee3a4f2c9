//! Where to begin reading an input.

use anyhow::Result;
use vespid_ingest::source::SourceError;
use vespid_ingest::source::file::{Fingerprint, Input, fingerprint};
use vespid_model::clock::{Clock, SystemClock};
use vespid_store::{SourceOffset, Store};

use super::feed::Feed;

/// How many bytes of a file's beginning tell it from another one under the same name.
const HEAD: u64 = 1024;

/// An input's row in the store, the byte to begin at, and the input opened there.
pub(super) struct Begin {
    pub(super) source: i64,
    pub(super) position: u64,
    /// Were events of it, or of others, stored with other rules? Then their windows are looked at again.
    pub(super) again: bool,
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
    let Some(head) = fingerprint(input, HEAD).ok().flatten() else {
        let known = store.source_list(&input.name()).await?.pop();
        // One row for all that came under this name; dead letters of earlier runs stay.
        let source = match known {
            Some(known) => known.id,
            None => store.source_begin(row(input, None, None, rules), now).await?,
        };
        return Ok(Begin { source, position: 0, again, feed: Feed::open(input, 0) });
    };
    let known = find(store, input).await?;
    let mut begin = row(input, known.as_ref(), Some(head), rules);
    if reread || known.is_some_and(|known| known.rules != rules) {
        begin.position = 0;
    }
    let feed = Feed::open(input, begin.position);
    if feed.as_ref().is_ok_and(|feed| feed.offset() < begin.position) {
        // It became shorter. Dead letters of what stood there before stay.
        begin = row(input, None, Some(head), rules);
    }
    let position = begin.position;
    Ok(Begin { source: store.source_begin(begin, now).await?, position, again, feed })
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

fn row(input: &Input, known: Option<&SourceOffset>, head: Option<Fingerprint>, rules: &str) -> SourceOffset {
    SourceOffset {
        id: known.map_or(0, |known| known.id),
        name: input.name(),
        fingerprint: head.map_or(0, |head| head.hash),
        fingerprint_length: head.map_or(0, |head| head.length),
        position: known.map_or(0, |known| known.position),
        rules: rules.to_owned(),
    }
}
