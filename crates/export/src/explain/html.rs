//! The explanation on a page.

use maud::{Markup, html};
use vespid_attack::Catalogue;
use vespid_model::rows::{EventRow, ExplainedTag};
use vespid_model::window::WindowEvidence;

use super::{Listed, Segment, proofs, show, window};
use crate::links::Links;
use crate::text::{moment, printable};

/// An item of a list: what happened, with the matched bytes in `mark` and the tags below.
pub fn entry(event: &EventRow, attack: &Catalogue, links: &Links, listed: Option<Listed<'_>>) -> Markup {
    let shown = show(event);
    let class = if shown.matters || !event.tags.is_empty() { "event" } else { "event minor" };
    html! {
        li class=(class) {
            time class="t" datetime=(event.time) { (moment(event.time)) } " "
            span class="label" { (shown.label) }
            @for field in &shown.fields {
                " "
                @if let Some(name) = field.name { span class="name" { (name) "=" } }
                code { @for segment in field.segments() {
                    @if segment.matched { mark { (typed(segment)) } } @else { (typed(segment)) }
                } }
            }
            @for line in listed.iter().flat_map(|listed| listed.lines(event)) { div class="via" { (line) } }
            @if !event.tags.is_empty() {
                ul class="tags" { @for tag in &event.tags { (explain(tag, Some(event), attack, links)) } }
            }
        }
    }
}

/// An item of a list: what several events show together, or a tag that came without its event.
pub fn alone(explained: &ExplainedTag, evidence: &str, attack: &Catalogue, links: &Links) -> Markup {
    let tag = &explained.tag;
    html! {
        li class="event" {
            time class="t" datetime=(tag.created_at) { (moment(tag.created_at)) } " "
            @match WindowEvidence::from_json(evidence) {
                Some(evidence) => {
                    span class="label" { (window::head(&evidence)) }
                    ul class="named" { @for line in window::events(&evidence) { li { code { (line) } } } }
                },
                None => {
                    span class="label" { (tag.source_kind) " " (printable(&tag.source_id)) " (without its event)" } " "
                    code { (printable(&Segment { matched: false, text: evidence }.shortened())) }
                },
            }
            ul class="tags" { (explain(explained, None, attack, links)) }
        }
    }
}

/// The text with its line breaks, everything else that acts made visible.
fn typed(segment: Segment<'_>) -> String {
    let text = segment.shortened();
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

fn explain(explained: &ExplainedTag, event: Option<&EventRow>, attack: &Catalogue, links: &Links) -> Markup {
    let tag = &explained.tag;
    html! {
        li id={ "tag-" (tag.id) } {
            a href=((links.technique)(tag.technique)) { (tag.technique) } " "
            strong { (attack.full_name(tag.technique).unwrap_or_default()) }
            div class="tactic" {
                @match attack.tactic(tag.tactic) { Some(tactic) => (tactic.name), None => (tag.tactic) }
                ", confidence " (format!("{:.2}", tag.confidence.get())) ", ATT&CK " (tag.release)
            }
            // With one tag the marks above say it already.
            @if let Some(event) = event.filter(|event| event.tags.len() > 1) {
                div class="matched" {
                    "Matched"
                    @for text in proofs(&tag.spans, &event.body) {
                        " " code { (printable(&Segment { matched: true, text: &text }.shortened())) }
                    }
                }
            }
            @if let Some(lifted) = &explained.lifted {
                div class="matched" { "Shows " code { (printable(lifted)) } }
            }
            @if !tag.via.is_empty() { div class="via" { "Via " code { (printable(&tag.via.join(" > "))) } } }
            div class="rule" {
                "Rule " code { (printable(tag.rule.as_str())) } " v" (tag.rule_version) ": "
                (printable(&explained.rule_title))
            }
            p class="why" { (explained.rule_description.lines().map(printable).collect::<Vec<_>>().join(" ")) }
        }
    }
}
