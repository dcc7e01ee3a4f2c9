//! What attackers type is shown, never obeyed.

use crate::program::Place;

const SCRIPT: &str = "<script>alert(1)</script>";

/// A session that types markup and escapes wherever it can.
fn log() -> Vec<u8> {
    let head = r#""session":"s1","src_ip":"192.0.2.66","src_port":1,"dst_port":22,"protocol":"ssh","sensor":"d<b>","timestamp":"2026-11-24T15:22:0"#;
    let events = [
        format!(r#"{{"eventid":"cowrie.client.version","version":"SSH-2.0-{SCRIPT}",{head}0Z"}}"#),
        format!(
            r#"{{"eventid":"cowrie.login.success","username":"{SCRIPT}","password":"\u001b[2J",{head}1Z"}}"#
        ),
        format!(
            r#"{{"eventid":"cowrie.command.input","input":"echo {SCRIPT} \u001b]0;x\u0007; cat /etc/shadow",{head}2Z"}}"#
        ),
    ];
    events.map(|event| event + "\n").concat().into_bytes()
}

#[test]
fn documents_escape_markup_and_terminals_get_no_controls() {
    let place = Place::new();
    let log = place.write("cowrie.json", &log());
    place.say(&["ingest", &log]);
    for args in [
        &["report", "--format", "html"][..],
        &["report", "--session", "s1", "--format", "html"],
        &["report", "--format", "markdown"],
    ] {
        let text = place.say(args);
        assert!(!text.contains("<script"), "{args:?}: {text}");
    }
    for args in [&["report"][..], &["report", "--session", "s1"], &["explain", "s1"]] {
        let text = place.say(args);
        assert!(text.chars().all(|char| !char.is_control() || char == '\n'), "{args:?}: {text:?}");
    }
    assert!(place.say(&["explain", "s1"]).contains(SCRIPT), "shown as typed");
}
