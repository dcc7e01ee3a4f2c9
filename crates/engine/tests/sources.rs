//! Rules as others publish them: for any log of Linux, for web servers, and for OpenCanary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::json;
use vespid_attack::Catalogue;
use vespid_engine::{Engine, Pack, RuleFile};
use vespid_model::event::Event;
use vespid_model::{Body, SourceKind, UtcMicros};
use vespid_testkit::event::ip;

fn engine(logsource: &str, detection: &str) -> Engine {
    let text = format!(
        "title: Theirs\nid: 6a3b1c9e-0000-4000-8000-000000000000\nstatus: test\ntags:\n  - attack.initial-access\n  \
         - attack.t1190\nlogsource: {logsource}\ndetection: {detection}\nlevel: high\n"
    );
    let attack = Catalogue::default_release();
    let files = [RuleFile { path: "theirs.yml".to_owned(), text }];
    let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
    assert!(problems.is_empty(), "{problems:?}");
    engine
}

/// What is shown of the event, by field; None when the rule does not match.
fn shown(engine: &Engine, kind: &str, body: &serde_json::Value) -> Option<Vec<(String, String)>> {
    let kind: SourceKind = kind.parse().unwrap();
    let body = Body::from_fields(kind, body.as_object().unwrap().clone()).unwrap();
    let event = Event::new(UtcMicros::EARLIEST, ip(1), "decky", None, body);
    let tag = engine.tag(&event).tags.into_iter().next()?;
    let fields = event.body.fields();
    let text = |span: &vespid_model::span::Span| {
        let (_, text) = fields.iter().find(|(name, _)| *name == span.field).unwrap();
        (span.field.to_string(), text[span.start as usize..span.end as usize].to_owned())
    };
    Some(tag.spans.iter().map(text).collect())
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn fields_of_web_server_logs() {
    let request = || {
        json!({
            "method": "POST", "raw_url": "http://a.example/x/y.php?cmd=id#f", "status": 404, "body": "b=%2e",
            "headers": { "user-agent": "Evil/1.0", "Referer": "http://r/", "COOKIE": "k=v", "Host": "a.example" },
        })
    };
    for (detection, expected) in [
        (
            "{s: {cs-method: POST, cs-uri-query|contains: '/x/y.php?cmd='}, condition: s}",
            vec![("method", "POST"), ("raw_url", "/x/y.php?cmd=")],
        ),
        ("{s: {cs-uri-stem|endswith: .php}, condition: s}", vec![("raw_url", ".php")]),
        ("{s: {cs-uri-stem: /x/y.php}, condition: s}", vec![("raw_url", "/x/y.php")]),
        ("{s: {query: cmd=id}, condition: s}", vec![("raw_url", "cmd=id")]),
        (
            "{s: {cs-user-agent|startswith: evil}, condition: s}",
            vec![("headers", r#""user-agent":"Evil/1.0""#)],
        ),
        (
            "{s: {headers.referer|contains: '//r'}, condition: s}",
            vec![("headers", r#""Referer":"http://r/""#)],
        ),
        ("{s: {headers|startswith: 'COOKIE: k'}, condition: s}", vec![("headers", r#""COOKIE":"k=v""#)]),
        ("{s: {sc-status: 404}, condition: s}", vec![("status", "404")]),
        ("{s: {sc-status|gte: 400, cs-cookie: k=v}, condition: s}", vec![("headers", ""), ("status", "404")]),
        ("{s: {decoded_body: b=.}, condition: s}", vec![("body", "b=%2e")]),
        ("{keywords: ['cmd=id'], condition: keywords}", vec![("raw_url", "cmd=id")]),
    ] {
        let found = shown(&engine("{category: webserver}", detection), "http_request", &request());
        let found = found.unwrap_or_else(|| panic!("{detection} misses"));
        assert_eq!(found.len(), expected.len(), "{detection}: {found:?}");
        for ((field, text), (expected_field, part)) in found.iter().zip(&expected) {
            assert!(field == expected_field && (text == part || part.is_empty()), "{detection}: {found:?}");
        }
    }
    for detection in ["{s: {sc-status: 200}, condition: s}", "{s: {cs-uri-stem|contains: cmd}, condition: s}"]
    {
        assert_eq!(shown(&engine("{category: webserver}", detection), "http_request", &request()), None);
    }
}

/// Rules for any log of Linux search its text; what is typed is the text that a decoy has.
#[test]
fn any_log_of_linux_is_the_typed_line() {
    let typed = |text: &str| json!({ "command_text": text });
    let rule = engine("{product: linux}", "{keywords: ['*bin/nc * | sh*', 'curl '], condition: keywords}");
    let line = "cd /tmp; curl http://198.51.100.7/x";
    assert_eq!(shown(&rule, "command", &typed(line)), Some(pairs(&[("command_text", "curl")])));
    assert_eq!(shown(&rule, "command", &typed("ls /tmp")), None);
    assert_eq!(shown(&rule, "http_request", &json!({ "method": "GET", "url": "/curl x" })), None);

    let both = "{tools: ['scp ', 'rsync '], filter: ['@'], condition: tools and filter}";
    let rule = engine("{product: linux}", both);
    assert!(shown(&rule, "command", &typed("scp x root@198.51.100.7:/tmp")).is_some());
    assert_eq!(shown(&rule, "command", &typed("scp x y")), None);
}

#[test]
fn numbers_of_opencanary() {
    type Row<'a> = (&'a str, &'a str, serde_json::Value, Option<&'a [(&'a str, &'a str)]>);
    let login =
        |service: &str| json!({ "username": "u", "password": "p", "result": "failure", "service": service });
    let sources = "{category: application, product: opencanary}";
    let command = |service: &str| json!({ "action": "protocol_command", "service": service, "command": "x" });
    let table: [Row<'_>; 17] = [
        ("{s: {logtype: 2000}, condition: s}", "auth_attempt", login("ftp"), Some(&[("service", "ftp")])),
        ("{s: {logtype: 4002}, condition: s}", "auth_attempt", login("ssh"), Some(&[("service", "ssh")])),
        (
            "{s: {logtype: [9001, 9002]}, condition: s}",
            "auth_attempt",
            login("mssql"),
            Some(&[("service", "mssql")]),
        ),
        (
            "{s: {logtype: 8001, logdata.USERNAME: u}, condition: s}",
            "auth_attempt",
            login("mysql"),
            Some(&[("service", "mysql"), ("username", "u")]),
        ),
        ("{s: {logtype: 4002}, condition: s}", "auth_attempt", login("ftp"), None),
        (
            "{s: {logtype: 3000}, condition: s}",
            "http_request",
            json!({ "method": "GET", "url": "/" }),
            Some(&[("method", "GET")]),
        ),
        (
            "{s: {logtype: 3001}, condition: s}",
            "http_request",
            json!({ "method": "POST", "url": "/", "username": "a" }),
            Some(&[("method", "POST")]),
        ),
        // A login of HTTP is a request too, which counts.
        ("{s: {logtype: 3001}, condition: s}", "auth_attempt", login("http"), None),
        (
            "{s: {logtype: 4001}, condition: s}",
            "session",
            json!({ "action": "client_version", "version": "SSH-2.0-Go" }),
            Some(&[("version", "SSH-2.0-Go")]),
        ),
        (
            "{s: {logtype: 4001}, condition: s}",
            "session",
            json!({ "action": "client_version", "version": "friendly-scanner" }),
            None,
        ),
        ("{s: {logtype: 11001}, condition: s}", "session", command("ntp"), Some(&[("service", "ntp")])),
        ("{s: {logtype: 13001}, condition: s}", "session", command("snmp"), Some(&[("service", "snmp")])),
        ("{s: {logtype: 15001}, condition: s}", "session", command("sip"), Some(&[("service", "sip")])),
        (
            "{s: {logtype: 4000}, condition: s}",
            "session",
            json!({ "action": "connect", "service": "ssh", "src_port": 1, "dst_port": 22 }),
            Some(&[("service", "ssh")]),
        ),
        (
            "{s: {logtype: 10001}, condition: s}",
            "session",
            json!({ "action": "file_request", "service": "tftp", "path": "x" }),
            Some(&[("service", "tftp")]),
        ),
        (
            "{s: {logtype: 17001, logdata.CMD|startswith: config}, condition: s}",
            "session",
            json!({ "action": "database_query", "service": "redis", "op_text": "CONFIG GET dir" }),
            Some(&[("op_text", "CONFIG"), ("service", "redis")]),
        ),
        (
            "{s: {logtype: 17001}, condition: s}",
            "session",
            json!({ "action": "note", "body_text": "17001" }),
            None,
        ),
    ];
    for (detection, kind, body, expected) in table {
        assert_eq!(shown(&engine(sources, detection), kind, &body), expected.map(pairs), "{detection}");
    }
}

/// Elements of a list are shown one by one, and quoted as they are stored.
#[test]
fn lists_are_lists() {
    let engine = engine("{product: honeypot, category: email}", "{s: {urls|contains: xn--}, condition: s}");
    let body = json!({ "urls": ["http://a\"b/", "http://xn--a/", "http://c/"] });
    assert_eq!(shown(&engine, "email", &body), Some(pairs(&[("urls", r#""http://xn--a/""#)])));
    assert_eq!(shown(&engine, "email", &json!({ "urls": ["x"], "subject": "xn--" })), None);
}

/// A rule of somebody's own over messages or canaries shows no more of them than the lifters do.
#[test]
fn a_rule_without_a_lifter_shows_no_message() {
    for (kind, detection, body, expected) in [
        (
            "email",
            "{s: {subject|contains: secret}, condition: s}",
            json!({ "subject": "secret", "body_text": "secret", "rcpt_count": 3, "rcpt_domains": ["a.example", "b@c"] }),
            r#"{"rcpt_domain_set":["a.example"],"rcpt_count":3}"#,
        ),
        (
            "canary_fingerprint",
            "{s: {user_agent: secret}, condition: s}",
            json!({ "user_agent": "secret" }),
            r#"{"metric":"fields","matched_signature":"the rule's detection"}"#,
        ),
    ] {
        let engine = engine(&format!("{{product: honeypot, category: {kind}}}"), detection);
        let body = Body::from_fields(kind.parse().unwrap(), body.as_object().unwrap().clone()).unwrap();
        let event = Event::new(UtcMicros::EARLIEST, ip(1), "decky", None, body);
        let tags = engine.tag(&event).tags;
        assert_eq!(tags[0].evidence.as_ref().map(vespid_model::Evidence::to_json).as_deref(), Some(expected));
    }
}

/// Rules see the beginning of a long request decoded, and that there is more is said.
#[test]
fn what_is_not_decoded_is_said() {
    let engine = engine("{category: webserver}", "{s: {decoded|contains: 'needle'}, condition: s}");
    let tag = |body: String| {
        let body = json!({ "method": "POST", "url": "/", "body": body, "headers": { "X": "%6eeedle" } });
        let body = Body::from_fields(SourceKind::HttpRequest, body.as_object().unwrap().clone()).unwrap();
        engine.tag(&Event::new(UtcMicros::EARLIEST, ip(1), "decky", None, body))
    };
    let short = tag("x".to_owned());
    assert_eq!((short.tags.len(), short.cut), (1, false));
    let long = tag("é".repeat(200_000) + "needle");
    assert_eq!((long.tags.len(), long.cut), (0, true));
    assert_eq!(tag(format!("needle{}", "é".repeat(200_000))).tags.len(), 1);
}
