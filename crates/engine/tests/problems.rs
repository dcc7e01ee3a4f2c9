//! A rule that cannot run says why, and costs nobody else.

use vespid_attack::Catalogue;
use vespid_engine::lint::lint;
use vespid_engine::{Engine, Pack, RuleFile};
use vespid_model::release::Release;

/// A rule that runs, with one part replaced.
fn rule(part: &str, other: &str) -> RuleFile {
    let text = "title: Mine\nname: mine\ntags: [attack.discovery, attack.t1082, attack.g0016]\n\
                logsource: {product: linux, category: process_creation}\n\
                detection: {selection: {CommandLine|contains: x}, condition: selection}\nlevel: high\n";
    assert!(text.contains(part), "{part}");
    RuleFile { path: "mine.yml".to_owned(), text: text.replace(part, other) }
}

/// The faults of these files, and how many rules run all the same.
fn load(files: &[RuleFile]) -> (Vec<String>, usize) {
    let attack = Catalogue::default_release();
    let (engine, problems) = Engine::new(Pack::load(files, attack), attack);
    (problems.iter().map(ToString::to_string).collect(), engine.rules().len())
}

#[test]
fn every_fault_has_its_code_and_the_other_rules_run() {
    let good = rule("name: mine", "name: good");
    for (part, other, said) in [
        ("title: Mine", "title: [", "E001"),
        ("attack.t1082, ", "", "E002 rule mine: no technique"),
        ("attack.t1082", "attack.t9999", "E003 rule mine: unknown technique T9999"),
        (
            "attack.t1082",
            "attack.t1562.001",
            "E004 rule mine: technique T1562.001 is revoked or deprecated; use T1685",
        ),
        ("attack.discovery", "attack.impact", "E005 rule mine: no tactic tag fits T1082"),
        ("level: high", "vespid: {confidence: 7}", "E006"),
        ("level: high", "vespid: {confidence: {T1083: 0.5}}", "E006 rule mine: confidence: T1083"),
        ("product: linux, category: process_creation", "product: mars", "E007"),
        ("name: mine", "name: good", "E008 rule good: the name is taken by mine.yml"),
        ("name: mine\n", "", "E009"),
        ("CommandLine|contains: x", "CommandLine|re: '(x'", "E010"),
        ("level: high", "vespid: {versoin: 2}", "E011"),
        ("attack.g0016", "attack.t1059.04", "E013 rule mine: attack.t1059.04 names no technique"),
        ("attack.g0016", "attack.nonsense", "E013 rule mine: attack.nonsense names no technique"),
        ("attack.g0016", "attack.ta9999", "E013 rule mine: attack.ta9999 names no technique"),
        ("attack.discovery", "attack.ta0040", "E005 rule mine: no tactic tag fits T1082"),
        (
            "level: high",
            "vespid: {lifter: abuseipbd}",
            "E014 rule mine: lifter abuseipbd: there is no such lifter",
        ),
        (
            "level: high",
            "vespid: {lifter: feodo}",
            "E014 rule mine: lifter feodo: it reads intel, not process_creation",
        ),
        (
            "product: linux, category: process_creation",
            "product: linux, service: sshd",
            "E007 rule mine: no events have the log source {product: linux, service: sshd}: its rules look at lines",
        ),
    ] {
        let (problems, running) = load(&[good.clone(), rule(part, other)]);
        assert_eq!((problems.len(), running), (1, 1), "{other}: {problems:?}");
        assert!(problems[0].contains(said) && problems[0].starts_with("mine.yml: "), "{problems:?}");
    }
    assert_eq!(load(&[good]), (Vec::new(), 1));
}

#[test]
fn every_way_to_write_a_tactic_is_known() {
    for tactic in ["defense-evasion", "defense_evasion", "stealth", "Discovery"] {
        let file = rule(
            "attack.discovery, attack.t1082",
            &format!("attack.{tactic}, attack.t1070.003, attack.t1082"),
        );
        let (problems, _) = load(std::slice::from_ref(&file));
        assert!(!problems.iter().any(|problem| problem.contains("E013")), "{problems:?}");
    }
    for tactic in ["ta0007", "TA0007"] {
        assert_eq!(load(&[rule("attack.discovery", &format!("attack.{tactic}"))]), (Vec::new(), 1));
    }
    let unwrapped = load(&[rule("attack.discovery", "attack.defense-evasion")]).0.first().cloned().unwrap();
    assert!(unwrapped.contains("E005"), "{unwrapped}");
}

