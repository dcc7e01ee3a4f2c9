//! Every document made from hostile rows, as golden files and by what must never be in it.

mod rows;

use rows::{SCRIPT, attack, events, intel, report, session};
use unicode_width::UnicodeWidthStr;
use vespid_export::{Explanation, Format, Links, Look, Report, explain, jsonl, report::html};
use vespid_model::rows::{EventRow, Scope, TagWithEvidence, Totals};

const NARROW: Look = Look { colour: false, width: 80 };
const WIDE: Look = Look { colour: true, width: 120 };

fn explained(look: Look) -> String {
    explanation(explain::Format::Text(look))
}

/// In two parts, as a long session comes.
fn explanation(format: explain::Format) -> String {
    let (session, events) = (session(), events());
    let mut explanation = Explanation::new(attack(), format);
    let parts = [
        explanation.begin(Some(&session)),
        explanation.events(&events[..2]),
        explanation.events(&events[2..]),
    ];
    parts.concat() + explanation.end()
}

/// All events as on a page.
fn page() -> String {
    let events = events();
    let entries =
        events.iter().map(|event| explain::entry(event, attack(), &Links::OUTSIDE, None).into_string());
    format!(r#"<ol class="events">{}</ol>"#, entries.collect::<String>())
}

/// An event's tags as they are exported.
fn evident(event: &EventRow) -> impl Iterator<Item = TagWithEvidence> {
    let evidence = event.body.to_json();
    event.tags.iter().map(move |tag| TagWithEvidence { tag: tag.tag.clone(), evidence: evidence.clone() })
}

#[test]
fn each_format_is_as_blessed() {
    let report = report();
    insta::assert_snapshot!("report-table-80", report.render(Format::Table, attack(), NARROW));
    insta::assert_snapshot!("report-table-120-colour", report.render(Format::Table, attack(), WIDE));
    insta::assert_snapshot!("report-json", report.render(Format::Json, attack(), NARROW));
    insta::assert_snapshot!("report-markdown", report.render(Format::Markdown, attack(), NARROW));
    insta::assert_snapshot!("report-html", report.render(Format::Html, attack(), NARROW));
    insta::assert_snapshot!("report-navigator", report.render(Format::Navigator, attack(), NARROW));
    insta::assert_snapshot!("explain-80", explained(NARROW));
    insta::assert_snapshot!("explain-120-colour", explained(WIDE));
    insta::assert_snapshot!("explain-json", explanation(explain::Format::Json));
    insta::assert_snapshot!("explain-html", page());
    let lines: Vec<_> = events().iter().flat_map(evident).map(|tag| jsonl::line(&tag)).collect();
    insta::assert_snapshot!("tags-jsonl", lines.join("\n"));
}

#[test]
fn the_other_scopes_are_as_blessed() {
    let session = session();
    let of_attacker = Report {
        scope: Scope::Attacker(session.key.ip),
        attackers: vec![],
        sessions: vec![session.clone()],
        intel: Some(intel()),
        ..report()
    };
    insta::assert_snapshot!("report-attacker", of_attacker.render(Format::Table, attack(), NARROW));
    insta::assert_snapshot!(
        "report-attacker-markdown",
        of_attacker.render(Format::Markdown, attack(), NARROW)
    );
    let json = of_attacker.render(Format::Json, attack(), NARROW);
    assert!(json.contains("\"verdict\": \"malicious\""), "{json}");
    assert!(of_attacker.render(Format::Html, attack(), NARROW).contains("Feodo Tracker &lt;script&gt;"));
    let of_attacker = Report { intel: None, ..of_attacker };
    let of_session = Report { scope: Scope::Session(session.key.clone()), ..of_attacker };
    insta::assert_snapshot!("report-session", of_session.render(Format::Table, attack(), NARROW));
    let nothing = Report {
        scope: Scope::Fleet,
        totals: Totals::default(),
        techniques: vec![],
        attackers: vec![],
        sessions: vec![],
        intel: None,
    };
    insta::assert_snapshot!("report-empty", nothing.render(Format::Table, attack(), NARROW));
}

#[test]
fn the_order_of_the_rows_changes_no_byte() {
    let mut turned = report();
    turned.techniques.reverse();
    for format in [Format::Table, Format::Json, Format::Markdown, Format::Html, Format::Navigator] {
        assert_eq!(
            turned.render(format, attack(), NARROW),
            report().render(format, attack(), NARROW),
            "{format:?}"
        );
    }
}

#[test]
fn a_terminal_obeys_nothing_but_our_colours() {
    let ours = |text: &str| {
        ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[1;30;43m"]
            .iter()
            .fold(text.to_owned(), |text, code| text.replace(code, ""))
    };
    for text in [report().render(Format::Table, attack(), WIDE), explained(WIDE)] {
        let rest = ours(&text);
        assert_ne!(rest, text, "colours are on");
        assert!(!rest.chars().any(|c| c.is_control() && c != '\n'), "{rest:?}");
        assert!(!rest.contains('\u{202e}'));
    }
    for text in [report().render(Format::Table, attack(), NARROW), explained(NARROW)] {
        assert_eq!(ours(&text), text, "colours are off");
    }
}

#[test]
fn tables_stay_within_the_terminal() {
    for width in [80, 100, 120] {
        let text = report().render(Format::Table, attack(), Look { colour: false, width });
        let widest =
            text.lines().filter(|line| !line.contains("vespid explain")).map(UnicodeWidthStr::width).max();
        assert!(widest <= Some(width), "{width}: {widest:?}\n{text}");
    }
}

#[test]
fn a_typed_line_break_cannot_forge_a_line() {
    let text = explained(NARROW);
    assert!(
        text.contains("\n                     2026-11-24 00:00:09  $ forged")
            || text.contains("\n                     «2026-11-24 00:00:09  $ forged»"),
        "{text}"
    );
    assert!(!text.contains("\n2026-11-24 00:00:09"));
}

#[test]
fn pages_and_markdown_hold_no_markup_of_the_attacker() {
    let report = report();
    let links = Links { session: |_| Some("/sessions/a/b".to_owned()), ..Links::OUTSIDE };
    for page in [
        report.render(Format::Html, attack(), NARROW),
        html::sessions(&report.sessions, &links).into_string(),
        page(),
    ] {
        let lower = page.to_lowercase();
        for bad in ["<script", "<b>", "<i>", "<img", "\x1b", "\u{202e}", "href=\"javascript:"] {
            assert!(!lower.contains(bad), "{bad:?} in {page}");
        }
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }
    let markdown = report.render(Format::Markdown, attack(), NARROW);
    for bad in [SCRIPT, "<b>", "\x1b", "](javascript:", "`", "\u{202e}"] {
        assert!(!markdown.replace("\\`", "").contains(bad), "{bad:?} in {markdown}");
    }
    let table_columns = markdown
        .lines()
        .filter(|line| line.starts_with("| \\.\\."))
        .map(|line| line.replace("\\|", "").matches('|').count());
    assert_eq!(table_columns.collect::<Vec<_>>(), [9]);
}

#[test]
fn json_gives_the_bytes_back() {
    let parsed: serde_json::Value =
        serde_json::from_str(&report().render(Format::Json, attack(), NARROW)).expect("valid JSON");
    assert_eq!(parsed["sessions"][0]["session"], session().key.session);
    assert_eq!(parsed["tactics"][0]["techniques"][1]["id"], "T1078.001");

    let parsed: serde_json::Value =
        serde_json::from_str(&explanation(explain::Format::Json)).expect("valid JSON");
    assert_eq!(parsed["session"]["login"], session().login.as_deref().unwrap_or_default());
    assert_eq!(parsed["events"][3]["body"]["command_text"], "\x1b[2J\u{202e}`id`");
}
