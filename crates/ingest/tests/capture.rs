//! From packets to events: a capture of real clients.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;
use vespid_ingest::decode::native;
use vespid_ingest::source::file::{Item, LineReader, expand};

const LAB: &[u8] = include_bytes!("captures/lab.pcap");

/// The lines of a file with these bytes, and how reading it ended.
fn lines(bytes: &[u8]) -> (Vec<String>, Option<String>) {
    let file = tempfile::Builder::new().suffix(".pcap").tempfile().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    read(file.path(), 0)
}

fn read(path: &Path, from: u64) -> (Vec<String>, Option<String>) {
    let input = expand(&[path.display().to_string()]).unwrap().remove(0);
    let mut reader = match LineReader::open(&input, from) {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), Some(error.to_string())),
    };
    let mut lines = Vec::new();
    while let Some(item) = reader.next() {
        match item {
            Item::Line { bytes, .. } => lines.push(String::from_utf8(bytes.into_owned()).unwrap()),
            Item::TooLong { length, .. } => lines.push(format!("{length} bytes")),
            Item::Failed { error, .. } => return (lines, Some(error.to_string())),
        }
    }
    (lines, None)
}

/// The packets with their times, in microseconds.
fn packets() -> Vec<(u64, &'static [u8])> {
    let mut rest = &LAB[24..];
    let mut packets = Vec::new();
    while let Some((head, after)) = rest.split_at_checked(16) {
        let number = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
        let (packet, after) = after.split_at(number(8) as usize);
        packets.push((u64::from(number(0)) * 1_000_000 + u64::from(number(4)), packet));
        rest = after;
    }
    packets
}

/// A pcap file: big-endian, with nanoseconds.
fn pcap(link_type: u32, packets: impl IntoIterator<Item = (u64, Vec<u8>)>) -> Vec<u8> {
    let mut file = vec![0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4];
    file.extend([0; 8]);
    file.extend([65_535, link_type].map(u32::to_be_bytes).concat());
    for (time, packet) in packets {
        let length = u32::try_from(packet.len()).unwrap();
        let seconds = u32::try_from(time / 1_000_000).unwrap();
        let nanoseconds = u32::try_from(time % 1_000_000).unwrap() * 1_000;
        file.extend([seconds, nanoseconds, length, length].map(u32::to_be_bytes).concat());
        file.extend(packet);
    }
    file
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(12 + body.len()).unwrap();
    [&kind.to_le_bytes(), &length.to_le_bytes(), body, &length.to_le_bytes()].concat()
}

/// A pcapng file with a named interface for each link type. All packets come on that of Ethernet, or the first.
fn pcapng(link_types: &[u8], packets: &[(u64, &[u8])]) -> Vec<u8> {
    let mut section = 0x1a2b_3c4d_u32.to_le_bytes().to_vec();
    section.extend([1, 0, 0, 0]);
    section.extend([0xff; 8]);
    let mut file = block(0x0a0d_0d0a, &section);
    for link_type in link_types {
        let mut interface = vec![*link_type, 0, 0, 0, 0, 0, 4, 0];
        interface.extend([2, 0, 4, 0]);
        interface.extend(b"eth7");
        interface.extend([0; 4]);
        file.extend(block(1, &interface));
    }
    let number = link_types.iter().position(|link_type| *link_type == 1).unwrap_or(0);
    let number = u32::try_from(number).unwrap();
    for (time, packet) in packets {
        let length = u32::try_from(packet.len()).unwrap();
        let (high, low) = ((time >> 32) as u32, (time & 0xffff_ffff) as u32);
        let mut body = [number, high, low, length, length].map(u32::to_le_bytes).concat();
        body.extend(*packet);
        body.resize(body.len().next_multiple_of(4), 0);
        file.extend(block(6, &body));
    }
    file
}

