//! Which format an input is of.

use std::sync::Arc;

use vespid_ingest::decode::{
    BadMapping, DecodeError, Decoded, Decoder, Format, Known, Mapping, Passed, recognise,
};
use vespid_model::SourceKind;
use vespid_model::event::Event;

const COWRIE: &str = r#"{"eventid":"cowrie.command.input","session":"s","src_ip":"192.0.2.1","sensor":"c","timestamp":"2026-11-24T15:22:00Z","input":"id"}"#;
const NATIVE: &str = r#"{"kind":"command","time":"2026-11-24T15:22:00Z","src_ip":"192.0.2.1","decky":"c","command_text":"id"}"#;
const REDIS: &str =
    r#"{"action":"INFO","addr":"192.0.2.1:30904","level":"info","msg":"","time":"2026-01-09 17:55:29"}"#;
const SYSLOG: &str =
    r#"<134>1 2026-11-24T15:22:07+00:00 ssh-1 ssh - connect [relay@55555 src_ip="192.0.2.1"]"#;
const HONEYAML: &str = r#"{"timestamp":"2026-01-09T18:05:36.755850Z","level":"WARN","src_ip":"192.0.2.1","path":"/a","method":"GET","status_code":201,"host":"h","target":"honeyaml::access-log","user_agent":"x"}"#;

fn events(decoder: &mut Decoder, line: &str) -> Vec<Event> {
    match decoder.decode(line.as_bytes()) {
        Ok(Decoded::Events(events)) => events.into_vec(),
        other => panic!("{line}: {other:?}"),
    }
}

fn sniffing() -> Decoder {
    Decoder::sniffing(Arc::default())
}

#[test]
fn the_first_known_line_decides_and_others_are_read_as_what_they_are() {
    let mut decoder = sniffing();
    decoder.look(["", "starting", REDIS, COWRIE]).unwrap();
    assert_eq!(decoder.name(), Some("redishoneypot"));
    for line in [REDIS, COWRIE, NATIVE, REDIS] {
        assert_eq!(events(&mut decoder, line).len(), 1);
    }
    assert_eq!(decoder.name(), Some("redishoneypot"));
    assert_eq!(decoder.decode(b"{\"x\":1}"), Err(DecodeError::Missing("level")));
}

/// What attackers write may begin a line of a log of text.
#[test]
fn among_text_nothing_else_is_read() {
    let mut decoder = sniffing();
    decoder.look([SYSLOG]).unwrap();
    assert_eq!(events(&mut decoder, SYSLOG).len(), 1);
    assert_eq!(decoder.decode(COWRIE.as_bytes()), Err(DecodeError::NotText));
    let mut json = sniffing();
    json.look([COWRIE]).unwrap();
    assert_eq!(json.decode(SYSLOG.as_bytes()).unwrap_err().reason(), "not_json");
}

#[test]
fn a_given_format_is_kept() {
    let mut decoder = Decoder::given(Format::Suricata);
    decoder.look([COWRIE]).unwrap();
    assert_eq!(decoder.decode(COWRIE.as_bytes()), Err(DecodeError::Missing("event_type")));
}

#[test]
fn nobodys_log_is_said_to_be_so() {
    assert_eq!(sniffing().look(["a", "b"]), Err(DecodeError::Unrecognised));
    assert_eq!(sniffing().look(["", " \r"]), Ok(()), "an empty log is no unknown one");
    assert_eq!(sniffing().look([HONEYAML]), Err(DecodeError::NotRead("honeyaml")));
    // A stream has no beginning that could be looked at.
    let mut stream = sniffing();
    assert_eq!(stream.decode(b"starting"), Err(DecodeError::Unrecognised));
    assert_eq!(events(&mut stream, COWRIE).len(), 1);
    let many = std::iter::repeat_n("x", 100).chain([COWRIE]);
    assert_eq!(sniffing().look(many), Err(DecodeError::Unrecognised), "a hundred lines count");
}

