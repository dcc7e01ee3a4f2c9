//! Lines that were posted, one request after the other, each answered when it is stored.

use std::mem;
use std::sync::Arc;

use anyhow::Result;
use tokio::sync::mpsc::Receiver;
use tokio::task::yield_now;
use vespid_api::{NotTaken, Post, Taken};
use vespid_ingest::decode::{Decoder, Format};
use vespid_ingest::source::file::{Item, MAX_LINE};
use vespid_model::clock::Clock;

use super::board::Meter;
use crate::ingest::{Pipeline, Tally};

/// Lines after which other tasks have their turn.
const TURN: usize = 200;

/// Reads what is posted until nobody can post any more. When the store fails, the request is told so.
pub(super) async fn read(
    mut pipeline: Pipeline,
    decoder: Decoder,
    mut posts: Receiver<Post>,
    meter: Arc<Meter>,
    clock: Arc<dyn Clock>,
) -> Result<()> {
    while let Some(Post { lines, format, answer }) = posts.recv().await {
        pipeline.decoder = match format.as_deref().map(|name| (name, Format::of_name(name))) {
            None => decoder.clone(),
            Some((_, Some(format))) => decoder.clone().of(format),
            Some((name, None)) => {
                // A client that went away needs no answer, here and below.
                let _ = answer.send(Err(NotTaken::Format(unknown(name))));
                continue;
            }
        };
        let read = body(&mut pipeline, &lines).await;
        let tally = mem::take(&mut pipeline.tally);
        meter.note(&tally, clock.now());
        let _ = answer.send(read.as_ref().map_err(|_| NotTaken::Store).map(|()| taken(&tally)));
        read?;
    }
    Ok(())
}

/// A body is of the format of its beginning, as a file is.
async fn body(pipeline: &mut Pipeline, body: &[u8]) -> Result<()> {
    pipeline.look().await?;
    if let Err(error) = pipeline.decoder.look(lines(body)) {
        pipeline.tally.lines += lines(body).count() as u64;
        pipeline.bury(0, body.len() as u64, error.reason(), error.to_string(), body);
        return store(pipeline).await;
    }
    let mut offset = 0;
    for (number, line) in lines(body).enumerate() {
        if line.len() > MAX_LINE {
            pipeline.too_long(offset, line.len() as u64, line.get(..256).unwrap_or_default());
        } else {
            let _ = pipeline.item(Item::Line { offset, bytes: line.into(), terminated: true });
        }
        offset += line.len() as u64 + 1;
        if pipeline.is_full() {
            pipeline.flush().await?;
        }
        if number % TURN == 0 {
            yield_now().await;
            pipeline.look().await?;
        }
    }
    store(pipeline).await
}

async fn store(pipeline: &mut Pipeline) -> Result<()> {
    pipeline.flush().await?;
    pipeline.settle().await
}

/// The line feed at the end begins no line.
fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = body.strip_suffix(b"\n").unwrap_or(body);
    whole.split(|byte| *byte == b'\n').filter(move |_| !body.is_empty())
}

fn taken(tally: &Tally) -> Taken {
    Taken {
        lines: tally.lines,
        events: tally.events,
        new: tally.committed.events_new,
        duplicate: tally.committed.events_duplicate,
        dead_letters: tally.dead_letters(),
        reasons: tally.dead.clone(),
    }
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    let shown: String = name.chars().take(40).collect();
    format!("no format {shown:?}; there are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_of_a_body() {
        let count = |body: &str| lines(body.as_bytes()).count();
        assert_eq!([count(""), count("a"), count("a\n"), count("a\n\nb"), count("\n")], [0, 1, 1, 3, 1]);
    }
}