/// A technique that a lifter may choose and its rule does not name would be lost without a word.
#[test]
fn a_rule_names_all_that_its_lifter_may_choose() {
    let text = |tags: &str| RuleFile {
        path: "mine.yml".to_owned(),
        text: format!(
            "title: Mine\nname: mine\ntags: [attack.command-and-control, attack.resource-development, {tags}]\n\
             logsource: {{product: honeypot, category: intel}}\n\
             detection: {{selection: {{feodo_listed: true}}, condition: selection}}\nvespid: {{lifter: feodo}}\n"
        ),
    };
    assert_eq!(load(&[text("attack.t1071.001, attack.t1588.001")]), (Vec::new(), 1));
    for (tags, said) in [
        ("attack.t1071.001", "E014 rule mine: lifter feodo: it may choose T1588.001"),
        (
            "attack.t1071.001, attack.t1588.001, attack.t1105",
            "E014 rule mine: lifter feodo: it never chooses T1105",
        ),
    ] {
        let (problems, running) = load(&[text(tags)]);
        assert!(running == 0 && problems[0].contains(said), "{problems:?}");
    }
}

/// A correlation over a rule of another file, with one part replaced.
fn correlation(part: &str, other: &str) -> RuleFile {
    let text = "title: Many\nname: many\ntags: [attack.credential-access, attack.t1110]\n\
                correlation:\n  type: event_count\n  rules: [refused]\n  group-by: [username]\n  \
                timespan: 5m\n  condition: {gte: 3}\nlevel: high\n";
    assert!(text.contains(part), "{part}");
    RuleFile { path: "many.yml".to_owned(), text: text.replace(part, other) }
}

/// What it is over: it needs no technique.
fn refused() -> RuleFile {
    let text = "title: Refused\nname: refused\nid: 882c0f16-bfea-4c43-82de-8a8bf6fdf137\n\
                logsource: {product: honeypot, category: auth_attempt}\n\
                detection: {selection: {result: failure}, condition: selection}\n";
    RuleFile { path: "refused.yml".to_owned(), text: text.to_owned() }
}

#[test]
fn every_fault_of_a_correlation_has_its_code() {
    for (part, other, said) in [
        ("gte: 3", "lt: 3", "E021 rule many: the correlation: lt is not monotone"),
        ("gte: 3", "lte: 3", "E021"),
        ("gte: 3", "eq: 3", "E021"),
        ("gte: 3", "neq: 3", "E021"),
        ("gte: 3", "gte: 3, lt: 9", "E021"),
        ("event_count", "value_sum", "E021"),
        ("event_count", "value_percentile", "E021"),
        ("event_count", "value_count", "E020 rule many: the correlation: value_count needs a field"),
        ("event_count", "temporal", "E020 rule many: the correlation: a temporal correlation asks for all"),
        ("[refused]", "[nothing]", "E020 rule many: the correlation: it uses nothing, which is no rule"),
        ("[refused]", "[]", "E020 rule many: the correlation: it uses no rules"),
        ("[refused]", "[many]", "E020"),
        ("5m", "9d", "E020 rule many: the correlation: a timespan is a second at least and 7d at most"),
        ("gte: 3", "gte: 99999999", "E020"),
        ("attack.t1110", "attack.t9999", "E003"),
        ("level: high", "vespid: {examples: {hits: [[{at: 0, nonsense: x}]]}}", "E011"),
        ("name: many", "name: refused", "E020"),
    ] {
        let (problems, _) = load(&[refused(), correlation(part, other)]);
        let of_many: Vec<_> = problems.iter().filter(|problem| problem.starts_with("many.yml")).collect();
        assert_eq!(of_many.len(), 1, "{other}: {problems:?}");
        assert!(of_many[0].contains(said), "{said}: {problems:?}");
    }
    assert_eq!(load(&[correlation("many", "many"), refused()]), (Vec::new(), 1));
    let by_id = correlation("[refused]", "[882c0f16-bfea-4c43-82de-8a8bf6fdf137]");
    assert_eq!(load(&[by_id, refused()]), (Vec::new(), 1));
    // A rule that nobody uses must say what it means; so must one that is to make tags of its own.
    assert!(load(&[refused()]).0[0].contains("E002"));
    let generating = correlation("level: high", "generate: true");
    assert!(load(&[generating, refused()]).0[0].contains("E002"));
}

