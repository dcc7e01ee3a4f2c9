//! Sockets.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;
use vespid_api::canary::{Missed, Why};
use vespid_model::UtcMicros;
use vespid_model::clock::Clock;

use super::Zone;

/// The longest query over UDP: none of ours is near it.
const QUERY: usize = 1232;
/// Connections at once, queries of one, and how long each may take.
const CONNECTIONS: usize = 64;
const QUERIES: usize = 32;
const PATIENCE: Duration = Duration::from_secs(5);

/// A name that was asked for.
pub(crate) struct Asked {
    pub(crate) peer: SocketAddr,
    pub(crate) name: String,
    pub(crate) time: UtcMicros,
}

/// Whom to tell of what was asked.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) asked: Sender<Asked>,
    pub(crate) missed: Missed,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Told {
    fn of(&self, peer: SocketAddr, name: Option<String>) {
        if let Some(name) = name {
            // Nobody waits for who is overrun.
            let asked = Asked { peer, name, time: self.clock.now() };
            if self.asked.try_send(asked).is_err() {
                self.missed.count(Why::Many);
            }
        }
    }
}

/// Answers over UDP until the socket fails.
pub(crate) async fn udp(socket: UdpSocket, zone: Zone, told: Told) -> io::Result<()> {
    let mut buffer = [0; QUERY];
    loop {
        let (length, peer) = match socket.recv_from(&mut buffer).await {
            Ok(received) => received,
            // Somebody to whom we answered is gone.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
            Err(error) => return Err(error),
        };
        if let Some((answer, name)) = zone.answer(&buffer[..length]) {
            // Who sent a false address gets nothing, and so may anybody.
            let _ = socket.send_to(&answer, peer).await;
            told.of(peer, name);
        }
    }
}

/// Answers over TCP until accepting fails.
pub(crate) async fn tcp(listener: TcpListener, zone: Zone, told: Told) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // Too many files, or a client that went away: others come.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            told.missed.count(Why::Refused);
            continue;
        };
        let (zone, told) = (zone.clone(), told.clone());
        tokio::spawn(async move {
            // Whoever is slow or goes away is nobody's loss.
            let _ = converse(stream, peer, &zone, &told).await;
            drop(permit);
        });
    }
}

async fn converse(mut stream: TcpStream, peer: SocketAddr, zone: &Zone, told: &Told) -> io::Result<()> {
    for _ in 0..QUERIES {
        let mut query = Vec::new();
        timeout(PATIENCE, async {
            let length = stream.read_u16().await?;
            query.resize(length.into(), 0);
            stream.read_exact(&mut query).await
        })
        .await??;
        let Some((answer, name)) = zone.answer(&query) else { break };
        told.of(peer, name);
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        timeout(PATIENCE, async {
            stream.write_u16(length).await?;
            stream.write_all(&answer).await
        })
        .await??;
    }
    Ok(())
}
