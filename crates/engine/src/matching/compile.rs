//! A rule as the library compiled it becomes a formula over atoms.

use rsigma_eval::matcher::GroupMode;
use rsigma_eval::{CompiledDetection, CompiledDetectionItem, CompiledMatcher, CompiledRule};
use rsigma_parser::{ConditionExpr, Quantifier};

use super::atom::{Atom, Literal, Place};
use super::build::Builder;
use super::required::Need;
use super::slot::Slot;
use super::tree::{Condition, Node};
use crate::lazy::Lazy;
use crate::patterns::Patterns;
use crate::view::COMMAND_TEXT;

/// Selections of one rule: as many as a number has bits.
pub(crate) const MAX_SELECTIONS: usize = 64;

/// A rule's formula.
pub(super) struct Form {
    pub(super) conditions: Vec<Condition>,
    pub(super) selections: Vec<Node>,
}

/// None for a rule that asks for more than formulas say, or for what the library must answer with `patterns` that it
/// has not.
pub(super) fn compile(rule: &CompiledRule, patterns: &Patterns, builder: &mut Builder) -> Option<Form> {
    let names = selections(rule);
    if names.len() > MAX_SELECTIONS {
        return None;
    }
    let conditions =
        rule.conditions.iter().map(|expression| condition(expression, &names)).collect::<Option<_>>()?;
    let details = names.iter().filter_map(|name| rule.detections.get(*name));
    let selections = details.map(|it| detection(it, patterns, builder)).collect::<Option<_>>()?;
    Some(Form { conditions, selections })
}

