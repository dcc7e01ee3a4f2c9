//! Where to begin reading an input.

use anyhow::Result;
use vespid_ingest::source::file::{Fingerprint, Input, fingerprint};
use vespid_model::clock::{Clock, SystemClock};
use vespid_store::{SourceOffset, Store};

/// How many bytes of a file's beginning tell it from another one under the same name.
const HEAD: u64 = 1024;

/// An input's row in the store, and the byte to begin at.
pub(super) struct Begin {
    pub(super) source: i64,
    pub(super) position: u64,
}

/// Finds how far this input was read with these rules and marks it as being read.
///
/// A file that was rotated has another beginning and is read from its start, as is one that was read with other
/// rules: its events are known then, and only new tags are added. Standard input has no past.
pub(super) async fn begin(store: &Store, input: &Input, rules: &str, reread: bool) -> Result<Begin> {
    let now = SystemClock.now();
    // A file that cannot be read has no beginning; reading it will say so, in its place.
    let Some(head) = fingerprint(input, HEAD).ok().flatten() else {
        let known = store.source_list(&input.name()).await?.pop();
        // One row for all that came under this name; dead letters of earlier runs stay.
        let source = match known {
            Some(known) => known.id,
            None => store.source_begin(row(input, None, None, rules), now).await?,
        };
        return Ok(Begin { source, position: 0 });
    };
    let mut known = None;
    for stored in store.source_list(&input.name()).await? {
        let same = fingerprint(input, stored.fingerprint_length).ok().flatten();
        if same
            .is_some_and(|same| same.hash == stored.fingerprint && same.length == stored.fingerprint_length)
        {
            known = Some(stored);
            break;
        }
    }
    let mut row = row(input, known.as_ref(), Some(head), rules);
    if reread || known.is_some_and(|known| known.rules != rules) {
        row.position = 0;
    }
    let position = row.position;
    Ok(Begin { source: store.source_begin(row, now).await?, position })
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
