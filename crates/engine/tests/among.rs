//! Rule files among others: those of the same names make way, and nothing else does.

use vespid_attack::Catalogue;
use vespid_engine::{Pack, RuleFile};

fn file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.to_owned(), text: text.to_owned() }
}

fn rule(name: &str, word: &str) -> String {
    format!(
        "title: {name}\nname: {name}\ntags: [attack.t1082]\nlogsource: {{product: linux, category: process_creation}}\n\
         detection: {{selection: {{CommandLine|contains: {word}}}, condition: selection}}\n"
    )
}

fn counted(name: &str, rule: &str, count: u8) -> String {
    format!(
        "title: {name}\nname: {name}\ntags: [attack.t1033]\nlevel: high\n\
         correlation: {{type: event_count, rules: [{rule}], timespan: 1m, condition: {{gte: {count}}}}}\n"
    )
}

/// Names and files of the rules, then those of the correlations with what is enough for them.
fn told(pack: &Pack) -> (Vec<String>, Vec<String>) {
    let rules = pack.rules.iter().map(|parsed| format!("{} {}", parsed.rule.path, parsed.rule.id));
    let correlations = pack.correlations.iter();
    let correlations = correlations.map(|it| format!("{} {} {}", it.path, it.id, it.steps[0].count));
    (rules.collect(), correlations.collect())
}

#[test]
fn rules_of_the_same_names_make_way() {
    let attack = Catalogue::default_release();
    let filter = "title: Not root\nname: not_root\nlogsource: {product: linux, category: process_creation}\n\
                  filter: {rules: [apple], selection: {User: root}, condition: not selection}\n";
    let others = [
        file("fruit.yml", &format!("{}---\n{}", rule("apple", "a"), rule("berry", "b"))),
        file(
            "count.yml",
            &format!("{}---\n{}", counted("apples", "apple", 3), counted("berries", "berry", 3)),
        ),
        file("filter.yml", filter),
    ];
    let files = [
        file("new.yml", &format!("{}---\n{}", rule("apple", "x"), counted("berries", "berry", 5))),
        file("again.yml", filter),
    ];
    let pack = Pack::load_among(&files, &others, attack);
    assert_eq!(pack.problems, []);
    let expected = (["new.yml apple", "fruit.yml berry"], ["count.yml apples 3", "new.yml berries 5"]);
    let (rules, correlations) = told(&pack);
    assert_eq!(
        (&rules[..], &correlations[..]),
        (&expected.0.map(String::from)[..], &expected.1.map(String::from)[..])
    );
    // Once: a filter that is in both is one.
    let named = &pack.rules[0].sigma.detection.named;
    assert_eq!(named.len(), 2, "{:?}", named.keys());
    assert_eq!(told(&Pack::load_among(&[], &others, attack)), told(&Pack::load(&others, attack)));
}
