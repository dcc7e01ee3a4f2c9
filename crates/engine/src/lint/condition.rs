//! Does the condition name what there is, and all of it?

use rsigma_parser::{ConditionExpr, SelectorPattern};

use super::Report;

pub(super) fn check(report: &mut Report<'_>) {
    let detection = &report.parsed.sigma.detection;
    let mut names: Vec<&str> = detection.named.keys().map(String::as_str).collect();
    names.sort_unstable();
    let mut used = Vec::new();
    let mut absent = Vec::new();
    for condition in &detection.conditions {
        walk(condition, &names, &mut used, &mut absent);
    }
    let place = report.document.key(&["detection", "condition"]);
    for name in absent {
        report.add("E031", place, format!("the detection has no selection {name}"));
    }
    for name in names.iter().filter(|name| !name.starts_with('_') && !used.contains(*name)) {
        let place = report.document.key(&["detection", name]);
        report.add("W006", place, format!("no condition uses the selection {name}"));
    }
}

fn walk<'n>(condition: &ConditionExpr, names: &[&'n str], used: &mut Vec<&'n str>, absent: &mut Vec<String>) {
    match condition {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => {
            for part in parts {
                walk(part, names, used, absent);
            }
        }
        ConditionExpr::Not(part) => walk(part, names, used, absent),
        ConditionExpr::Identifier(name) => match names.iter().find(|own| *own == name) {
            Some(own) => used.push(own),
            None => absent.push(name.clone()),
        },
        ConditionExpr::Selector { pattern, .. } => {
            let before = used.len();
            used.extend(names.iter().filter(|name| pattern.matches_detection_name(name)));
            if used.len() == before {
                absent.push(match pattern {
                    SelectorPattern::Them => "at all".to_owned(),
                    SelectorPattern::Pattern(pattern) => format!("like {pattern}"),
                });
            }
        }
    }
}
