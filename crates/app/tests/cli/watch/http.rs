//! Events over HTTP, with a client of a few lines.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::files::gzip;
use super::{Watch, all, assert_same, health};
use crate::program::{Place, sample};

/// A status and what is said.
fn post(
    address: SocketAddr,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> (u16, serde_json::Value) {
    let mut head = format!(
        "POST {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    // Who is refused may be answered before all was sent.
    let _ = stream.write_all(&[head.as_bytes(), b"\r\n", body].concat());
    let mut answer = Vec::new();
    let _ = std::io::copy(&mut stream.take(1 << 20), &mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_default())
}

const EVENTS: &str = "/api/v1/events";
const GZIP: (&str, &str) = ("Content-Encoding", "gzip");

#[test]
fn what_is_acknowledged_is_there_after_a_kill() {
    let (clean, place) = (Place::new(), Place::new());
    let log = clean.write("cowrie.json", &sample());
    clean.say(&["ingest", &log]);

    let watch = Watch::start(&place, &["--http", "127.0.0.1:0"]);
    let address = watch.address("http");
    let (status, said) = post(address, EVENTS, &[GZIP], &gzip(&sample()));
    // At once.
    watch.kill();
    assert_eq!(status, 202, "{said}");
    assert_eq!((&said["lines"], &said["events"], &said["new"]), (&1469.into(), &1469.into(), &1469.into()));
    assert_eq!((&said["duplicate"], &said["dead_letters"]), (&0.into(), &0.into()));
    assert_same(&all(&place), &all(&clean));

    let watch = Watch::start(&place, &["--http", "127.0.0.1:0"]);
    let (status, said) = post(watch.address("http"), EVENTS, &[], &sample());
    assert_eq!((status, &said["new"], &said["duplicate"]), (202, &0.into(), &1469.into()), "{said}");
    watch.end();
    assert_same(&all(&place), &all(&clean));
}

#[test]
fn bad_bodies_are_said_and_good_ones_go_on() {
    let place = Place::new();
    let watch = Watch::start(&place, &["--http", "127.0.0.1:0"]);
    let address = watch.address("http");
    let bomb = gzip(&vec![b'\n'; 64 << 20]);
    assert!(bomb.len() < 4 << 20);
    for (target, headers, body, status) in [
        (EVENTS, &[GZIP][..], &bomb[..], 413),
        (EVENTS, &[], &vec![b'x'; 9 << 20], 413),
        (EVENTS, &[GZIP], b"no gzip", 400),
        ("/api/v1/events?format=nonsense", &[], b"{}", 400),
        ("/api/v1/event", &[], b"{}", 404),
        (EVENTS, &[("Origin", "http://evil.example")], b"{}", 403),
    ] {
        let (answered, said) = post(address, target, headers, body);
        assert_eq!(answered, status, "{said}");
        assert!(said["error"].as_str().is_some_and(|error| error.len() > 10), "{said}");
    }
    // What no format knows is one dead letter; a bad line among good ones is one too.
    let (status, said) = post(address, EVENTS, &[], b"what is this\nand this\n");
    assert_eq!((status, &said["lines"], &said["events"]), (202, &2.into(), &0.into()), "{said}");
    assert_eq!(said["reasons"]["unrecognised_format"], 1);
    let first: Vec<u8> = sample().into_iter().take_while(|byte| *byte != b'\n').collect();
    let long = vec![b'x'; (1 << 20) + 1];
    let body = [&first[..], b"\nnot json\n", &long, b"\n\n"].concat();
    let (status, said) = post(address, EVENTS, &[], &body);
    assert_eq!(
        (status, &said["lines"], &said["new"], &said["dead_letters"]),
        (202, &4.into(), &1.into(), &2.into())
    );
    assert_eq!(said["reasons"]["line_too_long"], 1);
    let (_, said) = post(address, "/api/v1/events?format=opencanary", &[], &first);
    assert_eq!(said["dead_letters"], 1, "read as what it was said to be: {said}");
    watch.end();
    let health = health(&place, "http");
    assert_eq!((&health["events"], &health["dead_letters"]), (&1.into(), &4.into()), "{health}");
    // All that was refused, but for the address that is none.
    assert_eq!(health["errors"], 5, "{health}");
}

#[test]
fn a_token_is_asked_for() {
    let place = Place::new();
    let secret = "a-secret-of-some-length";
    let watch = Watch::with(&place, &["--http", "127.0.0.1:0"], &[("VESPID_INTAKE_TOKEN", secret)]);
    let address = watch.address("http");
    let right = format!("Bearer {secret}");
    for (headers, status) in [
        (vec![], 401),
        (vec![("Authorization", "Bearer a-secret-of-some-lengtH")], 401),
        (vec![("Authorization", &*right)], 202),
    ] {
        assert_eq!(post(address, EVENTS, &headers, &sample()).0, status, "{headers:?}");
    }
    watch.end();
    // Where others reach it there must be one, and a good one.
    for token in [None, Some("short")] {
        let mut command = place.command(&["watch", "--http", "0.0.0.0:0"]);
        command.envs(token.map(|token| ("VESPID_INTAKE_TOKEN", token)));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("VESPID_INTAKE_TOKEN"));
    }
}
