//! Live look-ups, against a server on this machine that answers what the providers document: they themselves need keys and
//! the internet.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use super::{came, tags_of, told};
use crate::program::Place;

/// A server that gives its answers one after the other, the last one again and again, and writes down what it is asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let mut answers: VecDeque<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let seen = Arc::clone(&asked);
        // Ends with the test.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = String::new();
                for line in BufReader::new(&stream).lines() {
                    let line = line.unwrap_or_default();
                    if line.is_empty() {
                        break;
                    }
                    request.push_str(&line);
                    request.push('\n');
                }
                seen.lock().unwrap().push(request);
                let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
                // Who has gone needs no answer.
                let _ = stream.write_all(answer.unwrap().as_bytes());
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn http(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn check(ip: &str, score: i64) -> String {
    let body = format!(
        r#"{{"data": {{"ipAddress": "{ip}", "isPublic": true, "ipVersion": 4, "abuseConfidenceScore": {score}, "totalReports": 1,
            "lastReportedAt": "2026-11-20T20:55:14+00:00",
            "reports": [{{"reportedAt": "2026-11-20T20:55:14+00:00", "comment": "x", "categories": [18, 22]}}]}}}}"#
    );
    http("200 OK", "", &body)
}

/// A run, its standard output and error, and how it ended.
fn lookup(place: &Place, server: &Server, args: &[&str], now: &str) -> (String, String, Option<i32>) {
    let mut command = place.command(&[&["intel", "lookup", "--per-minute", "60000"], args].concat());
    command.env("VESPID_ABUSEIPDB_URL", &server.url).env("VESPID_GREYNOISE_URL", &server.url);
    command.env("VESPID_ABUSEIPDB_KEY", "secret-key").env("SOURCE_DATE_EPOCH", now);
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

const NOW: &str = "1800000000";

#[test]
fn attackers_are_asked_about_once_a_day() {
    let place = Place::new();
    // One at home, and two of documents.
    came(&place, &["9.9.9.1", "192.168.7.7", "203.0.113.1", "2001:db8::1"]);
    let server = Server::new(&[&check("9.9.9.1", 90)]);
    let (out, err, code) = lookup(&place, &server, &["--provider", "abuseipdb"], NOW);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(
        err.contains(&format!(
            "asks AbuseIPDB at {} about at most 100 of the addresses: each address is sent, with your key",
            server.url
        )),
        "{err}"
    );
    assert_eq!(told(&out, "AbuseIPDB"), "1 asked about, 0 known already, 3 not on the internet");
    assert_eq!(tags_of(&place, "9.9.9.1"), ["T1110@0.68"]);
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0].starts_with("GET /api/v2/check?ipAddress=9.9.9.1&maxAgeInDays=90&verbose HTTP/1.1\n"),
        "{asked:?}"
    );
    let header = |name: &str| asked[0].lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
    assert_eq!(
        (header("key: "), header("accept: ")),
        (Some("secret-key".into()), Some("application/json".into()))
    );
    // Nothing of it names this machine or its attackers' doings.
    assert_eq!(asked[0].lines().count(), 5, "{asked:?}");

    // The answer holds for a day; nothing is asked meanwhile.
    let (out, _, _) = lookup(&place, &server, &["--provider", "abuseipdb"], "1800080000");
    assert_eq!(told(&out, "AbuseIPDB"), "0 asked about, 1 known already, 3 not on the internet");
    let (out, _, _) = lookup(&place, &server, &["--provider", "abuseipdb"], "1800090000");
    assert_eq!(
        (told(&out, "AbuseIPDB"), told(&out, "events")),
        ("1 asked about, 0 known already, 3 not on the internet", "0 new, 1 already known")
    );
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn greynoise_may_know_nothing() {
    let place = Place::new();
    came(&place, &["9.9.9.1", "2620:fe::1"]);
    let noise = r#"{"ip": "9.9.9.1", "noise": true, "riot": false, "classification": "malicious", "name": "unknown", "last_seen": "2026-11-20", "message": "Success"}"#;
    let nothing = r#"{"ip": "2620:fe::1", "noise": false, "riot": false, "message": "IP not observed scanning the internet or contained in RIOT data set."}"#;
    // Both came as often: the order is that of the addresses.
    let server = Server::new(&[&http("404 Not Found", "", nothing), &http("200 OK", "", noise)]);
    let (out, err, code) = lookup(&place, &server, &["--provider", "greynoise"], NOW);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(err.contains("with no key, and nothing else"), "{err}");
    assert_eq!(
        (told(&out, "GreyNoise"), told(&out, "events")),
        ("2 asked about, 0 known already", "1 new, 0 already known")
    );
    assert_eq!(tags_of(&place, "9.9.9.1"), ["T1071@0.4"]);
    assert!(server.asked()[0].starts_with("GET /v3/community/2620:fe::1 HTTP/1.1\n"), "{:?}", server.asked());
    let (out, _, _) = lookup(&place, &server, &["--provider", "greynoise"], NOW);
    assert_eq!(told(&out, "GreyNoise"), "0 asked about, 2 known already");
}

