//! What an event brings to correlations.

use std::net::IpAddr;
use std::sync::Arc;

use vespid_model::event::Event;
use vespid_model::window::{Touch, value};

use crate::problem::{Fault, Problem};
use crate::rule::{Correlation, Rule};
use crate::view::View;

/// Which correlations use each rule.
#[derive(Default)]
pub(crate) struct Uses {
    /// By the rule's place.
    by_rule: Vec<Vec<Use>>,
}

/// One step of one correlation.
struct Use {
    correlation: u32,
    step: u32,
    length: i64,
    group: Vec<String>,
    value: Vec<String>,
}

/// What a body brings; the rest of the event is filled in later.
pub(crate) struct Draft {
    correlation: u32,
    step: u32,
    length: i64,
    group: Vec<Part>,
    value: Vec<Part>,
}

/// A value, or what of the event it is.
enum Part {
    Text(Arc<str>),
    Decky,
    Session,
    SourceIp,
}

impl Uses {
    /// Links correlations to rules. One whose rule does not run is left out and reported.
    pub(crate) fn link(
        correlations: Vec<Correlation>,
        rules: &[Rule],
    ) -> (Self, Vec<Correlation>, Vec<Problem>) {
        let mut by_rule: Vec<Vec<Use>> = Vec::new();
        by_rule.resize_with(rules.len(), Vec::new);
        let (mut linked, mut problems) = (Vec::new(), Vec::new());
        for correlation in correlations {
            let place = |rule| rules.binary_search_by(|known: &Rule| known.id.cmp(rule)).ok();
            let mut bases = correlation.steps.iter().flat_map(|step| &step.rules).map(|base| &base.rule);
            if let Some(missing) = bases.find(|rule| place(rule).is_none()) {
                let fault = Fault::BadCorrelation(format!("its rule {missing} cannot run"));
                let rule = Some(correlation.id.to_string());
                problems.push(Problem { path: correlation.path.clone(), rule, fault });
                continue;
            }
            for (number, step) in correlation.steps.iter().enumerate() {
                for base in &step.rules {
                    if let Some(users) = place(&base.rule).and_then(|place| by_rule.get_mut(place)) {
                        users.push(Use {
                            correlation: small(linked.len()),
                            step: small(number),
                            length: correlation.length,
                            group: base.group.clone(),
                            value: base.value.clone(),
                        });
                    }
                }
            }
            linked.push(correlation);
        }
        (Self { by_rule }, linked, problems)
    }

    /// What a match of this rule brings to those that use it, added to what the event brings already: each step once.
    /// An event without a field that is asked for does not count.
    pub(crate) fn add(&self, rule: usize, view: &View<'_>, drafts: &mut Vec<Draft>) {
        for it in self.by_rule.get(rule).into_iter().flatten() {
            let known = |draft: &Draft| (draft.correlation, draft.step) == (it.correlation, it.step);
            if drafts.iter().any(known) {
                continue;
            }
            if let (Some(group), Some(value)) = (parts(&it.group, view), parts(&it.value, view)) {
                let (correlation, step, length) = (it.correlation, it.step, it.length);
                drafts.push(Draft { correlation, step, length, group, value });
            }
        }
        drafts.sort_by_key(|draft| (draft.correlation, draft.step));
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A name as every database keeps it: one of them has no NUL.
fn name(text: &str) -> Arc<str> {
    if text.contains('\0') { value(&text.replace('\0', "\u{FFFD}")) } else { value(text) }
}

fn parts(fields: &[String], view: &View<'_>) -> Option<Vec<Part>> {
    let part = |field: &String| match field.as_str() {
        "decky" => Some(Part::Decky),
        "session" => Some(Part::Session),
        "src_ip" => Some(Part::SourceIp),
        field => view.text(field).map(|text| Part::Text(value(&text))),
    };
    fields.iter().map(part).collect()
}

impl Draft {
    /// Is it the same whatever the event says beside its body?
    pub(crate) fn is_whole(&self) -> bool {
        self.group.iter().chain(&self.value).all(|part| matches!(part, Part::Text(_)))
    }

    /// With what the event says beside its body. None where it does not say it.
    pub(crate) fn fill(&self, event: &Event) -> Option<Touch> {
        let (decky, session) = (&*event.decky, event.session.as_deref());
        self.filled(decky, session, Some(event.source_ip))
    }

    /// As it is, where it [is whole](Self::is_whole).
    pub(crate) fn whole(&self) -> Option<Touch> {
        self.filled("", None, None)
    }

    /// Bytes that it holds.
    pub(crate) fn weight(&self) -> usize {
        let part = |part: &Part| size_of::<Part>() + if let Part::Text(text) = part { text.len() } else { 0 };
        size_of::<Self>() + self.group.iter().chain(&self.value).map(part).sum::<usize>()
    }

    fn filled(&self, decky: &str, session: Option<&str>, ip: Option<IpAddr>) -> Option<Touch> {
        let text = |part: &Part| match part {
            Part::Text(text) => Some(Arc::clone(text)),
            Part::Decky => Some(name(decky)),
            Part::Session => session.map(name),
            Part::SourceIp => ip.map(|ip| ip.to_string().into()),
        };
        let values = self.value.iter().map(text).collect::<Option<Vec<_>>>()?;
        Some(Touch {
            correlation: self.correlation,
            step: self.step,
            length: self.length,
            group: self.group.iter().map(text).collect::<Option<_>>()?,
            value: match values.as_slice() {
                [] => None,
                [one] => Some(Arc::clone(one)),
                several => Some(value(&serde_json::to_string(several).unwrap_or_default())),
            },
        })
    }
}
