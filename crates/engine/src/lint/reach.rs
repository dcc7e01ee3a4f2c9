//! Patterns that can never match. Only what can be proved from the rule alone.

use rsigma_eval::Event as _;
use rsigma_parser::{Detection, DetectionItem, Modifier, SigmaString, SigmaValue};
use vespid_model::{Body, SourceKind};

use super::Report;
use crate::rule::Target;
use crate::sigma::FILTER_PREFIX;
use crate::view::View;

/// Fields of a command that are one text. The others are lists, of which one element may match and another too.
const TEXTS: &[&str] =
    &["CommandLine", "Arguments", "Image", "ParentImage", "CurrentDirectory", "User", "command_text"];
/// Programs with the path that they were typed with, or one that is assumed.
const PATHS: &[&str] = &["Image", "ParentImage", "PipedFrom"];
/// A line whose commands have every field that a command can have.
const SAMPLE: &str = "cd /tmp; echo a | sudo -u root sh -c 'cat -n > b'";

pub(super) fn check(report: &mut Report<'_>) {
    let detection = &report.parsed.sigma.detection;
    let own = detection.named.iter().filter(|(name, _)| !name.starts_with(FILTER_PREFIX));
    let mut names: Vec<_> = own.collect();
    names.sort_unstable_by_key(|(name, _)| *name);
    for (name, detection) in names {
        walk(report, name, detection);
    }
}

fn walk(report: &mut Report<'_>, selection: &str, detection: &Detection) {
    match detection {
        Detection::AllOf(items) => {
            for item in items {
                alone(report, selection, item);
            }
            together(report, selection, items);
        }
        Detection::AnyOf(parts) | Detection::And(parts) => {
            for part in parts {
                walk(report, selection, part);
            }
        }
        Detection::Keywords(values) if values.is_empty() => {
            let place = report.document.key(&["detection", selection]);
            report.add("E030", place, format!("{selection} is an empty list"));
        }
        Detection::Keywords(_) | Detection::ArrayMatch { .. } | Detection::Conditional { .. } => {}
    }
}

fn alone(report: &mut Report<'_>, selection: &str, item: &DetectionItem) {
    let key = key(item);
    let path = ["detection", selection, key.as_str()];
    if item.values.is_empty() {
        report.add("E030", report.document.key(&path), format!("{key} is an empty list"));
    }
    let field = item.field.name.as_deref().unwrap_or_default();
    for value in &item.values {
        let SigmaValue::String(text) = value else { continue };
        if let Some(why) = never(report.parsed.rule.target, item, text) {
            let place = report.document.written(&path, &text.original);
            report.add("E030", place, format!("{key}: {} can never match: {why}", text.original));
        }
    }
    let needs = !item.field.has_modifier(Modifier::Exists) && !item.values.contains(&SigmaValue::Null);
    if needs && report.parsed.rule.target == Target::Process && !field.is_empty() && !is_known(field) {
        report.add("W007", report.document.key(&path), format!("no command has a field {field}"));
    }
}

/// Why no event has this value.
fn never(target: Target, item: &DetectionItem, text: &SigmaString) -> Option<String> {
    if item.field.has_modifier(Modifier::Re) {
        let hir = regex_syntax::parse(&text.original).ok()?;
        return hir.properties().minimum_len().is_none().then(|| "no text matches it".to_owned());
    }
    let cased = item.field.has_modifier(Modifier::Cased);
    if !item.field.modifiers.iter().all(|modifier| *modifier == Modifier::Cased) {
        return None;
    }
    let (field, text) = (item.field.name.as_deref()?, text.as_plain()?);
    if target == Target::Process {
        let why = "a program always has a path; use |endswith with a / before the name";
        return (PATHS.contains(&field) && !text.contains('/')).then(|| why.to_owned());
    }
    let Target::Body(kind) = target else { return None };
    // The model knows the words of fields that have only some.
    let word = if cased { text } else { text.to_lowercase() };
    let error = Body::from_json(kind, &serde_json::json!({ field: word }).to_string()).err()?.to_string();
    error.starts_with("unknown variant").then(|| in_one_piece(&error))
}

