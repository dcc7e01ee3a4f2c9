//! Where to go on reading a file that is followed.
//!
//! A file is known by the fingerprint of its beginning, whatever its name: a log that was rotated is read on and not
//! again, and so is the copy that is made before a log is cut off. One that is shorter than a fingerprint is known only
//! under its own name, because several short files may begin alike: under another name it is read again, which
//! changes nothing but costs a moment.

use anyhow::Result;
use vespid_ingest::source::SourceError;
use vespid_ingest::source::file::{FINGERPRINT, Fingerprint, Input, LineReader, Tail, fingerprint};
use vespid_model::clock::{Clock, SystemClock};
use vespid_store::{SourceOffset, Store};

use crate::ingest::{Place, Shared, row};

/// The place of a plain file. None where it seems to be cut off and may be a copy that is still being made, unless it has
/// not changed for a while (`is_settled`).
pub(super) async fn of_tail(
    shared: &Shared,
    name: &str,
    tail: &Tail,
    is_settled: bool,
) -> Result<Option<Place>> {
    let print = tail.fingerprint();
    let known = find(shared, name, print, |length| tail.fingerprint_of(length).ok().flatten()).await?;
    // Where the system does not say, reading will.
    let length = tail.length().unwrap_or(u64::MAX);
    let is_shorter = known.as_ref().is_some_and(|known| known.position > length);
    if is_shorter && !is_settled {
        return Ok(None);
    }
    Ok(Some(begin(shared, name, known.filter(|_| !is_shorter), print).await?))
}

/// The place of a compressed file, and the file opened there.
pub(super) async fn of_packed(
    shared: &Shared,
    input: &Input,
) -> Result<Result<(Place, LineReader), SourceError>> {
    let prefix = |length| fingerprint(input, length).ok().flatten();
    let print = match fingerprint(input, FINGERPRINT) {
        Ok(print) => print.unwrap_or(Fingerprint { hash: 0, length: 0 }),
        Err(error) => return Ok(Err(error)),
    };
    let known = find(shared, &input.name(), print, prefix).await?;
    let position = known.as_ref().map_or(0, |known| known.position);
    let reader = match LineReader::open(input, position) {
        Ok(reader) => reader,
        Err(error) => return Ok(Err(error)),
    };
    // A shorter one is another one.
    let known = known.filter(|_| reader.offset() == position);
    let place = begin(shared, &input.name(), known, print).await?;
    Ok(Ok((place, reader)))
}

/// What is known of a file with this beginning. Read with other rules, it is read from its beginning.
async fn find(
    shared: &Shared,
    name: &str,
    print: Fingerprint,
    prefix: impl Fn(u64) -> Option<Fingerprint>,
) -> Result<Option<SourceOffset>> {
    let rules = digest(shared);
    let of_now = |known: SourceOffset| {
        if known.rules == rules { known } else { SourceOffset { position: 0, ..known } }
    };
    let known = whole(&shared.store, print).await?.into_iter().map(of_now).max_by_key(|known| known.position);
    if known.is_some() {
        return Ok(known);
    }
    for stored in shared.store.source_list(name).await? {
        let same = (stored.fingerprint_length <= print.length).then(|| prefix(stored.fingerprint_length));
        let stood = Fingerprint { hash: stored.fingerprint, length: stored.fingerprint_length };
        if same.flatten() == Some(stood) {
            return Ok(Some(of_now(stored)));
        }
    }
    Ok(None)
}

/// Under any name, where the fingerprint is as long as fingerprints are.
async fn whole(store: &Store, print: Fingerprint) -> Result<Vec<SourceOffset>> {
    if print.length < FINGERPRINT {
        return Ok(Vec::new());
    }
    Ok(store.source_list_with(print.hash, print.length).await?)
}

async fn begin(
    shared: &Shared,
    name: &str,
    known: Option<SourceOffset>,
    print: Fingerprint,
) -> Result<Place> {
    let again = shared.store.source_rules_other(digest(shared)).await?;
    let row = row(name, known.as_ref(), Some(print), digest(shared));
    let position = row.position;
    let source = shared.store.source_begin(row, SystemClock.now()).await?;
    Ok(Place { source, position, again })
}

fn digest(shared: &Shared) -> &str {
    shared.rules.now().rules.engine.digest()
}
