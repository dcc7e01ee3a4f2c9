//! What the arguments name, opened before a database is: a misspelt path or a taken port must not leave one behind.

use std::env;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc::Receiver;
use tokio_rustls::TlsAcceptor;
use vespid_api::{Intake, Post};
use vespid_ingest::source::file::Watched;

use super::tls;
use crate::cli::WatchArgs;

/// Holds what senders over HTTP must show.
const TOKEN: &str = "VESPID_INTAKE_TOKEN";
/// A token that others can reach the door of must not be guessed.
const SHORTEST_TOKEN: usize = 16;

/// Sources, ready to be read.
pub(crate) struct Opened {
    pub(super) places: Vec<Watched>,
    pub(super) udp: Option<UdpSocket>,
    /// With their kind, and over TLS or not.
    pub(super) tcp: Vec<(&'static str, TcpListener, Option<TlsAcceptor>)>,
    pub(super) http: Option<(TcpListener, Intake, Receiver<Post>)>,
    pub(super) pages: Option<TcpListener>,
}

/// Opens them.
pub(crate) async fn open(args: &WatchArgs) -> Result<Opened> {
    let sockets = [args.syslog_udp, args.syslog_tcp, args.syslog_tls, args.http];
    if args.paths.is_empty() && sockets.iter().all(Option::is_none) {
        bail!("nothing to watch: name a PATH, or give --syslog-udp, --syslog-tcp, --syslog-tls or --http");
    }
    let places = Watched::all(&args.paths)?;
    let udp = match args.syslog_udp {
        Some(address) => Some(UdpSocket::bind(address).await.with_context(|| listening(address))?),
        None => None,
    };
    let mut tcp = Vec::new();
    if let Some(address) = args.syslog_tcp {
        tcp.push(("syslog+tcp", bind(address).await?, None));
    }
    if let (Some(address), Some(certificate), Some(key)) = (args.syslog_tls, &args.tls_cert, &args.tls_key) {
        let acceptor = tls::acceptor(certificate, key)?;
        tcp.push(("syslog+tls", bind(address).await?, Some(acceptor)));
    }
    let http = match args.http {
        Some(address) => {
            let (intake, posts) = Intake::new(token(address)?);
            Some((bind(address).await?, intake, posts))
        }
        None => None,
    };
    let pages = match args.listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    Ok(Opened { places, udp, tcp, http, pages })
}

impl Opened {
    /// Where it listens, for people: what it is, and its address.
    pub(crate) fn addresses(&self) -> Result<Vec<(&'static str, SocketAddr)>> {
        let udp = self.udp.iter().map(|socket| ("syslog+udp", socket.local_addr()));
        let tcp = self.tcp.iter().map(|(kind, listener, _)| (*kind, listener.local_addr()));
        let http = self.http.iter().map(|(listener, ..)| ("http", listener.local_addr()));
        let pages = self.pages.iter().map(|listener| ("pages", listener.local_addr()));
        let all = udp.chain(tcp).chain(http).chain(pages);
        all.map(|(kind, address)| Ok((kind, address?))).collect()
    }

    /// The files and folders that are followed, for people.
    pub(crate) fn places(&self) -> impl Iterator<Item = String> {
        self.places.iter().flat_map(Watched::names)
    }
}

/// The token that senders must show. Where others can reach the address there must be one, and a good one.
fn token(address: SocketAddr) -> Result<Option<String>> {
    let token = env::var(TOKEN).ok().filter(|token| !token.is_empty());
    let is_reachable = !address.ip().to_canonical().is_loopback();
    if is_reachable && token.as_ref().is_none_or(|token| token.len() < SHORTEST_TOKEN) {
        bail!(
            "--http {address} can be reached by others: set {TOKEN} to a secret of {SHORTEST_TOKEN} or more \
             characters, which senders show as `Authorization: Bearer SECRET`, or listen on 127.0.0.1"
        );
    }
    Ok(token)
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| listening(address))
}

fn listening(address: SocketAddr) -> String {
    format!("listening on {address}")
}
