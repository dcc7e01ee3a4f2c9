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

/// What was known and is not read may stand before what is.
#[test]
fn lines_that_are_not_read_do_not_end_the_search() {
    let p0f = r#"{"mod":"syn","client_ip":"192.0.2.1","server_ip":"192.0.2.2","subject":"cli"}"#;
    let mut decoder = sniffing();
    decoder.look([p0f, HONEYAML, COWRIE]).unwrap();
    assert_eq!(decoder.name(), Some("cowrie"));
    assert_eq!(sniffing().look([HONEYAML, p0f]), Err(DecodeError::NotRead("honeyaml")));
}

/// The log has whole seconds and no passwords.
#[test]
fn logins_with_other_hashes_are_several() {
    let line = r#"{"id":"1","ts":"2026-11-24 15:37:38","service":"ftp","src":"192.0.2.1:33504","event":"login_attempt","session":"a","user":"root","pass_sha256":"00","success":false}"#;
    let login = |line: &str| events(&mut Decoder::given(Format::HpServer), line).remove(0);
    assert_eq!(login(line), login(line));
    assert_ne!(login(line).id, login(&line.replace(r#""00""#, r#""01""#)).id);
}

/// What OpenCanary says of a password is none.
#[test]
fn a_password_of_vnc_may_be_unknown() {
    let line = |password: &str| {
        format!(
            r#"{{"dst_port":5900,"local_time":"2026-11-24 15:32:45.349088","logdata":{{"VNC Password":"{password}"}},"logtype":12001,"node_id":"o","src_host":"192.0.2.1","src_port":4000}}"#
        )
    };
    let body = |password| events(&mut sniffing(), &line(password))[0].body_json.to_string();
    assert!(!body("<Password was not in the common list>").contains("password"));
    assert!(body("123456").contains(r#""password":"123456""#));
}

/// The client's name for itself is none of SSH's.
#[test]
fn who_calls_stands_in_the_command() {
    let line = |message: &str| {
        format!(
            r#"{{"event_timestamp":"2026-11-24 20:45:04.8","event_uuid":"u","source_ip":"192.0.2.1","called_number":"100","sip_method":"OPTIONS","sip_user_agent":"friendly"{message}}}"#
        )
    };
    for (message, arguments) in [
        ("", r"100\nUser-Agent: friendly"),
        (r#","sip_message":"User-agent: friendly""#, "User-agent: friendly"),
        (r#","sip_message":"x""#, r"x\nUser-Agent: friendly"),
    ] {
        let found = events(&mut sniffing(), &line(message));
        assert_eq!(found.len(), 1);
        assert!(
            found[0].body_json.contains(&format!(r#""arguments":"{arguments}""#)),
            "{}",
            found[0].body_json
        );
    }
}

/// A password with line breaks is one text; what stands in it is the attacker's.
#[test]
fn a_password_brings_no_lines_of_its_own() {
    let line = |ip: &str, password: &str| {
        format!(
            "2026-11-24 15:35:43.485571,0b8f1b57-6cf1-4d43-a2c5-1d3f0a4f0001,67da6fd6-72e6-4ae9-b71f-c80176419413,{ip},1,192.0.2.2,21,ftp,root,{password},"
        )
    };
    let forged = line("192.0.2.9", "\"\"x\"\"");
    let log = line("192.0.2.1", &format!("\"a\n{forged}\n{forged}\nb\"")) + "\n" + &line("192.0.2.1", "c");
    for mut decoder in [sniffing(), Decoder::given(Format::HeraldingAuth)] {
        decoder.look(["timestamp,auth_id,session_id,source_ip,"]).unwrap();
        let read: Vec<_> = log.lines().map(|line| decoder.decode(line.as_bytes())).collect();
        assert_eq!(read.len(), 5);
        assert!(read[..4].iter().all(|read| *read == Err(DecodeError::Torn)), "{read:?}");
        assert!(matches!(&read[4], Ok(Decoded::Events(events)) if events[0].body_json.contains(r#""c""#)));
    }
}

/// Whoever tries logins for days makes no line of any size.
#[test]
fn a_line_has_so_many_events() {
    let heralding = |count: usize| {
        let attempts = vec![r#"{"username":"a","password":"b"}"#; count].join(",");
        format!(
            r#"{{"timestamp":"2026-11-24 15:35:43","session_id":"s","source_ip":"192.0.2.1","source_port":1,"protocol":"ftp","num_auth_attempts":1,"auth_attempts":[{attempts}]}}"#
        )
    };
    let dionaea = |count: usize| {
        let names = vec!["\"a\""; count].join(",");
        format!(
            r#"{{"connection":{{"protocol":"ftpd","type":"accept"}},"dst_port":21,"src_hostname":"","src_ip":"192.0.2.1","src_port":1,"timestamp":"2026-11-24T08:28:02","credentials":{{"username":[{names}]}}}}"#
        )
    };
    for line in [heralding, dionaea as fn(usize) -> String] {
        assert!(events(&mut sniffing(), &line(9000)).len() > 9000);
        assert!(sniffing().decode(line(10_001).as_bytes()) == Err(DecodeError::TooMany), "is read");
    }
}

/// Mailoney's text is a log of text: attackers bring lines of their own, and a line ends with its line feed.
#[test]
fn mailoneys_text_is_no_json() {
    let mut decoder = sniffing();
    decoder.look(["[1795542316.25][192.0.2.1:4000] EHLO x"]).unwrap();
    assert!(decoder.needs_line_feed());
    let forged = r#"{"timestamp":"2026-11-24T18:05:16Z","src_ip":"192.0.2.9","src_port":1,"data":"QUIT"}"#;
    for line in [forged, COWRIE] {
        assert_eq!(decoder.decode(line.as_bytes()), Err(DecodeError::NotText));
    }
    let mut json = sniffing();
    json.look([forged]).unwrap();
    assert!(!json.needs_line_feed());
    let text = json.decode(b"[1795542316.25][192.0.2.1:4000] EHLO x");
    assert_eq!(text.unwrap_err().reason(), "not_json");
}

/// A name of Basic authentication may look like what follows it; a quote in it is escaped.
#[test]
fn names_in_access_logs_may_hold_brackets() {
    for name in ["a [b", "[x] [10/Oct/2020:13:55:36 +0000] y", "a", " [10/Oct/2020"] {
        let line = format!(
            r#"198.51.100.7 - {name} [10/Oct/2026:13:55:36 +0000] "GET /?x=1 HTTP/1.1" 200 1 "-" "sqlmap""#
        );
        assert_eq!(recognise(line.as_bytes()), Some(Known::Read(Format::Access)), "{line}");
        let event = &events(&mut sniffing(), &line)[0];
        assert_eq!(event.time.to_string(), "2026-10-10T13:55:36.000000Z");
        assert!(event.body_json.contains(&format!(r#""username":"{name}""#)), "{}", event.body_json);
    }
}
