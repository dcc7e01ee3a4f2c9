//! Lines of Cowrie to events.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use vespid_ingest::decode::cowrie::decode;
use vespid_model::body::{AuthResult, PayloadOrigin, Session};
use vespid_model::event::Event;
use vespid_model::{Body, SourceKind};

const HEAD: &str = r#""session":"b25d5d9d322e","protocol":"telnet","src_ip":"203.0.113.14","src_port":20001,"dst_ip":"192.0.2.10","dst_port":2223,"sensor":"cowrie-a","timestamp":"2026-11-24T15:22:00.506059Z""#;

fn line(eventid: &str, rest: &str) -> String {
    let comma = if rest.is_empty() { "" } else { "," };
    format!("{{\"eventid\":\"cowrie.{eventid}\",{HEAD}{comma}{rest}}}")
}

fn read(eventid: &str, rest: &str) -> Event {
    decode(line(eventid, rest).as_bytes()).unwrap().unwrap()
}

/// The event's kind and its body as stored.
fn body(eventid: &str, rest: &str) -> String {
    let event = read(eventid, rest);
    format!("{} {}", event.kind(), event.body_json)
}

#[test]
fn a_line_becomes_an_event_with_its_own_time() {
    let event = read("command.input", r#""input":"uname -a""#);
    assert_eq!(event.time.to_string(), "2026-11-24T15:22:00.506059Z");
    assert_eq!(event.source_ip.to_string(), "203.0.113.14");
    assert_eq!((&*event.decky, event.session.as_deref()), ("cowrie-a", Some("b25d5d9d322e")));
    assert_eq!(&*event.body_json, r#"{"command_text":"uname -a"}"#);
}

/// Cowrie logs a script again when it is run. Over Telnet nobody types a line break; over SSH a command may have some.
#[test]
fn a_script_that_was_run_was_not_typed() {
    let ssh = |text: &str| {
        let line = line("command.input", &format!("\"input\":\"{text}\"")).replace("telnet", "ssh");
        decode(line.as_bytes()).unwrap().unwrap().body_json
    };
    assert_eq!(
        body("command.input", r#""input":"cd /tmp\nid\n""#),
        r#"command {"command_text":"cd /tmp\nid\n","script":true}"#
    );
    assert_eq!(body("command.input", r#""input":"id\n""#), r#"command {"command_text":"id\n"}"#);
    assert_eq!(&*ssh(r"#!/bin/sh\nid"), r##"{"command_text":"#!/bin/sh\nid","script":true}"##);
    assert_eq!(&*ssh(r"cd /tmp\nid"), r#"{"command_text":"cd /tmp\nid"}"#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_event_id_has_its_body() {
    for (eventid, rest, expected) in [
        (
            "session.connect",
            "",
            r#"session {"action":"connect","service":"telnet","src_port":20001,"dst_ip":"192.0.2.10","dst_port":2223}"#,
        ),
        ("session.closed", r#""duration_ms":257"#, r#"session {"action":"closed","duration_ms":257}"#),
        ("session.closed", r#""duration":"1.5""#, r#"session {"action":"closed","duration_ms":1500}"#),
        (
            "client.version",
            r#""version":"SSH-2.0-Go""#,
            r#"session {"action":"client_version","version":"SSH-2.0-Go"}"#,
        ),
        (
            "client.kex",
            r#""hassh":"00","hasshAlgorithms":"a;b","kexAlgs":["a"]"#,
            r#"session {"action":"client_kex","hassh":"00","hassh_algorithms":"a;b"}"#,
        ),
        (
            "client.size",
            r#""width":80,"height":24"#,
            r#"session {"action":"client_size","width":80,"height":24}"#,
        ),
        (
            "client.var",
            r#""name":"LANG","value":"C""#,
            r#"session {"action":"client_variable","name":"LANG","value":"C"}"#,
        ),
        (
            "client.fingerprint",
            r#""username":"root","fingerprint":"aa:bb","key":"x","type":"ssh-rsa""#,
            r#"session {"action":"other","event":"cowrie.client.fingerprint","message":""}"#,
        ),
        (
            "login.failed",
            r#""username":"root","fingerprint":"aa:bb","key":"x","type":"ssh-rsa""#,
            r#"auth_attempt {"username":"root","key_fingerprint":"aa:bb","result":"failure","service":"telnet"}"#,
        ),
        (
            "command.input",
            r#""realm":"passwd","input":"hunter2""#,
            r#"session {"action":"input","realm":"passwd","input":"hunter2"}"#,
        ),
        (
            "command.success",
            r#""realm":"passwd","input":"hunter2""#,
            r#"session {"action":"input","realm":"passwd","input":"hunter2"}"#,
        ),
        (
            "session.file_download",
            r#""url":"/tmp/.none","destfile":"/tmp/.none","shasum":"ab""#,
            r#"payload {"origin":"redirect","filename":"/tmp/.none","sha256":"ab"}"#,
        ),
        (
            "session.file_download",
            r#""url":"stdin","destfile":"","shasum":"ab""#,
            r#"payload {"origin":"stdin","sha256":"ab"}"#,
        ),
        (
            "session.file_download",
            r#""url":"http://192.0.2.1/x","destfile":"/tmp/x","shasum":"ab""#,
            r#"payload {"origin":"download","url":"http://192.0.2.1/x","filename":"/tmp/x","sha256":"ab"}"#,
        ),
        (
            "telnet.exploit_success",
            r#""cve":"CVE-2026-24061","username":"root","original_username":"","attempted_command":"id""#,
            r#"session {"action":"exploit_attempt","cve":"CVE-2026-24061","name":"root","value":"id","succeeded":true}"#,
        ),
        (
            "client.malformed_packet",
            r#""messagenum":20,"message":"bad packet""#,
            r#"session {"action":"protocol_error","error":"bad packet"}"#,
        ),
        (
            "direct-tcpip.ja4",
            r#""ja4":"t13d""#,
            r#"session {"action":"forward_fingerprint","dst_host":"192.0.2.10","dst_port":2223,"fingerprint":"t13d"}"#,
        ),
        (
            "login.failed",
            r#""username":"root","password":"""#,
            r#"auth_attempt {"username":"root","password":"","result":"failure","service":"telnet"}"#,
        ),
        (
            "login.success",
            r#""username":"root","password":"x""#,
            r#"auth_attempt {"username":"root","password":"x","result":"success","service":"telnet"}"#,
        ),
        (
            "session.file_download",
            r#""url":"http://192.0.2.1/x","shasum":"AB","outfile":"o""#,
            r#"payload {"origin":"download","url":"http://192.0.2.1/x","sha256":"ab"}"#,
        ),
        (
            "session.file_download",
            r#""destfile":"/root/.ssh/authorized_keys","shasum":"ab""#,
            r#"payload {"origin":"redirect","filename":"/root/.ssh/authorized_keys","sha256":"ab"}"#,
        ),
        ("session.file_download", r#""shasum":"ab""#, r#"payload {"origin":"stdin","sha256":"ab"}"#),
        (
            "session.file_download.failed",
            r#""url":"http://192.0.2.1/x""#,
            r#"payload {"origin":"download_failed","url":"http://192.0.2.1/x"}"#,
        ),
        (
            "session.file_upload",
            r#""filename":"x.sh","shasum":"ab""#,
            r#"payload {"origin":"upload","filename":"x.sh","sha256":"ab"}"#,
        ),
        (
            "command.failed",
            r#""input":"man ls""#,
            r#"session {"action":"command_result","input":"man ls","found":false}"#,
        ),
        (
            "direct-tcpip.request",
            r#""orig_ip":"127.0.0.1""#,
            r#"session {"action":"forward_request","dst_host":"192.0.2.10","dst_port":2223,"orig_host":"127.0.0.1"}"#,
        ),
        (
            "direct-tcpip.data",
            r#""data":"b'x'""#,
            r#"session {"action":"forward_data","dst_host":"192.0.2.10","dst_port":2223,"data":"b'x'"}"#,
        ),
        (
            "direct-tcpip.ja4h",
            r#""ja4h":"ge11""#,
            r#"session {"action":"forward_fingerprint","dst_host":"192.0.2.10","dst_port":2223,"fingerprint":"ge11"}"#,
        ),
        (
            "telnet.exploit_success",
            r#""cve":"CVE-2026-24061","name":"USER","value":"-f root""#,
            r#"session {"action":"exploit_attempt","cve":"CVE-2026-24061","name":"USER","value":"-f root","succeeded":true}"#,
        ),
        (
            "virustotal.scanfile",
            r#""message":"seen""#,
            r#"session {"action":"other","event":"cowrie.virustotal.scanfile","message":"seen"}"#,
        ),
    ] {
        assert_eq!(body(eventid, rest), expected);
    }
}

#[test]
fn without_a_sensor_all_lines_of_a_session_are_on_one_decky() {
    for (eventid, rest) in
        [("direct-tcpip.request", ""), ("session.connect", ""), ("command.input", r#""input":"id""#)]
    {
        let text = line(eventid, rest).replace(r#""sensor":"cowrie-a","#, "");
        assert_eq!(&*decode(text.as_bytes()).unwrap().unwrap().decky, "cowrie", "{eventid}");
    }
}

#[test]
fn the_zone_of_an_address_is_not_the_attackers() {
    let text = line("command.input", r#""input":"id""#).replace("203.0.113.14", "fe80::1%eth0");
    assert_eq!(decode(text.as_bytes()).unwrap().unwrap().source_ip.to_string(), "fe80::1");
    let text = line("session.connect", "").replace("192.0.2.10", "fe80::2%3");
    assert!(decode(text.as_bytes()).unwrap().unwrap().body_json.contains(r#""dst_ip":"fe80::2""#));
}

#[test]
fn the_service_is_not_guessed() {
    let service = |rest: &str| {
        let text = line("login.failed", rest).replace(r#""protocol":"telnet","#, "");
        let Body::AuthAttempt(attempt) = decode(text.as_bytes()).unwrap().unwrap().body else { panic!() };
        attempt.service
    };
    let login = r#""username":"a","password":"b""#;
    assert_eq!(service(login), "unknown");
    assert_eq!(service(&format!(r#"{login},"system":"CowrieTelnetTransport,7,192.0.2.1""#)), "telnet");
    assert_eq!(
        service(&format!(r#"{login},"system":"SSHService on HoneyPotSSHTransport,7,192.0.2.1""#)),
        "ssh"
    );
}

#[test]
fn bad_lines_say_what_and_where() {
    let whole = line("command.input", r#""input":"id""#);
    let cases: Vec<(Vec<u8>, &str, &str)> = vec![
        (b"\xff\xfe".to_vec(), "invalid_utf8", "byte 0"),
        (b"{\"a\":\0}".to_vec(), "nul_byte", "byte 5"),
        (b"garbage".to_vec(), "not_json", "line 1 column 1"),
        (whole.as_bytes()[..whole.len() - 9].to_vec(), "truncated_json", "EOF"),
        (b"[1]".to_vec(), "not_an_object", "no object"),
        (b"[\"cowrie.command.input\"]".to_vec(), "not_an_object", "no object"),
        (br#"{"eventid":"other.thing"}"#.to_vec(), "not_cowrie", "other.thing"),
        (b"{}".to_vec(), "not_cowrie", "no eventid"),
        (whole.replace("b25d5d9d322e", &"x".repeat(256)).into_bytes(), "too_long", "field session"),
        (line("command.input", "").into_bytes(), "missing_field", "input"),
        (line("command.input", r#""input":7"#).into_bytes(), "wrong_type", "field input"),
        (line("command.input", r#""input":"a","input":"b""#).into_bytes(), "duplicate_field", "input"),
        (line("client.size", r#""width":-1,"height":9"#).into_bytes(), "out_of_range", "width"),
        (line("client.size", r#""width":"wide","height":9"#).into_bytes(), "wrong_type", "field width"),
        (line("session.connect", "").replace("20001", "70000").into_bytes(), "out_of_range", "src_port"),
        (
            line("direct-tcpip.request", "").replace("2223", "4294967296").into_bytes(),
            "out_of_range",
            "dst_port",
        ),
        (line("session.closed", r#""duration_ms":-5"#).into_bytes(), "out_of_range", "duration_ms"),
        (line("session.closed", "").into_bytes(), "missing_field", "duration_ms"),
        (line("client.kex", "").into_bytes(), "missing_field", "hassh"),
        (whole.replace(r#""203.0.113.14""#, "7").into_bytes(), "wrong_type", "field src_ip"),
        (
            whole.replace(r#""2026-11-24T15:22:00.506059Z""#, "{}").into_bytes(),
            "wrong_type",
            "field timestamp",
        ),
        (br#"{"eventid":"\u001b[31m"}"#.to_vec(), "not_cowrie", r"\u{1b}[31m"),
        (whole.replace("203.0.113.14", "nobody").into_bytes(), "bad_address", "nobody"),
        (whole.replace(r#""b25d5d9d322e""#, "null").into_bytes(), "missing_field", "session"),
        (
            whole.replace("2026-11-24T15:22:00.506059Z", "9999-12-31T23:59:59Z").into_bytes(),
            "implausible_time",
            "9999",
        ),
        (whole.replace("2026-11-24T15:22:00.506059Z", "soon").into_bytes(), "bad_time", "soon"),
    ];
    for (bytes, reason, said) in cases {
        let error = decode(&bytes).unwrap_err();
        assert_eq!(error.reason(), reason, "{error}");
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(decode(b" \r").unwrap(), None);
}

/// A field that the event has no use for may hold anything, and the first line may begin with a mark.
#[test]
fn what_an_event_does_not_use_does_not_cost_it() {
    assert_eq!(
        read("command.input", r#""input":"id","size":{"a":1},"width":"x""#).kind(),
        SourceKind::Command
    );
    assert!(body("virustotal.scanfile", r#""data":[1],"url":true"#).contains("cowrie.virustotal.scanfile"));
    let marked = ["\u{feff}", &line("command.input", r#""input":"id""#)].concat();
    assert_eq!(decode(marked.as_bytes()).unwrap(), Some(read("command.input", r#""input":"id""#)));
    let far = line("direct-tcpip.request", "").replace("2223", "70000");
    let far = decode(far.as_bytes()).unwrap().unwrap();
    assert!(far.body_json.contains(r#""dst_port":70000"#), "SSH has room for it: {}", far.body_json);
}

#[test]
fn half_a_character_costs_a_character_not_the_event() {
    let event = read("command.input", r#""input":"a\udcffb \ud83d\ude00""#);
    assert_eq!(&*event.body_json, "{\"command_text\":\"a\u{fffd}b 😀\"}");
}

#[test]
fn bundled_logs_are_read_whole() {
    for (name, lines) in [("cowrie-a.json", 1469), ("cowrie-b.json", 1053)] {
        let log = std::fs::read_to_string(root().join("data/samples").join(name)).unwrap();
        let events: Vec<Event> = log.lines().map(|line| decode(line.as_bytes()).unwrap().unwrap()).collect();
        assert_eq!(events.len(), lines);
        for event in &events {
            let other = matches!(&event.body, Body::Session(Session::Other { .. }));
            assert!(!other, "{} has no body of its own", event.body_json);
        }
        let ids: std::collections::BTreeSet<_> = events.iter().map(|event| event.id).collect();
        assert_eq!(ids.len(), events.len(), "no two lines are the same event");
    }
}

/// The counts stated in the samples' own notes.
#[test]
fn kinds_are_as_many_as_the_log_has() {
    let log = std::fs::read_to_string(root().join("data/samples/cowrie-a.json")).unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for event in log.lines().map(|line| decode(line.as_bytes()).unwrap().unwrap()) {
        let name = match &event.body {
            Body::AuthAttempt(attempt) if attempt.result == AuthResult::Success => "login.success".to_owned(),
            Body::Payload(payload) if payload.origin == PayloadOrigin::Download => "download".to_owned(),
            _ => event.kind().to_string(),
        };
        *counts.entry(name).or_default() += 1;
    }
    assert_eq!(counts["login.success"], 22);
    assert_eq!(counts[SourceKind::AuthAttempt.as_str()], 194);
    assert_eq!(counts[SourceKind::Command.as_str()], 195);
}

/// Real logs of others, where they lie beside the project.
#[test]
fn logs_of_other_sensors_are_read() {
    let shared = root().join("../shared/data");
    if !shared.exists() {
        eprintln!("skipped: {} is not there", shared.display());
        return;
    }
    // 25 lines of the second have a hash in place of the attacker's address.
    for (name, unread) in
        [("tpot-noahassd/cowrie_cowrie.json", 0), ("cyberlab-compx520/cowrie_commands.json", 25)]
    {
        let log = std::fs::read_to_string(shared.join(name)).unwrap();
        let bad: Vec<_> = log.lines().filter_map(|line| decode(line.as_bytes()).err()).collect();
        assert_eq!(bad.len(), unread, "{name}: {bad:?}");
        assert!(bad.iter().all(|error| error.reason() == "bad_address"), "{name}: {bad:?}");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn damaged_lines_are_judged(place in 0_usize..500, bytes in prop::collection::vec(any::<u8>(), 0..4), cut in 0_usize..4) {
        let mut text = line("login.failed", r#""username":"ro\u00e9t","password":"a\\\"b""#).into_bytes();
        let place = place.min(text.len());
        text.splice(place..(place + cut).min(text.len()), bytes);
        if let Ok(Some(event)) = decode(&text) {
            prop_assert_eq!(Body::from_json(event.kind(), &event.body_json).unwrap(), event.body);
        }
    }
}
