//! Sources that go on: files that are followed, syslog, HTTP. Each has tasks, a decoder and a batch of its own; rules and
//! the store are shared.

mod board;
mod ending;
mod follow;
mod followed;
mod http;
mod open;
mod place;
mod pump;
mod tcp;
mod tls;
mod udp;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;
use vespid_api::Post;
use vespid_ingest::decode::Decoder;
use vespid_ingest::source::file::Watched;

use crate::ingest::{Pipeline, Shared, stream};
use board::{Board, Meter};
use ending::{Ending, ending};
use follow::Follower;
pub(crate) use open::{Opened, open};
use pump::{Received, WAITING, pump};
use tcp::Limits;

/// For what is under way when the program is to end.
const GRACE: Duration = Duration::from_secs(10);

/// Tasks of sources. One fails only when the store does.
type Tasks = JoinSet<Result<()>>;

/// Reads from all of them into the store, until `stop` is ready or the store fails. What was read is stored then.
///
/// # Errors
/// When the store fails.
pub(crate) async fn run(
    opened: Opened,
    shared: &Shared,
    decoder: &Decoder,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let (end, ending) = ending();
    let board = Board::default();
    let mut tasks = Tasks::new();
    let all = All { shared, decoder, board: &board, ending: &ending };
    for place in opened.places {
        all.follow(place, &mut tasks)?;
    }
    if let Some(socket) = opened.udp {
        let (meter, received) =
            all.listen("syslog+udp", &socket.local_addr()?.to_string(), &mut tasks).await?;
        tasks.spawn(udp::receive(socket, received, meter, ending.clone()));
    }
    for (kind, listener, tls) in opened.tcp {
        let (meter, received) = all.listen(kind, &listener.local_addr()?.to_string(), &mut tasks).await?;
        tasks.spawn(tcp::accept(listener, tls, received, meter, Limits::USUAL, ending.clone()));
    }
    if let Some((listener, intake, posts)) = opened.http {
        let meter = all.posts(&listener.local_addr()?.to_string(), posts, &mut tasks).await?;
        let intake = intake.on_refusal(move |why| meter.error(why));
        let mut ending = ending.clone();
        tasks.spawn(async move {
            Ok(vespid_api::serve_intake(listener, intake, async move { ending.wait().await }).await?)
        });
    }
    if let Some(listener) = opened.pages {
        let (store, mut ending) = (shared.store.clone(), ending.clone());
        tasks.spawn(async move {
            let served = vespid_api::serve(listener, store, async move { ending.wait().await });
            Ok(served.await?)
        });
    }
    let (writer, shared_, ending_) = (board.clone(), shared.clone(), ending.clone());
    tasks.spawn(async move { writer.run(&shared_.store, &*shared_.clock, ending_).await });
    let ended = tokio::select! {
        () = stop => Ok(()),
        failed = failure(&mut tasks) => failed,
    };
    end.set();
    // Who hangs is left behind: what was read and not stored is read again, or was never acknowledged.
    let rest = timeout(GRACE, failure(&mut tasks)).await.unwrap_or(Ok(()));
    ended?;
    rest?;
    board.write(&shared.store, shared.clock.now()).await
}

/// Waits until all tasks have ended, or one has failed.
async fn failure(tasks: &mut Tasks) -> Result<()> {
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}

/// What every source is given.
struct All<'a> {
    shared: &'a Shared,
    decoder: &'a Decoder,
    board: &'a Board,
    ending: &'a Ending,
}

impl All<'_> {
    /// Follows files, on a thread of its own: reading blocks.
    fn follow(&self, place: Watched, tasks: &mut Tasks) -> Result<()> {
        let follower = Follower {
            place,
            shared: self.shared.clone(),
            decoder: self.decoder.clone(),
            board: self.board.clone(),
            ending: self.ending.clone(),
        };
        let (done, ended) = oneshot::channel();
        let runtime = Handle::current();
        // Never joined: it may hang with its disk, and ends with the process.
        thread::Builder::new()
            .name("follower".to_owned())
            // Nobody waits for it any more when it is late.
            .spawn(move || drop(done.send(runtime.block_on(follower.run()))))
            .context("starting a thread")?;
        tasks.spawn(async move { ended.await.context("following files broke off")? });
        Ok(())
    }

    /// A listener's way into the store: its meter, and where messages go.
    async fn listen(
        &self,
        kind: &'static str,
        address: &str,
        tasks: &mut Tasks,
    ) -> Result<(Arc<Meter>, Sender<Received>)> {
        let meter = self.board.meter(kind, address);
        let pipeline = self.pipeline(&format!("{kind}://{address}")).await?;
        let (sender, received) = channel(WAITING);
        tasks.spawn(pump(pipeline, received, Arc::clone(&meter), Arc::clone(&self.shared.clock)));
        Ok((meter, sender))
    }

    /// The way of what is posted into the store.
    async fn posts(&self, address: &str, posts: Receiver<Post>, tasks: &mut Tasks) -> Result<Arc<Meter>> {
        let meter = self.board.meter("http", address);
        let pipeline = self.pipeline(&format!("http://{address}")).await?;
        let clock = Arc::clone(&self.shared.clock);
        tasks.spawn(http::read(pipeline, self.decoder.clone(), posts, Arc::clone(&meter), clock));
        Ok(meter)
    }

    async fn pipeline(&self, name: &str) -> Result<Pipeline> {
        let rules = self.shared.rules.now().rules.engine.digest();
        let again = self.shared.store.source_rules_other(rules).await?;
        let place = stream(&self.shared.store, name, rules, again).await?;
        Ok(Pipeline::new(self.shared, self.decoder.clone(), &place, false).of_strangers())
    }
}
