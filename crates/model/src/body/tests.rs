#![expect(clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use super::*;

fn samples() -> Vec<Body> {
    let text = String::from;
    let mut samples = vec![
        Body::Command(Command { command_text: text("id"), script: false }),
        Body::Command(Command { command_text: text("#!/bin/sh\nid\n"), script: true }),
        Body::AuthAttempt(AuthAttempt {
            username: text("root"),
            password: Some(text("1234")),
            password_sha256: None,
            key_fingerprint: None,
            result: AuthResult::Failure,
            service: text("ssh"),
        }),
        Body::AuthAttempt(AuthAttempt {
            username: text("root"),
            password: None,
            password_sha256: Some(text("00")),
            key_fingerprint: Some(text("aa:bb")),
            result: AuthResult::Success,
            service: text("ftp"),
        }),
        Body::Payload(Payload {
            origin: PayloadOrigin::DownloadFailed,
            url: Some(text("http://192.0.2.1/x")),
            filename: None,
            sha256: None,
        }),
    ];
    let (dst_host, dst_port) = (text("192.0.2.9"), 25);
    samples.extend(
        [
            Session::Connect { service: text("ssh"), src_port: 1, dst_ip: None, dst_port: 22 },
            Session::ClientVersion { version: text("SSH-2.0-Go") },
            Session::ClientKex { hassh: text("00"), hassh_algorithms: Some(text("a;b")) },
            Session::ClientSize { width: 80, height: 24 },
            Session::ClientVariable { name: text("LANG"), value: text("C") },
            Session::Parameters { arch: text("linux-x64-lsb") },
            Session::CommandResult { input: text("id"), found: true },
            Session::Input { realm: text("scp"), input: text("x") },
            Session::PasswordChange { username: text("root") },
            Session::ForwardRequest { dst_host: dst_host.clone(), dst_port, orig_host: None },
            Session::ForwardData { dst_host: dst_host.clone(), dst_port, data: text("b'x'") },
            Session::ForwardFingerprint { dst_host, dst_port, fingerprint: text("t13d") },
            Session::TelnetOption { command: text("DO"), option: text("ECHO") },
            Session::ProtocolError { error: text("bad") },
            Session::ExploitAttempt { cve: None, name: Some(text("USER")), value: None, succeeded: false },
            Session::Recording { path: text("tty/1"), size: 9, sha256: None },
            Session::Closed { duration_ms: 5 },
            Session::DatabaseQuery {
                op_text: text("FLUSHALL"),
                service: Some(text("redis")),
                target: None,
                rows_read: Some(3),
                bytes_read: None,
            },
            Session::Transfer {
                bytes_out: Some(1 << 40),
                request_count: None,
                rows_read: None,
                bytes_read: Some(9),
                target_host: Some(text("192.0.2.7")),
                service: None,
            },
            Session::Beacon {
                beacon_interval_s: Decimal::try_from(60.0).unwrap(),
                beacon_jitter_pct: Decimal::try_from(0.15).unwrap(),
                target_host: None,
            },
            Session::ContainerRequest {
                signals: vec![text("privileged:true"), text("bind:/:/")],
                container_image: Some(text("alpine")),
                container_command: None,
            },
            Session::NamePoisoning {
                service: Some(text("llmnr")),
                llmnr_poisoned: Some(true),
                llmnr_poison_count: Some(2),
                poisoned_query: None,
                victim_host: None,
            },
            Session::FileRequest {
                path: text("running-config"),
                service: Some(text("tftp")),
                write: Some(false),
                source_host: None,
            },
            Session::Note { body_text: text("pay"), path: None },
            Session::PeerFingerprint {
                jarm: Some(text("07d1")),
                fingerprint: None,
                hassh: None,
                matched_framework: None,
            },
            Session::Other { event: text("sensor.new"), message: text("?") },
        ]
        .map(Body::Session),
    );
    samples.extend(seen().map(Body::Session));
    samples.extend(declared());
    samples
}

