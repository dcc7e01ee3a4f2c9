//! Syslog from real clients, with lines of real sensors.

use std::io::{Read as _, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::{Watch, all, assert_same, health, lines, opencanary};
use crate::program::{Place, sample};

const HEADER: &str = "<134>1 2026-11-24T15:22:00.123Z host cowrie 12 - - ";

/// Records of two sensors, and how many events each has in the end.
fn records() -> Vec<Vec<u8>> {
    let (cowrie, canary) = (sample(), opencanary());
    let records = lines(&cowrie).into_iter().take(300).chain(lines(&canary));
    records.map(|line| line.trim_ascii_end().to_vec()).collect()
}

/// The database of one `vespid ingest` of these records, sensor by sensor.
fn clean(records: &[Vec<u8>]) -> Vec<String> {
    let place = Place::new();
    let text = |is_cowrie: bool| {
        let of = |record: &&Vec<u8>| record.windows(10).any(|part| part == b"\"eventid\":") == is_cowrie;
        records.iter().filter(of).flat_map(|record| [record, &b"\n"[..]].concat()).collect::<Vec<u8>>()
    };
    let (cowrie, canary) =
        (place.write("cowrie.json", &text(true)), place.write("canary.json", &text(false)));
    place.say(&["ingest", &cowrie, &canary]);
    all(&place)
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Ends what is said, and waits until it was heard: who closes with something unread takes back what is under way.
fn finish(mut stream: TcpStream) {
    stream.shutdown(Shutdown::Write).unwrap();
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

/// Waits until as much is there as should be.
fn comes(watch: &Watch<'_>, expected: &[String]) {
    let bodies = expected.iter().filter(|line| line.split_once(' ').is_some_and(|(id, _)| id.len() == 32));
    watch.has_events(bodies.count());
}

#[test]
fn every_framing_and_both_forms_give_what_the_files_give() {
    let records = records();
    let expected = clean(&records);
    let place = Place::new();
    let watch = Watch::start(&place, &["--syslog-tcp", "127.0.0.1:0", "--syslog-udp", "127.0.0.1:0"]);
    let (mut counted, mut ended) =
        (connect(watch.address("syslog+tcp")), connect(watch.address("syslog+tcp")));
    let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    udp.connect(watch.address("syslog+udp")).unwrap();
    for (number, record) in records.iter().enumerate() {
        let modern = [HEADER.as_bytes(), record].concat();
        let old = [b"<134>Nov 24 15:22:00 host cowrie: ", &record[..]].concat();
        match number % 5 {
            0 => counted.write_all(&[format!("{} ", modern.len()).as_bytes(), &modern].concat()).unwrap(),
            1 => ended.write_all(&[&old[..], b"\n"].concat()).unwrap(),
            2 => counted.write_all(&[&modern[..], b"\r\n"].concat()).unwrap(),
            3 => drop(udp.send(&[&old[..], b"\0"].concat()).unwrap()),
            // Python's own handler knows no header.
            _ => drop(udp.send(&[b"<14>", &record[..]].concat()).unwrap()),
        }
        sleep(Duration::from_micros(200));
    }
    drop((counted, ended));
    comes(&watch, &expected);
    watch.end();
    assert_same(&all(&place), &expected);
    let (tcp, udp) = (health(&place, "syslog+tcp"), health(&place, "syslog+udp"));
    assert_eq!(tcp["lines"].as_u64().unwrap() + udp["lines"].as_u64().unwrap(), records.len() as u64);
    assert_eq!((&udp["dropped"], &tcp["errors"]), (&0.into(), &0.into()), "{tcp}");
}

/// DECNET's lines are syslog themselves, and are read whole, beside others.
#[test]
fn decnets_own_lines_are_read_whole() {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/golden/decnet.log");
    let text = std::fs::read(log).unwrap();
    let file = Place::new();
    let path = file.write("decnet.log", &text);
    file.say(&["ingest", &path]);
    let expected = all(&file);

    let place = Place::new();
    let watch = Watch::start(&place, &["--syslog-tcp", "127.0.0.1:0"]);
    let mut stream = connect(watch.address("syslog+tcp"));
    let mut all_lines = lines(&text);
    // It says nothing of an attacker, and is DECNET's because of those before.
    let start = all_lines.remove(0);
    all_lines.insert(3, start);
    // A line without an end is one when the sender has ended.
    let last = all_lines.pop().unwrap();
    stream.write_all(&all_lines.concat()).unwrap();
    stream.write_all(last.trim_ascii_end()).unwrap();
    drop(stream);
    comes(&watch, &expected);
    watch.end();
    assert_same(&all(&place), &expected);
}

#[test]
fn logger_is_understood() {
    let place = Place::new();
    let watch = Watch::start(&place, &["--syslog-tcp", "127.0.0.1:0", "--syslog-udp", "127.0.0.1:0"]);
    let cowrie = sample();
    let record = |number: usize| String::from_utf8(lines(&cowrie)[number].trim_ascii_end().to_vec()).unwrap();
    let ways: [(&str, &[&str]); 5] = [
        ("syslog+udp", &["--udp"]),
        ("syslog+udp", &["--udp", "--rfc3164"]),
        ("syslog+tcp", &["--tcp"]),
        ("syslog+tcp", &["--tcp", "--octet-count", "--rfc5424"]),
        ("syslog+tcp", &["--tcp", "--rfc3164", "--tag", "cowrie"]),
    ];
    for (number, (kind, way)) in ways.iter().enumerate() {
        let address = watch.address(kind);
        let server =
            ["--server", &address.ip().to_string(), "--port", &address.port().to_string()].map(str::to_owned);
        let mut logger = Command::new("logger");
        logger.args(&server).args(*way).args(["--size", "16KiB", "--", &record(number)]);
        let status = logger.status().expect("logger is missing: run `cargo xtask services` first");
        assert!(status.success(), "{way:?}");
        watch.has_events(number + 1);
    }
    watch.end();
    assert_eq!(place.ask("SELECT COUNT(*) FROM dead_letter"), "Integer(0)");
}

#[test]
fn tls_takes_messages_and_bad_handshakes_hurt_nobody() {
    let place = Place::new();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    place.write("cert.pem", made.cert.pem().as_bytes());
    place.write("key.pem", made.signing_key.serialize_pem().as_bytes());
    let args = ["--syslog-tls", "127.0.0.1:0", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    let watch = Watch::start(&place, &args);
    let address = watch.address("syslog+tls");

    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(made.cert.der().to_vec())).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let client = || {
        let name = ServerName::try_from("localhost").unwrap();
        StreamOwned::new(ClientConnection::new(Arc::clone(&config), name).unwrap(), connect(address))
    };
    // One speaks no TLS, one nothing at all.
    let mut plain = connect(address);
    plain.write_all(b"<134>1 - - - - - - no TLS\n").unwrap();
    let _silent = connect(address);

    let records = records();
    let expected = clean(&records);
    let (first, second) = records.split_at(100);
    let mut stream = client();
    for record in first {
        let message = [HEADER.as_bytes(), record].concat();
        stream.write_all(&[format!("{} ", message.len()).as_bytes(), &message].concat()).unwrap();
    }
    stream.flush().unwrap();
    // Gone without a word: what it said counts.
    finish(stream.sock);
    let mut stream = client();
    for record in second {
        stream.write_all(&[HEADER.as_bytes(), record, b"\n"].concat()).unwrap();
    }
    stream.conn.send_close_notify();
    stream.flush().unwrap();
    finish(stream.sock);
    comes(&watch, &expected);
    let _ = plain.read(&mut [0; 100]);
    watch.end();
    assert_same(&all(&place), &expected);
    let health = health(&place, "syslog+tls");
    assert_eq!(health["errors"], 1, "{health}");
    assert!(health["last_error"].as_str().unwrap().starts_with("127.0.0.1: "), "{health}");
}