/// Attackers choose values, and no value makes a line another program's.
#[test]
fn values_decide_nothing() {
    for value in ["eventid", r#"\",\"eventid\":\"cowrie.x"#, "logtype node_id logdata", "<134>1 x", "\\udcff"]
    {
        let line = REDIS.replace("INFO", value);
        assert_eq!(recognise(line.as_bytes()), Some(Known::Read(Format::RedisHoneypot)), "{value}");
    }
}

#[test]
fn what_comes_from_the_decoys_is_no_attack() {
    let own: Vec<_> = ["198.51.100.0/24", "192.0.2.1"].iter().map(|net| net.parse().unwrap()).collect();
    let mut decoder = sniffing().own(own.into());
    assert_eq!(decoder.decode(COWRIE.as_bytes()), Ok(Decoded::Passed(Passed::Outgoing)));
    assert_eq!(events(&mut decoder, &COWRIE.replace("192.0.2.1", "192.0.2.2")).len(), 1);
}

/// The file that the project carries, and the one in its documentation, are the same mapping.
#[test]
fn a_mapping_reads_what_nobody_knows() {
    let text = include_str!("../../../mappings/honeyaml.toml");
    let document = include_str!("../../../docs/formats.md");
    let shown = document.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mapping = Mapping::parse(text).unwrap();
    assert_eq!(Mapping::parse(shown).unwrap(), mapping);
    let mut decoder = Decoder::sniffing(Arc::new([mapping]));
    decoder.look([HONEYAML]).unwrap();
    assert_eq!(decoder.name(), Some("honeyaml"));
    let event = &events(&mut decoder, HONEYAML)[0];
    assert_eq!((event.kind(), &*event.decky), (SourceKind::HttpRequest, "honeyaml"));
    assert_eq!(
        &*event.body_json,
        r#"{"method":"GET","raw_url":"/a","host":"h","user_agent":"x","status":201,"service":"http"}"#
    );
    let started = HONEYAML.replace("honeyaml::access-log", "honeyaml");
    assert_eq!(decoder.decode(started.as_bytes()), Ok(Decoded::Passed(Passed::Housekeeping)));
    let odd = HONEYAML.replace("201", "\"x\"");
    assert_eq!(decoder.decode(odd.as_bytes()).unwrap_err().reason(), "bad_body");
    assert_eq!(events(&mut decoder, COWRIE).len(), 1);
}

#[test]
fn paths_and_numbers_in_mappings() {
    let mapping = Mapping::parse(
        r#"
        name = "x"
        has = ["ts", "peer.ip"]
        time = "ts"
        src_ip = "peer.ip"
        decky = "sensor"
        session = "conn.id"
        [[event]]
        kind = "auth_attempt"
        when = { what = "login", ok = "true" }
        fields = { username = "user", password = "pass" }
        fixed = { service = "ssh", result = "success" }
        [[event]]
        kind = "session"
        fields = { message = "what" }
        fixed = { action = "other", event = "x" }
        "#,
    )
    .unwrap();
    let mut decoder = Decoder::sniffing(Arc::new([mapping]));
    let login = r#"{"ts":1795534755.5,"peer":{"ip":"192.0.2.1:4000"},"sensor":"d","conn":{"id":7},"what":"login","ok":true,"user":"root","pass":""}"#;
    let event = &events(&mut decoder, login)[0];
    assert_eq!(event.time.to_string(), "2026-11-24T15:39:15.500000Z");
    assert_eq!((&*event.decky, event.session.as_deref()), ("d", Some("7")));
    assert_eq!(event.kind(), SourceKind::AuthAttempt);
    let other = login.replace("login", "bye");
    assert_eq!(
        &*events(&mut decoder, &other)[0].body_json,
        r#"{"action":"other","event":"x","message":"bye"}"#
    );
}

#[test]
fn mappings_that_cannot_be() {
    let good = "name = \"x\"\nhas = [\"a\"]\ntime = \"t\"\nsrc_ip = \"i\"\n[[event]]\nkind = \"command\"\n";
    assert!(Mapping::parse(good).is_ok());
    assert_eq!(Mapping::parse(&good.replace("[\"a\"]", "[]")), Err(BadMapping::NoNames));
    let odd = good.replace("\"command\"", "\"telepathy\"");
    assert_eq!(Mapping::parse(&odd), Err(BadMapping::UnknownKind("telepathy".to_owned())));
    for bad in ["", "name = ", &good.replace("time", "tiem")] {
        assert!(matches!(Mapping::parse(bad), Err(BadMapping::Unreadable(_))), "{bad}");
    }
}

/// Other programs write their lines like Cowrie and Honeytrap do.
#[test]
fn a_time_in_front_makes_no_format() {
    for line in [
        "2026-11-24T15:22:00Z [info] started",
        "[2026-11-24 15:22:00] started",
        "2026-11-24 15:22:00,123 - x",
    ] {
        assert_eq!(recognise(line.as_bytes()), None, "{line}");
    }
}
