//! Syslog over TCP and TLS: many peers, none of which can hold up another or take all there is.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::Sender;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_rustls::TlsAcceptor;
use vespid_ingest::source::syslog::Frames;

use super::board::Meter;
use super::ending::Ending;
use super::pump::Received;

/// What peers may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Connections at once.
    pub(super) connections: usize,
    /// Of these, from one address.
    pub(super) of_one: usize,
    /// Connections whose message may be larger than [`SMALL`] at once; others wait.
    pub(super) large: usize,
    /// Of these, of one address; and how long one waits for its turn.
    pub(super) large_of_one: usize,
    pub(super) turn: Duration,
    /// From a message's first byte to its last, but for the wait, and for the handshake.
    pub(super) message: Duration,
    /// Without any message.
    pub(super) idle: Duration,
}

impl Limits {
    pub(super) const USUAL: Self = Self {
        connections: 512,
        of_one: 64,
        large: 32,
        large_of_one: 4,
        turn: Duration::from_mins(1),
        message: Duration::from_secs(30),
        idle: Duration::from_hours(1),
    };
}

/// Bytes of a message that every connection may hold.
const SMALL: usize = 1 << 16;
/// Bytes read at once.
const CHUNK: usize = 1 << 14;
/// After this long without a word, the system asks whether the peer is still there.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// What the tasks of all connections share.
struct Hall {
    tls: Option<TlsAcceptor>,
    messages: Sender<Received>,
    meter: Arc<Meter>,
    limits: Limits,
    large: Semaphore,
    peers: Mutex<HashMap<IpAddr, Peer>>,
}

/// What the connections of one address share.
struct Peer {
    connections: usize,
    large: Arc<Semaphore>,
}

impl Peer {
    fn new(limits: &Limits) -> Self {
        Self { connections: 0, large: Arc::new(Semaphore::new(limits.large_of_one)) }
    }
}

/// Accepts connections until the program ends. Ends before they do: the last one lets go of the messages' channel.
pub(super) async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    messages: Sender<Received>,
    meter: Arc<Meter>,
    limits: Limits,
    mut ending: Ending,
) -> Result<()> {
    let large = Semaphore::new(limits.large);
    let hall = Arc::new(Hall { tls, messages, meter, limits, large, peers: Mutex::default() });
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = ending.wait() => return Ok(()),
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(seat) = Seat::take(&hall, peer) else {
                    hall.meter.error(format!("{}: too many connections", peer.ip()));
                    continue;
                };
                tokio::spawn(serve(hall.clone(), stream, seat, ending.clone()));
            }
            Err(error) => {
                hall.meter.error(error.to_string());
                // Without file descriptors it would fail again at once.
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// A connection's place among the others, free again when it is dropped.
struct Seat {
    hall: Arc<Hall>,
    ip: IpAddr,
    large: Arc<Semaphore>,
}

impl Seat {
    fn take(hall: &Arc<Hall>, peer: SocketAddr) -> Option<Self> {
        let ip = peer.ip().to_canonical();
        let mut peers = hall.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = peers.get(&ip).map_or(0, |peer| peer.connections);
        let of_all: usize = peers.values().map(|peer| peer.connections).sum();
        if of_one >= hall.limits.of_one || of_all >= hall.limits.connections {
            return None;
        }
        let peer = peers.entry(ip).or_insert_with(|| Peer::new(&hall.limits));
        peer.connections += 1;
        Some(Self { hall: Arc::clone(hall), ip, large: Arc::clone(&peer.large) })
    }

    /// Its turn to hold a large message: among those of its address first, so that one address takes few of all.
    async fn turn(&self) -> io::Result<(SemaphorePermit<'_>, SemaphorePermit<'_>)> {
        let turn = async {
            // Neither is ever closed.
            let own = self.large.acquire().await.map_err(io::Error::other)?;
            Ok((own, self.hall.large.acquire().await.map_err(io::Error::other)?))
        };
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, "too many large messages at once");
        timeout(self.hall.limits.turn, turn).await.map_err(late)?
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut peers = self.hall.peers.lock().unwrap_or_else(PoisonError::into_inner);
        match peers.get_mut(&self.ip) {
            Some(peer) if peer.connections > 1 => peer.connections -= 1,
            _ => drop(peers.remove(&self.ip)),
        }
    }
}