/// The names of a rule's selections in the order that numbers them.
pub(crate) fn selections(rule: &CompiledRule) -> Vec<&str> {
    let mut names: Vec<_> = rule.detections.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// May what a rule says of a command depend on the line that the command stands in?
pub(super) fn looks_at_line(rule: &CompiledRule) -> bool {
    fn detection(it: &CompiledDetection) -> bool {
        match it {
            CompiledDetection::AllOf(items) => items.iter().any(item),
            CompiledDetection::AnyOf(parts) | CompiledDetection::And(parts) => parts.iter().any(detection),
            CompiledDetection::Keywords(matcher) => names_fields(matcher),
            CompiledDetection::ArrayMatch { .. } | CompiledDetection::Conditional { .. } => true,
        }
    }

    fn item(it: &CompiledDetectionItem) -> bool {
        it.field.as_deref() == Some(COMMAND_TEXT) || names_fields(&it.matcher)
    }

    /// Does a matcher read fields beside its own? Which ones is not asked.
    fn names_fields(matcher: &CompiledMatcher) -> bool {
        match matcher {
            CompiledMatcher::FieldRef { .. } | CompiledMatcher::Expand { .. } => true,
            CompiledMatcher::Not(child) => names_fields(child),
            CompiledMatcher::AnyOf(children)
            | CompiledMatcher::AllOf(children)
            | CompiledMatcher::CaseInsensitiveGroup { children, .. } => children.iter().any(names_fields),
            _ => false,
        }
    }

    rule.detections.values().any(detection)
}

fn condition(expression: &ConditionExpr, names: &[&str]) -> Option<Condition> {
    let all =
        |parts: &[ConditionExpr]| parts.iter().map(|part| condition(part, names)).collect::<Option<_>>();
    Some(match expression {
        ConditionExpr::Identifier(name) => {
            Condition::Selection(u32::try_from(names.iter().position(|own| own == name)?).ok()?)
        }
        ConditionExpr::And(parts) => Condition::All(all(parts)?),
        ConditionExpr::Or(parts) => Condition::Any(all(parts)?),
        ConditionExpr::Not(part) => Condition::Not(Box::new(condition(part, names)?)),
        ConditionExpr::Selector { quantifier, pattern } => {
            let numbered = names.iter().zip(0..).filter(|(name, _)| pattern.matches_detection_name(name));
            let of: Box<[u32]> = numbered.map(|(_, number)| number).collect();
            let least = match quantifier {
                Quantifier::Any => 1,
                Quantifier::All => of.len(),
                Quantifier::Count(count) => usize::try_from(*count).ok()?,
            };
            Condition::Some { least, of }
        }
    })
}

fn detection(detection_: &CompiledDetection, patterns: &Patterns, builder: &mut Builder) -> Option<Node> {
    let mut all = |parts: &[CompiledDetection]| {
        parts.iter().map(|part| detection(part, patterns, builder)).collect::<Option<Box<[_]>>>()
    };
    Some(match detection_ {
        CompiledDetection::AllOf(items) => {
            let mut nodes: Vec<_> =
                items.iter().map(|it| item(it, patterns, builder)).collect::<Option<_>>()?;
            // What costs least first.
            nodes.sort_by_key(|node| cost(node, builder));
            Node::All(nodes.into())
        }
        CompiledDetection::AnyOf(parts) => Node::Any(all(parts)?),
        CompiledDetection::And(parts) => Node::All(all(parts)?),
        CompiledDetection::Keywords(matcher) => library(
            CompiledDetectionItem {
                field: None,
                matcher: matcher.clone(),
                exists: None,
                bloom_eligible: false,
            },
            builder,
        )?,
        CompiledDetection::ArrayMatch { .. } | CompiledDetection::Conditional { .. } => return None,
    })
}

fn cost(node: &Node, builder: &Builder) -> u8 {
    match node {
        Node::Atom(id) => builder.cost(*id),
        Node::All(parts) | Node::Any(parts) => {
            parts.iter().map(|part| cost(part, builder)).max().unwrap_or(0)
        }
        Node::Not(part) => cost(part, builder),
    }
}

fn item(it: &CompiledDetectionItem, patterns: &Patterns, builder: &mut Builder) -> Option<Node> {
    if let (None, Some(field)) = (it.exists, &it.field)
        && let Some(texts) = Texts::of(&it.matcher, patterns)
    {
        let slot = builder.slot(field)?;
        let node = texts.node(slot, builder);
        // Without the field nothing is so, not even that something is not.
        return Some(if texts.denies() {
            let present = builder.atom(Some(format!("{slot} present")), Atom::Present(slot));
            Node::All(Box::new([Node::Atom(present), node]))
        } else {
            node
        });
    }
    library(it.clone(), builder)
}

fn library(item: CompiledDetectionItem, builder: &mut Builder) -> Option<Node> {
    let whole = !Patterns::in_matcher(&item.matcher);
    whole.then(|| Node::Atom(builder.atom(None, Atom::Library(Box::new(item)))))
}

/// A matcher that asks for nothing but texts.
enum Texts {
    Literals(Vec<Literal>),
    Regex { pattern: Lazy, lowered: bool, need: Option<Need> },
    All(Vec<Texts>),
    Any(Vec<Texts>),
    Not(Box<Texts>),
}

impl Texts {
    fn of(matcher: &CompiledMatcher, patterns: &Patterns) -> Option<Self> {
        Self::read(matcher, patterns, false)
    }

    /// Inside a group the library asks everything of one text in lower case.
    fn read(matcher: &CompiledMatcher, patterns: &Patterns, group: bool) -> Option<Self> {
        let literal = |value: &String, place, case_insensitive: bool| {
            // Texts are compared in lower case; what lower case does to other letters depends on what stands around.
            let plain = !value.is_empty() && (case_insensitive || value.is_ascii());
            plain.then(|| {
                Self::Literals(vec![Literal { value: value.clone(), place, cased: !case_insensitive }])
            })
        };
        match matcher {
            CompiledMatcher::Exact { value, case_insensitive } => {
                literal(value, Place::Whole, *case_insensitive)
            }
            CompiledMatcher::Contains { value, case_insensitive } => {
                literal(value, Place::Anywhere, *case_insensitive)
            }
            CompiledMatcher::StartsWith { value, case_insensitive } => {
                literal(value, Place::Start, *case_insensitive)
            }
            CompiledMatcher::EndsWith { value, case_insensitive } => {
                literal(value, Place::End, *case_insensitive)
            }
            CompiledMatcher::Regex(regex) => {
                let need = patterns.need(regex.as_str());
                Some(Self::Regex { pattern: patterns.real(regex), lowered: group, need })
            }
            CompiledMatcher::AhoCorasickSet { needles, case_insensitive, .. } => {
                let literals =
                    needles.iter().map(|needle| literal(needle, Place::Anywhere, *case_insensitive));
                Some(Self::any(literals.collect::<Option<_>>()?))
            }
            CompiledMatcher::RegexSetMatch { set, mode } => {
                let one = |pattern: &String| Self::Regex {
                    pattern: Lazy::new(&patterns.text(pattern)),
                    lowered: group,
                    need: patterns.need(pattern),
                };
                let all = set.patterns().iter().map(one).collect();
                Self::joined(all, *mode, group)
            }
            CompiledMatcher::AnyOf(children) => Self::children(children, patterns, GroupMode::Any, group),
            CompiledMatcher::AllOf(children) => Self::children(children, patterns, GroupMode::All, group),
            CompiledMatcher::CaseInsensitiveGroup { children, mode } => {
                Self::children(children, patterns, *mode, true)
            }
            CompiledMatcher::Not(child) if !group => {
                Some(Self::Not(Box::new(Self::read(child, patterns, group)?)))
            }
            _ => None,
        }
    }

    fn children(
        children: &[CompiledMatcher],
        patterns: &Patterns,
        mode: GroupMode,
        group: bool,
    ) -> Option<Self> {
        Self::joined(
            children.iter().map(|child| Self::read(child, patterns, group)).collect::<Option<_>>()?,
            mode,
            group,
        )
    }

    fn joined(texts: Vec<Self>, mode: GroupMode, group: bool) -> Option<Self> {
        match mode {
            GroupMode::Any => Some(Self::any(texts)),
            // Of a list, one element must answer to all of a group, but not to all of several questions.
            GroupMode::All if group => None,
            GroupMode::All => Some(Self::All(texts)),
        }
    }

    /// One of them: all literals are one question.
    fn any(texts: Vec<Self>) -> Self {
        let (mut literals, mut others) = (Vec::new(), Vec::new());
        for text in texts {
            match text {
                Self::Literals(own) => literals.extend(own),
                Self::Any(own) => others.extend(own),
                other => others.push(other),
            }
        }
        if !literals.is_empty() {
            others.insert(0, Self::Literals(literals));
        }
        if others.len() == 1 { others.remove(0) } else { Self::Any(others) }
    }

    fn denies(&self) -> bool {
        match self {
            Self::Literals(_) | Self::Regex { .. } => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::denies),
            Self::Not(_) => true,
        }
    }

    fn node(&self, slot: Slot, builder: &mut Builder) -> Node {
        match self {
            Self::Literals(literals) if builder.is_seldom(slot) => {
                let key = format!("{slot} words {literals:?}");
                Node::Atom(builder.atom(Some(key), Atom::Words { slot, literals: literals.clone() }))
            }
            Self::Literals(literals) => Node::Atom(builder.literals(slot, literals.clone(), false)),
            Self::Regex { pattern, lowered, need } => {
                let need = need.clone().filter(|_| !builder.is_seldom(slot));
                let guard = need.map(|need| need.node(slot, builder));
                let key = format!("{slot} {lowered} {}", pattern.as_str());
                let regex = pattern.clone();
                Node::Atom(builder.atom(Some(key), Atom::Regex { slot, regex, lowered: *lowered, guard }))
            }
            Self::All(parts) => Node::All(parts.iter().map(|part| part.node(slot, builder)).collect()),
            Self::Any(parts) => Node::Any(parts.iter().map(|part| part.node(slot, builder)).collect()),
            Self::Not(part) => Node::Not(Box::new(part.node(slot, builder))),
        }
    }
}

impl Need {
    fn node(self, slot: Slot, builder: &mut Builder) -> Node {
        let all = |needs: Vec<Self>, builder: &mut Builder| {
            needs.into_iter().map(|need| need.node(slot, builder)).collect()
        };
        match self {
            Self::Literals(literals) => {
                let literal = |(value, place)| Literal { value, place, cased: false };
                Node::Atom(builder.literals(slot, literals.into_iter().map(literal).collect(), true))
            }
            Self::All(needs) => Node::All(all(needs, builder)),
            Self::Any(needs) => Node::Any(all(needs, builder)),
        }
    }
}
