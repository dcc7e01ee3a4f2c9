//! `|expand` with values from a file of the pack.

use vespid_testkit::event::command;

use crate::{PROCESS, file, load, named, rule};

const VALUES: &str =
    "# ours\nexpand:\n  tools: [wget, curl]\n  places:\n    - /tmp\n    - /dev/shm\n  one: '*.example'\n";

fn hits(item: &str, line: &str) -> bool {
    let detection = format!("selection:\n  {item}\ncondition: selection");
    let files = [rule("r", PROCESS, &detection), file("values", VALUES)];
    !named(&files, &command(0, 1, "s", line)).is_empty()
}

#[test]
fn a_placeholder_is_any_of_its_values() {
    for (item, line, expected) in [
        ("Image|endswith|expand: '/%tools%'", "curl x", true),
        ("Image|endswith|expand: '/%tools%'", "scp x", false),
        ("CommandLine|expand|contains: '%tools% %places%/x'", "wget /dev/shm/x", true),
        ("CommandLine|expand|contains: '%tools% %places%/x'", "wget /var/x", false),
        ("CommandLine|contains|expand: ['%places%', 'other']", "scp other", true),
        ("CommandLine|expand: 'wget %one%'", "wget files.example", true),
        ("CommandLine|contains|expand: '100%'", "echo 100%", true),
        ("CommandLine|re|expand: '^%tools%\\s'", "wget x", true),
        // Without the modifier it is a text.
        ("CommandLine|contains: '%tools%'", "wget x", false),
        ("CommandLine|contains: '%tools%'", "echo %tools%", true),
    ] {
        assert_eq!(hits(item, line), expected, "{item} {line:?}");
    }
}

#[test]
fn what_is_not_defined_is_said() {
    let detection = "selection:\n  CommandLine|expand: '%nobody%'\ncondition: selection";
    let good = rule("good", PROCESS, "selection:\n  CommandLine: x\ncondition: selection");
    let (engine, problems) = load(&[rule("r", PROCESS, detection), file("values", VALUES), good]);
    assert_eq!(problems, ["r.yml: E016 rule r: the placeholder %nobody% is not defined"]);
    assert_eq!(engine.rules().len(), 1);

    let many: Vec<String> = (0..40).map(|number| format!("v{number}")).collect();
    let values = file("values", &format!("expand:\n  many: [{}]\n", many.join(", ")));
    let detection = "selection:\n  CommandLine|expand: '%many%%many%'\ncondition: selection";
    let (_, problems) = load(&[rule("r", PROCESS, detection), values]);
    assert!(problems[0].contains("E016") && problems[0].contains("more than 1000"), "{problems:?}");

    let (_, problems) = load(&[file("values", "expand:\n  a: {b: c}\n")]);
    assert!(problems[0].starts_with("values.yml: E001"), "{problems:?}");
}

/// Tags are a function of events and rules: other values are other rules.
#[test]
fn values_are_part_of_the_rule() {
    let item = "selection:\n  CommandLine|expand: '%tools%'\ncondition: selection";
    let digest =
        |values: &str| load(&[rule("r", PROCESS, item), file("values", values)]).0.digest().to_owned();
    let first = digest("expand:\n  tools: [wget]\n");
    assert_eq!(digest("expand:\n  tools: wget\n  unused: x\n"), first);
    assert_ne!(digest("expand:\n  tools: [wget, curl]\n"), first);
}
