//! Every code that a check may give. `docs/rules-lint.md` shows the same.

/// A code and what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `E` and a number: the rule cannot run, or never does what it says. `W` and a number: it can be better.
    pub code: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// What to do.
    pub hint: &'static str,
}

impl Code {
    /// A code by its name.
    pub(super) fn of(code: &str) -> Option<&'static Self> {
        CODES.iter().find(|known| known.code == code)
    }
}

const fn code(code: &'static str, what: &'static str, hint: &'static str) -> Code {
    Code { code, what, hint }
}

/// All codes, in their order. A code never changes its meaning.
pub const CODES: &[Code] = &[
    code(
        "E001",
        "the file is no Sigma rule",
        "a rule is YAML with at least title, logsource, and detection with a condition",
    ),
    code("E002", "no technique", "add a tag such as attack.t1059.004"),
    code("E003", "unknown technique", "look it up with `vespid attack show`, or on attack.mitre.org"),
    code("E004", "revoked or deprecated technique", "name the successor, where there is one"),
    code("E005", "the tactic tag does not fit the technique", "name one of the technique's own tactics"),
    code(
        "E006",
        "bad confidence",
        "vespid.confidence is a number from 0 to 1, or a map from the rule's own techniques to such numbers",
    ),
    code("E007", "unknown log source", "rules/README.md lists those that events have"),
    code("E008", "the name is taken", "a name belongs to one rule; the second one does not run"),
    code("E009", "no name and no id", "add `name`, in small letters with underscores, or a UUID as `id`"),
    code(
        "E010",
        "the detection cannot be compiled",
        "see the message; modifiers are explained in rules/README.md",
    ),
    code(
        "E011",
        "the vespid block is malformed",
        "it has version, confidence and examples; rules/README.md shows one",
    ),
    code(
        "E013",
        "an ATT&CK tag names nothing",
        "attack.t1059.004, attack.execution, attack.ta0002, attack.g0016 and attack.s0154 are the ways to write one",
    ),
    code(
        "E014",
        "the lifter does not fit the rule",
        "name a lifter of the log source, and all techniques it may choose",
    ),
    code(
        "E016",
        "a placeholder is not defined",
        "define it in a file of the pack that holds nothing but `expand:`, a map from names to lists of values",
    ),
    code(
        "E017",
        "the filter cannot be applied",
        "filter.rules lists names or ids of rules of the same pack and log source, or is `any`",
    ),
    code("E020", "the correlation cannot run", "see the message"),
    code("E021", "the correlation's condition is not monotone", "use gte or gt"),
    code("E030", "a pattern can never match", "change it, or take it out: the field never holds such a text"),
    code(
        "E031",
        "the condition names no selection of the detection",
        "selections are the keys of `detection`",
    ),
    code("E032", "an example that should hit misses", "mend the rule or the example"),
    code("E033", "an example that should miss hits", "mend the rule or the example"),
    code("E034", "the id is taken", "every rule has an `id` of its own: take a new UUID"),
    code("W001", "no description", "say in a sentence what the rule sees and why that is the technique"),
    code(
        "W002",
        "no level and no confidence",
        "add vespid.confidence, or a level; without either it is medium, 0.65",
    ),
    code(
        "W003",
        "no examples that hit, or none that miss",
        "add vespid.examples.hits and misses, two of each: they are run here",
    ),
    code("W004", "the file has another name than the rule", "name the file after the rule"),
    code(
        "W005",
        "no literal: the rule is asked of every command",
        "let the condition need a text of two letters or more: a program's name, or a word in the pattern",
    ),
    code(
        "W006",
        "a selection is not used",
        "use it in the condition, or take it out; names that begin with _ are meant so",
    ),
    code(
        "W007",
        "the field is unknown",
        "no event of this log source has it: a selection that needs it never holds",
    ),
];