/// What sensors of other services than a shell see.
fn seen() -> [Session; 3] {
    let text = String::from;
    [
        Session::ProtocolCommand { service: text("ftp"), command: text("RETR"), arguments: Some(text("x")) },
        Session::ClientTls { ja3: None, ja4: Some(text("t13d")), server_name: None, version: None },
        Session::Alert {
            signature: text("ET SCAN"),
            signature_id: Some(2_001_219),
            category: None,
            severity: Some(2),
            service: None,
            tactics: vec![text("TA0007")],
            techniques: vec![text("T1046"), text("T1595")],
        },
    ]
}

/// The kinds that sensors and enrichers declare.
fn declared() -> Vec<Body> {
    let text = String::from;
    vec![
        Body::HttpRequest(HttpRequest {
            method: text("GET"),
            raw_url: text("/%2e%2e/x?y"),
            headers: BTreeMap::from([(text("Host"), text("a\"b")), (text("X"), text("\u{1}"))]),
            status: Some(200),
            ..HttpRequest::default()
        }),
        Body::Intel(Box::new(Intel {
            abuseipdb_score: Some(85),
            abuseipdb_categories: vec![18, 22],
            greynoise_tags: vec![text("tor_exit_node"), text("a,b")],
            feodo_listed: Some(false),
            ..Intel::default()
        })),
        Body::Email(Box::new(Email {
            subject: Some(text("x")),
            dkim_signed: Some(false),
            rcpt_domains: vec![text("b.example")],
            ..Email::default()
        })),
        Body::CanaryFingerprint(CanaryFingerprint { tz_mismatch_zones: Some(-3), ..Default::default() }),
        Body::HttpFingerprint(HttpFingerprint { ja4h: Some(text("ge11nn")), ..Default::default() }),
        Body::Ipv6Leak(Ipv6Leak { addr: text("fe80::1"), ..Default::default() }),
        Body::Identity(Identity { account_count: Some(3), ..Default::default() }),
        Body::Credential(Credential { services: vec![text("ssh")], ..Default::default() }),
    ]
}

#[test]
fn every_body_round_trips_through_its_stored_form() {
    for body in samples() {
        assert_eq!(Body::from_json(body.kind(), &body.to_json()).unwrap(), body);
    }
}

#[test]
fn fields_are_the_stored_keys_and_values() {
    for body in samples() {
        let stored: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&body.to_json()).unwrap();
        let fields = body.fields();
        assert_eq!(fields.len(), stored.len(), "{body:?}");
        for (name, value) in fields {
            let stored = match &stored[name] {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(stored, value, "{name} of {body:?}");
        }
    }
}

#[test]
fn every_kind_has_a_body() {
    let kinds: std::collections::BTreeSet<_> = samples().iter().map(Body::kind).collect();
    assert_eq!(kinds.len(), SourceKind::ALL.len());
}

#[test]
fn given_fields_are_checked() {
    let read = |kind, json: &str| Body::from_fields(kind, serde_json::from_str(json).unwrap());
    for (kind, json, said) in [
        (SourceKind::HttpRequest, r#"{"method":"GET"}"#, "missing field `raw_url`"),
        (SourceKind::HttpRequest, r#"{"method":"GET","url":"/","statsu":1}"#, r#"has no field "statsu""#),
        (SourceKind::HttpRequest, r#"{"method":"GET","url":"/","status":"x"}"#, "invalid type: string"),
        (SourceKind::Session, r#"{"action":"beacon","beacon_interval_s":60}"#, "missing field"),
        (SourceKind::Session, r#"{"action":"dance"}"#, "unknown variant `dance`"),
        (SourceKind::Command, r#"{"command_text":"id","x":1}"#, r#"has no field "x""#),
        (SourceKind::Intel, r#"{"abuseipdb_categories":["18"]}"#, "invalid type: string"),
    ] {
        let error = read(kind, json).unwrap_err().to_string();
        assert!(error.contains(said) && !error.contains("line"), "{json}: {error}");
    }
    let given = r#"{"method":"GET","url":"/","headers":{},"host":null}"#;
    let Ok(Body::HttpRequest(request)) = read(SourceKind::HttpRequest, given) else { panic!("{given}") };
    assert_eq!(request.raw_url, "/");
    for body in samples() {
        let fields = serde_json::from_str(&body.to_json()).unwrap();
        assert_eq!(Body::from_fields(body.kind(), fields), Ok(body));
    }
}
