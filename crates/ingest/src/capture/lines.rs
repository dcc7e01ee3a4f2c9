//! A capture's bytes in, lines out.

use std::io::{self, Read};

use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{Block, PcapBlockOwned, PcapError, create_reader};
use vespid_model::UtcMicros;

use super::frame::Framing;
use super::watch::Watch;
use crate::decode::native;

/// Room for one block, at first and at most. A packet has at most 256 KiB in the captures of common programs.
const USUAL: usize = 64 << 10;
const BLOCK: usize = 1 << 20;
/// Interfaces of one capture.
const INTERFACES: usize = 256;
const MICROSECOND: u64 = 1_000_000;

/// Does an input begin like a capture? pcap in both byte orders, with micro- or nanoseconds, and pcapng.
pub(crate) fn is_capture(head: &[u8]) -> bool {
    const MAGIC: [[u8; 4]; 5] = [
        [0xa1, 0xb2, 0xc3, 0xd4],
        [0xd4, 0xc3, 0xb2, 0xa1],
        [0xa1, 0xb2, 0x3c, 0x4d],
        [0x4d, 0x3c, 0xb2, 0xa1],
        [0x0a, 0x0d, 0x0d, 0x0a],
    ];
    MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// Reads a capture (pcap, pcapng) as lines of events.
pub struct Lines {
    reader: Box<dyn PcapReaderIterator + Send>,
    wire: Wire,
    out: Vec<u8>,
    given: usize,
    /// There is as much room as there may be.
    grown: bool,
    ended: bool,
}

/// Bytes that are there, given at once, and those that follow.
struct Whole<R> {
    first: Vec<u8>,
    rest: R,
}

impl<R> Whole<R> {
    const fn new(first: Vec<u8>, rest: R) -> Self {
        Self { first, rest }
    }
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.first.is_empty() {
            return self.rest.read(buffer);
        }
        let length = self.first.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.first[..length]);
        self.first.drain(..length);
        Ok(length)
    }
}

/// The header of a pcap file, or the first block of a pcapng file, which says its own length.
fn header(bytes: &mut impl Read) -> io::Result<Vec<u8>> {
    const PCAP: usize = 24;
    let mut header = vec![0; PCAP];
    bytes.read_exact(&mut header)?;
    if let [0x0a, 0x0d, 0x0d, 0x0a, a, b, c, d, order, ..] = header[..] {
        let big = order == 0x1a;
        let length = [a, b, c, d];
        let length = if big { u32::from_be_bytes(length) } else { u32::from_le_bytes(length) } as usize;
        header.resize(length.clamp(PCAP, BLOCK / 2), 0);
        bytes.read_exact(&mut header[PCAP..])?;
    }
    Ok(header)
}

#[derive(Default)]
struct Wire {
    watch: Watch,
    interfaces: Vec<Interface>,
    /// Was there an interface whose frames are read, and the link type of one whose frames are not.
    is_read: bool,
    unread: Option<i32>,
    /// Packets that were looked at, and those that say too little.
    looked_at: u64,
    left: Left,
}

/// Packets that nothing can be made of.
#[derive(Default)]
struct Left {
    /// Without a time: simple packet blocks.
    timeless: u64,
    /// Of interfaces that the capture does not describe.
    nowhere: u64,
    /// With a time when no honeypot can have been.
    implausible: u64,
}

#[derive(Clone)]
struct Interface {
    framing: Option<Framing>,
    name: Option<String>,
    /// Units of time in a second, and seconds to add.
    resolution: u64,
    offset: i64,
}

impl Lines {
    /// Reads the capture's header.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub fn new(mut bytes: impl Read + Send + 'static) -> io::Result<Self> {
        // The library wants the whole header with the first read, and a pipe gives what it has.
        let header = header(&mut bytes)?;
        let room = USUAL.max(2 * header.len());
        let reader = create_reader(room, Whole::new(header, bytes)).map_err(|error| bad(&error))?;
        Ok(Self {
            reader,
            wire: Wire::default(),
            out: Vec::new(),
            given: 0,
            grown: room >= BLOCK,
            ended: false,
        })
    }

    /// Reads on until there is a line, or the end.
    fn advance(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        let mut held = 0;
        while self.out.is_empty() && !self.ended {
            match self.reader.next() {
                Ok((length, block)) => {
                    held = 0;
                    let done = self.wire.block(&block, &mut self.out);
                    self.reader.consume(length);
                    done?;
                }
                Err(PcapError::Eof) => {
                    self.ended = true;
                    self.wire.end()?;
                }
                Err(PcapError::BufferTooSmall) if !self.grown => self.grown = self.reader.grow(BLOCK),
                Err(PcapError::Incomplete(_)) => {
                    let before = self.reader.data().len();
                    self.reader.refill().map_err(|error| bad(&error))?;
                    held += 1;
                    if self.reader.data().len() > before || (held == 1 && !self.reader.reader_exhausted()) {
                        continue;
                    }
                    // Nothing came: the end, the end within a block, or a block larger than there is room.
                    self.ended = true;
                    if before > 0 {
                        let what = "the capture ends within a packet, or a packet has more than a megabyte";
                        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, what));
                    }
                    self.wire.end()?;
                }
                Err(error) => return Err(bad(&error)),
            }
        }
        Ok(())
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.advance()?;
        }
        let rest = &self.out[self.given..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}