#[test]
fn clients_are_known_by_how_they_speak_and_machines_by_what_they_show() {
    let (lines, end) = lines(LAB);
    assert_eq!(end, None);
    for line in &lines {
        assert!(native::decode(line.as_bytes()).unwrap().is_some(), "{line}");
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_kind_of_capture_says_the_same() {
    let whole = lines(LAB).0;
    let owned = || packets().into_iter().map(|(time, packet)| (time, packet.to_vec()));
    assert_eq!(lines(&pcap(1, owned())).0, whole);

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(LAB).unwrap();
    assert_eq!(lines(&gzip.finish().unwrap()).0, whole);

    let named = lines(&pcapng(&[1], &packets())).0;
    assert_eq!(named.len(), whole.len());
    assert!(named.iter().any(|line| line.contains(r#""on_iface":"eth7""#)), "{named:?}");

    // Without frames, or with those of a capture on all interfaces, streams are the same.
    let streams = |lines: &[String]| {
        lines.iter().filter(|line| !line.contains("ipv6_leak")).cloned().collect::<Vec<_>>()
    };
    let bare = owned()
        .filter(|(_, packet)| packet[12..14] == [8, 0])
        .map(|(time, packet)| (time, packet[14..].to_vec()));
    assert_eq!(lines(&pcap(101, bare)).0, streams(&whole));
    let cooked = owned().map(|(time, packet)| {
        let head = [&[0, 0, 0, 1, 0, 6], &packet[6..12], &[0, 0], &packet[12..14]].concat();
        (time, [head, packet[14..].to_vec()].concat())
    });
    assert_eq!(lines(&pcap(113, cooked)).0, whole);
}

#[test]
fn segments_may_come_in_another_order_and_twice() {
    let whole = lines(LAB).0;
    let mut packets: Vec<_> = packets().into_iter().map(|(time, packet)| (time, packet.to_vec())).collect();
    let large = |packet: &[u8]| packet.len() > 200;
    let places: Vec<usize> = (0..packets.len()).filter(|place| large(&packets[*place].1)).collect();
    for place in places.iter().rev() {
        let again = packets[*place].clone();
        packets.insert(*place, again);
    }
    assert_eq!(lines(&pcap(1, packets)).0, whole, "twice");

    // The halves of a stream's later segments change their places: what is said is the same, once both are there.
    let mut halved: Vec<(u64, Vec<u8>)> = Vec::new();
    for (time, packet) in self::packets() {
        match halves(packet) {
            Some([first, second]) => halved.extend([(time, second), (time, first)]),
            None => halved.push((time, packet.to_vec())),
        }
    }
    assert!(halved.len() > self::packets().len());
    assert_eq!(lines(&pcap(1, halved)).0, whole, "in another order");
}

/// What a TLS record with a hello begins with.
const HELLO: u8 = 0x16;

/// A TCP segment of Ethernet and IPv4 with much in it, as two. A hello is the first of its stream, which is known by it.
fn halves(packet: &[u8]) -> Option<[Vec<u8>; 2]> {
    let is_tcp = packet.len() > 200 && packet[12..14] == [8, 0] && packet[14] == 0x45 && packet[23] == 6;
    let begin = 34 + usize::from(*packet.get(46)? >> 4) * 4;
    let end = 14 + usize::from(u16::from_be_bytes([packet[16], packet[17]]));
    if !is_tcp || end < begin + 20 || end > packet.len() || packet[begin] == HELLO {
        return None;
    }
    let middle = begin + (end - begin) / 2;
    let part = |from: usize, to: usize| {
        let mut part = [&packet[..begin], &packet[from..to]].concat();
        let length = u16::try_from(part.len() - 14).unwrap();
        part[16..18].copy_from_slice(&length.to_be_bytes());
        let sequence = u32::from_be_bytes(packet[38..42].try_into().unwrap());
        let sequence = sequence.wrapping_add(u32::try_from(from - begin).unwrap());
        part[38..42].copy_from_slice(&sequence.to_be_bytes());
        part
    };
    Some([part(begin, middle), part(middle, end)])
}

#[test]
fn reading_goes_on_at_any_line() {
    let file = tempfile::Builder::new().suffix(".pcap").tempfile().unwrap();
    std::fs::write(file.path(), LAB).unwrap();
    let whole = read(file.path(), 0).0;
    let first = whole[0].len() as u64 + 1;
    assert_eq!(read(file.path(), first).0, whole[1..]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let (whole, _) = lines(LAB);
    let (cut, end) = lines(&LAB[..LAB.len() - 7]);
    assert!(whole.starts_with(&cut) && end.unwrap().contains("ends within a packet"));
    let (_, end) = lines(&pcap(127, []));
    assert!(end.unwrap().contains("link type 127 is not read"));
}

#[test]
fn an_interface_that_is_not_read_is_passed_over() {
    let whole = lines(&pcapng(&[1], &packets()));
    assert!(!whole.0.is_empty() && whole.1.is_none());
    assert_eq!(lines(&pcapng(&[127, 1, 105], &packets())), whole);
    let (none, end) = lines(&pcapng(&[127], &packets()));
    assert!(none.is_empty() && end.unwrap().contains("link type 127 is not read"));
}

#[test]
fn a_capture_of_which_nothing_can_be_used_says_why() {
    let file = |rest: Vec<u8>| [pcapng(&[1], &[]), rest].concat();
    let simple = |packet: &[u8]| {
        let mut body = u32::try_from(packet.len()).unwrap().to_le_bytes().to_vec();
        body.extend(packet);
        body.resize(body.len().next_multiple_of(4), 0);
        block(3, &body)
    };
    let (none, end) = lines(&file(packets().iter().flat_map(|(_, packet)| simple(packet)).collect()));
    let count = packets().len();
    assert!(none.is_empty());
    let expected =
        format!("no packet of the capture can be used: {count} without a time (simple packet blocks)");
    assert!(end.unwrap().contains(&expected));

    let early = packets().into_iter().map(|(time, packet)| (time % 1_000_000, packet.to_vec()));
    let (none, end) = lines(&pcap(1, early));
    assert!(none.is_empty() && end.unwrap().contains(&format!("{count} with a time when no honeypot")));

    // What can be used is.
    let whole = lines(&pcapng(&[1], &packets()));
    let mixed = [pcapng(&[1], &packets()), simple(packets()[0].1)].concat();
    assert_eq!(lines(&mixed), whole);

    // Larger packets than usual, and one that is larger than any.
    let with = |size: usize| {
        let mut packets = packets();
        let jumbo = vec![0_u8; size].leak();
        packets.insert(3, (packets[3].0, jumbo));
        pcapng(&[1], &packets)
    };
    assert_eq!(lines(&with(300_000)), whole);
    assert!(lines(&with(2_000_000)).1.unwrap().contains("more than a megabyte"));

    let (_, end) = lines(&pcapng(&[1; 257], &packets()));
    assert!(end.unwrap().contains("more than 256 interfaces"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn damage_is_survived(
        damage in prop::collection::vec((24..LAB.len(), any::<u8>()), 1..40),
        cut in 24..LAB.len(),
    ) {
        let mut bytes = LAB.to_vec();
        for (at, byte) in damage {
            bytes[at] = byte;
        }
        bytes.truncate(cut);
        for line in lines(&bytes).0 {
            prop_assert!(native::decode(line.as_bytes()).is_ok(), "{line}");
        }
    }
}