/// An error without the place in a text that nobody sees.
fn in_one_piece(error: &str) -> String {
    error.split(" at line ").next().unwrap_or(error).to_owned()
}

/// Does any command have this field?
fn is_known(field: &str) -> bool {
    let line = vespid_shell::parse(SAMPLE);
    line.commands.iter().any(|command| View::Process { command, line: SAMPLE }.get_field(field).is_some())
}

/// What one text must be for an item to match: one of these.
struct Wanted {
    key: String,
    field: String,
    any: Vec<Literal>,
}

struct Literal {
    op: Op,
    text: String,
    cased: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Is,
    Has,
    Begins,
    Ends,
}

fn together(report: &mut Report<'_>, selection: &str, items: &[DetectionItem]) {
    let target = report.parsed.rule.target;
    if target != Target::Process && target != Target::Body(SourceKind::Command) {
        return;
    }
    let wanted: Vec<_> = items.iter().flat_map(wanted).collect();
    for (place, one) in wanted.iter().enumerate() {
        for other in wanted.iter().skip(place + 1).filter(|other| other.field == one.field) {
            let possible = |a: &Literal| other.any.iter().any(|b| can_both(a, b));
            if !one.any.iter().any(possible) {
                let place = report.document.key(&["detection", selection, &other.key]);
                let message = if one.key == other.key {
                    format!("{}: no text is all of these at once", one.key)
                } else {
                    format!("{} and {}: no text is both", one.key, other.key)
                };
                report.add("E030", place, message);
                return;
            }
        }
    }
}

/// The conditions of an item on its text. None where it asks for more than plain texts.
fn wanted(item: &DetectionItem) -> Vec<Wanted> {
    let Some(field) = item.field.name.clone().filter(|name| TEXTS.contains(&name.as_str())) else {
        return Vec::new();
    };
    let (mut op, mut all, mut cased) = (Op::Is, false, false);
    for modifier in &item.field.modifiers {
        match modifier {
            Modifier::Contains => op = Op::Has,
            Modifier::StartsWith => op = Op::Begins,
            Modifier::EndsWith => op = Op::Ends,
            Modifier::All => all = true,
            Modifier::Cased => cased = true,
            _ => return Vec::new(),
        }
    }
    let literal = |value: &SigmaValue| match value {
        SigmaValue::String(text) => Some(Literal { op, text: text.as_plain()?, cased }),
        _ => None,
    };
    let Some(literals) = item.values.iter().map(literal).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let key = key(item);
    if all {
        let one = |literal| Wanted { key: key.clone(), field: field.clone(), any: vec![literal] };
        literals.into_iter().map(one).collect()
    } else if literals.is_empty() {
        Vec::new()
    } else {
        vec![Wanted { key, field, any: literals }]
    }
}

/// Is there a text that is both?
fn can_both(a: &Literal, b: &Literal) -> bool {
    let text = |of: &Literal| if a.cased && b.cased { of.text.clone() } else { of.text.to_lowercase() };
    let (x, y) = (text(a), text(b));
    match (a.op, b.op) {
        (Op::Is, op) => holds(op, &x, &y),
        (op, Op::Is) => holds(op, &y, &x),
        (Op::Begins, Op::Begins) => x.starts_with(&y) || y.starts_with(&x),
        (Op::Ends, Op::Ends) => x.ends_with(&y) || y.ends_with(&x),
        _ => true,
    }
}

fn holds(op: Op, text: &str, part: &str) -> bool {
    match op {
        Op::Is => text == part,
        Op::Has => text.contains(part),
        Op::Begins => text.starts_with(part),
        Op::Ends => text.ends_with(part),
    }
}

/// The key of an item as it is usually written.
fn key(item: &DetectionItem) -> String {
    let mut key = item.field.name.clone().unwrap_or_default();
    for modifier in item.field.modifiers.iter().filter_map(|it| serde_json::to_value(it).ok()) {
        key.push('|');
        key.push_str(modifier.as_str().unwrap_or_default());
    }
    key
}