impl Wire {
    fn block(&mut self, block: &PcapBlockOwned<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        match block {
            PcapBlockOwned::LegacyHeader(header) => {
                let resolution =
                    if header.is_nanosecond_precision() { 1_000 * MICROSECOND } else { MICROSECOND };
                self.interfaces = vec![self.interface(header.network.0, resolution)];
                self.links()?;
            }
            PcapBlockOwned::Legacy(packet) => {
                let Some(interface) = self.interfaces.first() else { return Ok(()) };
                let units = u64::from(packet.ts_sec) * interface.resolution + u64::from(packet.ts_usec);
                let data = packet.data.get(..packet.caplen as usize).unwrap_or(packet.data);
                self.packet(0, units, data, out);
            }
            PcapBlockOwned::NG(Block::SectionHeader(_)) => self.interfaces.clear(),
            PcapBlockOwned::NG(Block::InterfaceDescription(described)) => {
                if self.interfaces.len() == INTERFACES {
                    let what = format!("the capture has more than {INTERFACES} interfaces");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, what));
                }
                let resolution = described.ts_resolution().unwrap_or(MICROSECOND);
                let mut interface = self.interface(described.linktype.0, resolution);
                interface.offset = described.ts_offset();
                interface.name = described.if_name().and_then(Result::ok).map(str::to_owned);
                self.interfaces.push(interface);
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
                let units = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                let data = packet.data.get(..packet.caplen as usize).unwrap_or(packet.data);
                self.packet(packet.if_id as usize, units, data, out);
            }
            PcapBlockOwned::NG(Block::SimplePacket(_)) => self.left.timeless += 1,
            PcapBlockOwned::NG(_) => {}
        }
        Ok(())
    }

    /// One whose frames are not read keeps its number and says nothing.
    fn interface(&mut self, link_type: i32, resolution: u64) -> Interface {
        let framing = Framing::of(link_type);
        match framing {
            Some(_) => self.is_read = true,
            None => self.unread = Some(link_type),
        }
        Interface { framing, name: None, resolution, offset: 0 }
    }

    /// A capture of which nothing could be read is none that says nothing.
    fn end(&self) -> io::Result<()> {
        self.links()?;
        match self.left.said() {
            Some(left) if self.looked_at == 0 => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("no packet of the capture can be used: {left}"),
            )),
            _ => Ok(()),
        }
    }

    fn links(&self) -> io::Result<()> {
        match self.unread {
            Some(link_type) if !self.is_read => {
                let what = format!(
                    "link type {link_type} is not read; Ethernet, raw IP and Linux cooked captures are"
                );
                Err(io::Error::new(io::ErrorKind::InvalidData, what))
            }
            _ => Ok(()),
        }
    }

    fn packet(&mut self, interface: usize, units: u64, bytes: &[u8], out: &mut Vec<u8>) {
        let Some(interface) = self.interfaces.get(interface) else {
            self.left.nowhere += 1;
            return;
        };
        let Some(framing) = interface.framing else { return };
        let Some(time) = interface.time(units) else {
            self.left.implausible += 1;
            return;
        };
        self.looked_at += 1;
        for event in self.watch.packet(framing, interface.name.as_deref(), time, bytes) {
            out.extend_from_slice(native::line(&event).as_bytes());
            out.push(b'\n');
        }
    }
}

impl Left {
    fn said(&self) -> Option<String> {
        let parts = [
            (self.timeless, "without a time (simple packet blocks)"),
            (self.nowhere, "of an interface that is not described"),
            (self.implausible, "with a time when no honeypot can have been"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = parts.map(|(count, what)| format!("{count} {what}")).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl Interface {
    /// None where no honeypot can have been.
    fn time(&self, units: u64) -> Option<UtcMicros> {
        let micros = u128::from(units) * u128::from(MICROSECOND) / u128::from(self.resolution.max(1));
        let micros = i64::try_from(micros).ok()?.checked_add(self.offset.checked_mul(1_000_000)?)?;
        UtcMicros::from_micros(micros).plausible().ok()
    }
}

fn bad(error: &PcapError<&[u8]>) -> io::Error {
    let what = match error {
        PcapError::HeaderNotRecognized => "no capture (pcap, pcapng)".to_owned(),
        PcapError::ReadError => "cannot be read".to_owned(),
        PcapError::BufferTooSmall => "a packet has more than a megabyte, or its length is damaged".to_owned(),
        _ => "a block of the capture is damaged".to_owned(),
    };
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_no_honeypot_are_none() {
        let interface = |resolution, offset| Interface { framing: None, name: None, resolution, offset };
        let micros = |interface: Interface, units| interface.time(units).map(UtcMicros::as_micros);
        assert_eq!(micros(interface(1, 0), 1_700_000_000), Some(1_700_000_000_000_000));
        assert_eq!(micros(interface(1_000, 1_600_000_000), 100_000_000_500), Some(1_700_000_000_500_000));
        for (resolution, offset, units) in [
            (MICROSECOND, 0, 0),
            (MICROSECOND, 0, u64::MAX),
            (MICROSECOND, 0, i64::MAX as u64),
            (1, i64::MIN, 1_700_000_000),
            (1, -9_000_000_000_000, 0),
            (0, 0, u64::MAX),
        ] {
            assert_eq!(micros(interface(resolution, offset), units), None, "{resolution} {offset} {units}");
        }
    }
}