/// One connection, from its beginning to its end.
async fn serve(hall: Arc<Hall>, stream: TcpStream, seat: Seat, mut ending: Ending) {
    let asked = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE / 4);
    // Where the system knows no such thing, a connection without a word ends all the same, later.
    let _ = SockRef::from(&stream).set_tcp_keepalive(&asked);
    let read = match &hall.tls {
        None => read(&hall, &seat, stream, ending).await,
        Some(tls) => {
            let shaken = tokio::select! {
                shaken = timeout(hall.limits.message, tls.accept(stream)) => shaken,
                () = ending.wait() => return,
            };
            match shaken {
                Ok(Ok(stream)) => read(&hall, &seat, stream, ending).await,
                Ok(Err(error)) => Err(error),
                Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no handshake in time")),
            }
        }
    };
    if let Err(error) = read {
        hall.meter.error(format!("{}: {error}", seat.ip));
    }
}

async fn read(
    hall: &Hall,
    seat: &Seat,
    mut stream: impl AsyncRead + Unpin,
    mut ending: Ending,
) -> io::Result<()> {
    let (mut frames, mut buffer) = (Frames::default(), vec![0; CHUNK]);
    // When the message that is under way began.
    let mut begun: Option<Instant> = None;
    let mut large = None;
    loop {
        let until =
            begun.map_or_else(|| Instant::now() + hall.limits.idle, |begun| begun + hall.limits.message);
        let length = tokio::select! {
            read = timeout_at(until, stream.read(&mut buffer)) => match read {
                Ok(Ok(length)) => length,
                // Many end TLS without saying so first.
                Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
                Ok(Err(error)) => return Err(error),
                Err(_) if begun.is_none() => return Ok(()),
                Err(_) => return Err(io::Error::new(io::ErrorKind::TimedOut, "a message did not end in time")),
            },
            () = ending.wait() => return Ok(()),
        };
        if length == 0 {
            if let Some(last) = frames.rest().map(Received::from) {
                // Nobody receives any more when the program ends.
                let _ = hall.messages.send(last).await;
            }
            let whole = frames.is_empty();
            let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "it ended within a message");
            return whole.then_some(()).ok_or_else(cut);
        }
        frames.push(buffer.get(..length).unwrap_or_default());
        let mut is_new = begun.is_none();
        while let Some(received) = frames.next().map(Received::from) {
            is_new = true;
            if hall.messages.send(received).await.is_err() {
                return Ok(());
            }
        }
        if frames.is_empty() {
            (begun, large) = (None, None);
        } else if is_new {
            (begun, large) = (Some(Instant::now()), None);
        }
        if frames.waiting() > SMALL && large.is_none() {
            let waits = Instant::now();
            large = tokio::select! {
                turn = seat.turn() => Some(turn?),
                () = ending.wait() => return Ok(()),
            };
            begun = begun.map(|begun| begun + waits.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::sync::mpsc::{Receiver, channel};

    use super::super::board::Board;
    use super::super::ending::{End, ending};
    use super::*;

    const TIGHT: Limits = Limits {
        connections: 4,
        of_one: 3,
        large: 2,
        large_of_one: 1,
        turn: Duration::from_millis(600),
        message: Duration::from_millis(300),
        idle: Duration::from_mins(1),
    };

    async fn listen(limits: Limits) -> (SocketAddr, Receiver<Received>, End) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, messages) = channel(4);
        let (end, ending) = ending();
        let meter = Board::default().meter("syslog+tcp", "test");
        tokio::spawn(accept(listener, None, sender, meter, limits, ending));
        (address, messages, end)
    }

    async fn next(messages: &mut Receiver<Received>) -> Vec<u8> {
        match timeout(Duration::from_secs(10), messages.recv()).await.unwrap().unwrap() {
            Received::Message(message) => message,
            Received::TooLong { length, .. } => panic!("{length} bytes"),
        }
    }

    /// Ready when the server has closed the connection.
    async fn closed(stream: &mut TcpStream) {
        let read = timeout(Duration::from_secs(10), stream.read(&mut [0; 8])).await.unwrap();
        assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    }

    /// Who never ends a message is sent away; who says nothing may stay.
    #[tokio::test]
    async fn a_message_must_end_in_time() {
        let (address, mut messages, _end) = listen(TIGHT).await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        let mut slow = TcpStream::connect(address).await.unwrap();
        for byte in b"<1>" {
            slow.write_all(&[*byte]).await.unwrap();
            sleep(Duration::from_millis(80)).await;
        }
        closed(&mut slow).await;
        silent.write_all(b"<1>here\n").await.unwrap();
        assert_eq!(next(&mut messages).await, b"<1>here");
    }

    #[tokio::test]
    async fn one_address_has_so_many_connections() {
        let (address, mut messages, _end) = listen(TIGHT).await;
        let mut streams = Vec::new();
        for number in 0..3 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(format!("<1>{number}\n").as_bytes()).await.unwrap();
            assert_eq!(next(&mut messages).await, format!("<1>{number}").as_bytes());
            streams.push(stream);
        }
        closed(&mut TcpStream::connect(address).await.unwrap()).await;
        streams.pop();
        // The seat is free once the server has seen the end.
        for attempt in 0.. {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let _ = stream.write_all(b"<1>again\n").await;
            if timeout(Duration::from_millis(500), messages.recv()).await.is_ok() {
                break;
            }
            assert!(attempt < 20, "the seat stays taken");
        }
    }

    /// A large message waits for another one that is under way, and comes whole.
    #[tokio::test]
    async fn large_messages_take_turns() {
        let (address, mut messages, _end) = listen(TIGHT).await;
        let large = vec![b'x'; 300_000];
        let send = move |name: u8| {
            let message = [&b"<1>"[..], &[name], &large, b"\n"].concat();
            async move { TcpStream::connect(address).await.unwrap().write_all(&message).await.unwrap() }
        };
        let both = tokio::spawn(async move { tokio::join!(send(b'a'), send(b'b')) });
        let mut names = [next(&mut messages).await[3], next(&mut messages).await[3]];
        names.sort_unstable();
        assert_eq!(names, *b"ab");
        both.await.unwrap();
    }

    /// Who never ends its large messages holds up no other address, and itself not for ever.
    #[tokio::test]
    async fn one_address_has_so_many_large_messages() {
        let long = Limits { message: Duration::from_mins(1), ..TIGHT };
        let (address, mut messages, _end) = listen(long).await;
        let begin = async |ip: [u8; 4], end: &[u8]| {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind((ip, 0).into()).unwrap();
            let mut stream = socket.connect(address).await.unwrap();
            stream.write_all(&[&b"<1>"[..], &vec![b'x'; 2 * SMALL], end].concat()).await.unwrap();
            stream
        };
        let mut one = begin([127, 0, 0, 1], b"").await;
        let mut two = begin([127, 0, 0, 1], b"").await;
        begin([127, 0, 0, 2], b"\n").await;
        assert_eq!(next(&mut messages).await.len(), 2 * SMALL + 3);
        // Either of them may have been first.
        tokio::select! {
            () = closed(&mut one) => {}
            () = closed(&mut two) => {}
        }
    }

    #[tokio::test]
    async fn everybody_goes_when_it_ends() {
        let (address, mut messages, end) = listen(TIGHT).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"<1>a\n<1>b").await.unwrap();
        assert_eq!(next(&mut messages).await, b"<1>a");
        end.set();
        assert!(timeout(Duration::from_secs(10), messages.recv()).await.unwrap().is_none());
    }
}
