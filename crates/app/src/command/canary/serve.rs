//! `vespid canary serve`

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use vespid_api::canary::{self as http, Missed, Rate, Touch, Visit, Why};
use vespid_ingest::browser::Renderings;
use vespid_ingest::geo::Geo;
use vespid_model::clock::Clock;
use vespid_model::id::CanaryTriggerId;
use vespid_store::Store;

use super::args::ServeArgs;
use crate::canary::Recorder;
use crate::canary::dns::{self, Asked, Told, Zone};
use crate::clock::clock;
use crate::exit::Exit;
use crate::live;
use crate::rules;
use crate::stop::Stop;

/// Visits that wait to be stored. More at once are answered and not taken down.
const WAITING: usize = 1000;
/// How often it is said how many these were.
const SAID: Duration = Duration::from_mins(1);
/// How long the database may take to know a name, to store what waits when the program ends, and to be closed.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn run(args: &ServeArgs) -> Result<Exit> {
    let geo = match &args.country {
        Some(path) => Some(Geo::open(Some(path), None)?),
        None => None,
    };
    let renderings = match &args.renderings {
        Some(path) => {
            let shown = path.display();
            let text = std::fs::read_to_string(path).with_context(|| format!("reading {shown}"))?;
            Renderings::parse(&text).with_context(|| shown.to_string())?
        }
        None => Renderings::default(),
    };
    let store = Store::open(&args.db.db).await?;
    let folder = args.rules.as_deref();
    let loaded = live::load(&store, rules::files(folder)?, folder, None).await?;
    loaded.news.say()?;
    let (clock, missed): (Arc<dyn Clock>, _) = (clock().into(), Missed::default());
    let (rules, store_) = (loaded.rules, store.clone());
    let recorder =
        Recorder { store: store_, rules, clock: Arc::clone(&clock), geo, renderings, missed: missed.clone() };
    let (visits, waiting) = channel(WAITING);
    let (end, ended) = watch::channel(());
    let recording = tokio::spawn(record(recorder, waiting, late(ended.clone())));
    let saying = tokio::spawn(say(missed.clone()));
    let mut serving = tokio::task::JoinSet::new();
    let mut stop = Stop::new()?;
    if let Some(address) = args.http {
        let listener = TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
        writeln!(io::stdout(), "HTTP: http://{}/", listener.local_addr()?)?;
        let serve = http::serve(listener, store.clone(), visits.clone(), missed.clone(), Arc::clone(&clock));
        serving.spawn(async move {
            serve.await;
            Ok(())
        });
    }
    let mut looking = None;
    if let (Some(address), Some(domain)) = (args.dns, &args.domain) {
        let zone = Zone::new(domain.as_str(), args.address)
            .with_context(|| format!("the domain {}", domain.as_str()))?;
        let (socket, listener) = bound(address).await?;
        writeln!(io::stdout(), "DNS: {}", socket.local_addr()?)?;
        let (asked, names) = channel(WAITING);
        let told = Told { asked, missed: missed.clone(), clock };
        serving.spawn(dns::udp(socket, zone.clone(), told.clone()));
        serving.spawn(dns::tcp(listener, zone.clone(), told));
        let looker = Looker { store: store.clone(), zone, visits: visits.clone(), missed: missed.clone() };
        looking = Some(tokio::spawn(look(looker, names, late(ended))));
    }
    drop(visits);
    let ended = tokio::select! {
        () = stop.next() => Ok(()),
        Some(ended) = serving.join_next() => ended?.map_err(anyhow::Error::from),
    };
    serving.shutdown().await;
    saying.abort();
    // What came until now is stored, where the database lets it.
    drop(end);
    missed.add(Why::Away, recording.await?);
    if let Some(looking) = looking {
        missed.add(Why::Away, looking.await?);
    }
    say_missed(&missed);
    let _ = timeout(PATIENCE, store.close()).await;
    ended.map(|()| Exit::Done)
}

/// The same port for both, also where the system chooses it.
async fn bound(address: SocketAddr) -> Result<(UdpSocket, TcpListener)> {
    let shown = || format!("listening on {address}");
    let socket = UdpSocket::bind(address).await.with_context(shown)?;
    let listener = TcpListener::bind(socket.local_addr()?).await.with_context(shown)?;
    Ok((socket, listener))
}

/// When there was time enough to store what came, since the other side was dropped.
async fn late(mut ended: watch::Receiver<()>) {
    // Nothing is ever sent.
    let _ = ended.changed().await;
    sleep(PATIENCE).await;
}

/// Makes visits of tokens of names that were asked for, until nobody can ask any more, or it is too `late`. How many were
/// left then.
async fn look(looker: Looker, mut names: Receiver<Asked>, late: impl Future<Output = ()>) -> u64 {
    let (rate, mut is_looking) = (Rate::new(Instant::now()), false);
    let all = async {
        while let Some(asked) = names.recv().await {
            is_looking = true;
            looker.one(&rate, asked).await;
            is_looking = false;
        }
    };
    tokio::select! {
        () = all => 0,
        () = late => names.len() as u64 + u64::from(is_looking),
    }
}

/// Knows tokens by their names.
struct Looker {
    store: Store,
    zone: Zone,
    visits: Sender<Visit>,
    missed: Missed,
}

impl Looker {
    async fn one(&self, rate: &Rate, Asked { peer, name, time }: Asked) {
        let source = peer.ip().to_canonical();
        let Some(callback) = self.zone.token(&name) else { return };
        let Ok(Ok(found)) = timeout(PATIENCE, self.store.canary_token_of_callback(&callback)).await else {
            self.missed.count(Why::Away);
            return;
        };
        let Some(token) = found.filter(|token| token.kind == "dns" && token.state == "planted") else {
            return;
        };
        let mut id = [0; 16];
        if !rate.allows(source, Instant::now()) || getrandom::fill(&mut id).is_err() {
            self.missed.count(Why::Many);
            return;
        }
        let touch = Touch {
            token,
            trigger: CanaryTriggerId::from_bytes(id),
            time,
            source,
            user_agent: None,
            path: None,
            name: Some(name),
            headers: Vec::new(),
        };
        if self.visits.send(Visit::Touch(Box::new(touch))).await.is_err() {
            self.missed.count(Why::Away);
        }
    }
}

/// Says at intervals what was not taken down, where there was anything.
async fn say(missed: Missed) {
    loop {
        sleep(SAID).await;
        say_missed(&missed);
    }
}

fn say_missed(missed: &Missed) {
    for (why, count) in missed.take() {
        // Nowhere to report a failure to write to standard error.
        let _ = writeln!(io::stderr(), "{}", why.said(count));
    }
}

/// Stores visits until nobody can come any more, or it is too `late`. How many were left then.
async fn record(mut recorder: Recorder, mut visits: Receiver<Visit>, late: impl Future<Output = ()>) -> u64 {
    let mut is_storing = false;
    tokio::select! {
        () = record_all(&mut recorder, &mut visits, &mut is_storing) => 0,
        () = late => visits.len() as u64 + u64::from(is_storing),
    }
}

/// One that cannot be stored is told, and the others go on.
async fn record_all(recorder: &mut Recorder, visits: &mut Receiver<Visit>, is_storing: &mut bool) {
    while let Some(visit) = visits.recv().await {
        *is_storing = true;
        let ended = recorder.record(visit).await;
        *is_storing = false;
        if let Err(error) = ended {
            recorder.missed.count(Why::Away);
            // Nowhere to report a failure to write to standard error.
            let _ = writeln!(io::stderr(), "a visit could not be stored: {error:#}");
        }
    }
}