#[test]
fn a_provider_that_wants_to_be_left_alone_is() {
    let ips = ["9.9.9.1", "9.9.9.2", "9.9.9.3", "9.9.9.4", "9.9.9.5"];
    let run = |answers: &[&str], args: &[&str]| {
        let place = Place::new();
        came(&place, &ips);
        let server = Server::new(answers);
        let (out, _, code) = lookup(&place, &server, &[&["--provider", "abuseipdb"], args].concat(), NOW);
        (out, server.asked().len(), code)
    };
    // A short pause is kept, and the same address asked about again. Nobody is asked again at once.
    let begun = std::time::Instant::now();
    let busy = http("429 Too Many Requests", "Retry-After: 0\r\n", "{}");
    let (out, asked, code) = run(&[&busy, &check("9.9.9.1", 90)], &["--limit", "1"]);
    assert!(begun.elapsed().as_millis() >= 2000);
    assert_eq!((asked, code, told(&out, "events")), (2, Some(0), "1 new, 0 already known"), "{out}");
    assert!(out.contains("ended: the limit of look-ups (1) is reached"), "{out}");
    for (answer, why, requests, code) in [
        (http("429 Too Many Requests", "Retry-After: 86400\r\n", "{}"), "left alone for 86400 seconds", 1, 0),
        (http("429 Too Many Requests", "", "{}"), "answered enough for now (429)", 1, 0),
        (http("401 Unauthorized", "", "{}"), "refuses the key (401)", 1, 1),
        (http("500 Internal Server Error", "", "{}"), "3 failures one after the other", 3, 1),
        // Nobody is followed elsewhere, key in hand.
        (http("302 Found", "Location: http://127.0.0.1:9/\r\n", ""), "3 failures one after the other", 3, 1),
        (http("200 OK", "", "<html>"), "3 failures one after the other", 3, 1),
        (check("8.8.4.4", 90), "3 failures one after the other", 3, 1),
        ("nonsense".to_owned(), "3 failures one after the other", 3, 1),
    ] {
        let (out, asked, ended) = run(&[&answer], &[]);
        assert!(out.contains(why), "{answer}: {out}");
        assert_eq!(
            (asked, ended, told(&out, "events")),
            (requests, Some(code), "0 new, 0 already known"),
            "{answer}: {out}"
        );
    }
}

#[test]
fn nothing_is_sent_without_a_key_or_without_being_asked_to() {
    let place = Place::new();
    came(&place, &["9.9.9.1"]);
    let server = Server::new(&[&check("9.9.9.1", 90)]);
    let mut command = place.command(&["intel", "lookup", "--provider", "abuseipdb"]);
    let output = command.env("VESPID_ABUSEIPDB_URL", &server.url).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("VESPID_ABUSEIPDB_KEY is not set"), "{error}");
    assert_eq!(lookup(&place, &server, &[], NOW).2, Some(2), "somebody must be named");
    let mut command = place.command(&["intel", "apply"]);
    command.env("VESPID_ABUSEIPDB_URL", &server.url).env("VESPID_ABUSEIPDB_KEY", "k");
    assert!(command.output().unwrap().status.success());
    assert_eq!(server.asked(), [""; 0]);
}