/// The emits of a rule under an older release, as `tactic/technique@confidence`.
fn under(attack: &Catalogue, file: &RuleFile) -> Result<Vec<String>, String> {
    let pack = Pack::load(std::slice::from_ref(file), attack);
    match (pack.rules.first(), pack.problems.first()) {
        (Some(parsed), None) => Ok(parsed
            .rule
            .emits
            .iter()
            .map(|emit| format!("{}/{}@{}", emit.tactic, emit.technique, emit.confidence.get()))
            .collect()),
        (_, Some(problem)) => Err(problem.to_string()),
        (None, None) => Err(String::new()),
    }
}

#[test]
fn under_an_older_release_a_technique_is_what_it_was() {
    let [new, middle, old] = [(19, 2), (18, 1), (15, 0)]
        .map(|(major, minor)| Catalogue::bundled(Release::new(major, minor)).unwrap());
    let file = rule("attack.discovery, attack.t1082", "attack.defense-impairment, attack.t1685");
    for release in [middle, old] {
        assert_eq!(under(release, &file), Ok(vec!["TA0005/T1562.001@0.85".to_owned()]));
    }
    assert_eq!(under(new, &file), Ok(vec!["TA0112/T1685@0.85".to_owned()]));
    // What it has nothing for.
    let file = rule("attack.discovery, attack.t1082", "attack.ta0040, attack.t1496.001");
    assert!(under(old, &file).unwrap_err().contains("E003 rule mine: unknown technique T1496.001"));
    // What was one technique then is named once, with the higher confidence.
    let both = rule(
        "attack.t1082, attack.g0016]",
        "attack.t1685, attack.t1562.001]\nvespid: {confidence: {T1685: 0.6, T1562.001: 0.4}}",
    );
    let both = RuleFile { text: both.text.replace("attack.discovery", "attack.defense-evasion"), ..both };
    assert_eq!(under(middle, &both), Ok(vec!["TA0005/T1562.001@0.6".to_owned()]));
}

/// Each pattern is small enough for the library; together they would take gigabytes.
#[test]
fn patterns_that_are_too_large_together_are_refused() {
    let patterns: Vec<_> = (0..500).map(|number| format!("'\\w{{200}}{number}'")).collect();
    let large = rule("CommandLine|contains: x", &format!("CommandLine|re: [{}]", patterns.join(", ")));
    let (problems, running) = load(&[large.clone(), rule("name: mine", "name: good")]);
    assert_eq!((problems.len(), running), (1, 1), "{problems:?}");
    let findings = lint(&[large], Catalogue::default_release());
    assert!(findings.iter().any(|it| (it.code, it.line) == ("E010", 5)), "{findings:?}");
    assert!(problems[0].contains("E010") && problems[0].contains("too large together"), "{problems:?}");
}

/// Little text that would be much work: it is refused as a whole, and the other rules run.
#[test]
fn a_file_that_is_too_much_is_not_read() {
    let negated = "not ".repeat(15_000) + "selection";
    let leaf = vec!["x".repeat(100); 100].join(", ");
    let level =
        |level: usize| format!("l{}: &l{0} [{}]\n", level + 1, vec![format!("*l{level}"); 9].join(", "));
    let levels: String = (0..8).map(level).collect();
    let nested = format!("title: Mine\nl0: &l0 [{leaf}]\n{levels}");
    for (text, why) in [
        (
            rule("condition: selection", &format!("condition: {negated}")).text,
            "Condition longer than 4096 bytes",
        ),
        (nested.clone(), "aliases"),
        (format!("expand:\n  {}", nested.replace('\n', "\n  ")), "aliases"),
        (rule("x", "x").text + &"---\naction: repeat\n".repeat(50_000), "documents"),
    ] {
        let file = RuleFile { path: "much.yml".to_owned(), text };
        let (problems, running) = load(&[file.clone(), rule("name: mine", "name: good")]);
        assert_eq!((problems.len(), running), (1, 1), "{problems:?}");
        assert!(problems[0].contains("E001") && problems[0].contains(why), "{problems:?}");
        let findings = lint(&[file], Catalogue::default_release());
        let told: Vec<_> = findings.iter().map(|it| (it.code, it.line, it.column)).collect();
        assert_eq!(told, [("E001", 1, 1)], "{findings:?}");
    }
}
