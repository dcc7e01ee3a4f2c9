//! Syslog over UDP: a message is a datagram.

use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use socket2::SockRef;
use tokio::net::UdpSocket;
use tokio::sync::mpsc::Sender;
use tokio::time::{MissedTickBehavior, interval};

use super::board::Meter;
use super::ending::Ending;
use super::pump::Received;

/// What the system may keep for us while we are busy; it grants what it allows.
const KEPT: usize = 8 << 20;
/// More than any datagram has.
const DATAGRAM: usize = 1 << 16;
/// Between two looks at what the system dropped.
const LOOK: Duration = Duration::from_secs(3);

/// Receives until the program ends. While the pump is busy, datagrams wait in the system's buffer; those that do not fit
/// are gone, and the system says how many.
pub(super) async fn receive(
    socket: UdpSocket,
    messages: Sender<Received>,
    meter: Arc<Meter>,
    mut ending: Ending,
) -> Result<()> {
    let _ = SockRef::from(&socket).set_recv_buffer_size(KEPT);
    let (mut buffer, mut dropped) = (vec![0; DATAGRAM], 0);
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            received = socket.recv(&mut buffer) => match received {
                Ok(length) => {
                    let message = buffer.get(..length).unwrap_or_default().trim_ascii_end();
                    let message = message.strip_suffix(b"\0").unwrap_or(message).to_vec();
                    if messages.send(Received::Message(message)).await.is_err() {
                        return Ok(());
                    }
                }
                Err(error) => meter.error(error.to_string()),
            },
            _ = look.tick() => count(&socket, &mut dropped, &meter),
            () = ending.wait() => {
                count(&socket, &mut dropped, &meter);
                return Ok(());
            }
        }
    }
}

/// Counts what the system dropped since the last time.
fn count(socket: &UdpSocket, before: &mut u64, meter: &Meter) {
    let now = dropped(socket).ok().flatten().unwrap_or(*before);
    meter.dropped(now.saturating_sub(*before));
    *before = now;
}

/// How many datagrams the system dropped because they did not fit: the last column of Linux' `/proc/net/udp`, in the
/// socket's own row. None elsewhere.
fn dropped(socket: &UdpSocket) -> io::Result<Option<u64>> {
    let link = fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd()))?;
    let link = link.to_string_lossy();
    let inode = link.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']'));
    let table = if socket.local_addr()?.is_ipv4() { "/proc/net/udp" } else { "/proc/net/udp6" };
    let table = fs::read(table)?;
    Ok(inode.and_then(|inode| drops(&String::from_utf8_lossy(&table), inode)))
}

fn drops(table: &str, inode: &str) -> Option<u64> {
    let rows = table.lines().skip(1).map(|row| row.split_ascii_whitespace().collect::<Vec<_>>());
    rows.into_iter().find(|row| row.get(9) == Some(&inode))?.last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_system_says_what_it_dropped() {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        assert_eq!(dropped(&socket).unwrap(), Some(0));
        SockRef::from(&socket).set_recv_buffer_size(4096).unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        for _ in 0..200 {
            sender.send_to(&[b'x'; 1000], socket.local_addr().unwrap()).await.unwrap();
        }
        let gone = dropped(&socket).unwrap().unwrap();
        assert!((1..200).contains(&gone), "{gone}");
    }
}
