//! The frame around every page.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};
use vespid_export::report::html::TRADEMARK;

/// The pages named at the top of every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Overview,
    Attackers,
    Sources,
}

/// A whole page. `place` is the entry at the top that it is, if it is one.
pub(crate) fn page(title: &str, place: Option<Place>, content: &Markup) -> Html<String> {
    let entry = |here, address, name| {
        let current = (place == Some(here)).then_some("page");
        html! { a href=(address) aria-current=[current] { (name) } }
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Vespid" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                a class="skip" href="#content" { "Skip to the content" }
                header { nav aria-label="Main" {
                    a class="name" href="/" { "Vespid" }
                    (entry(Place::Overview, "/", "Overview"))
                    (entry(Place::Attackers, "/attackers", "Attackers"))
                    (entry(Place::Sources, "/sources", "Sources"))
                    a href="/navigator.json" download="vespid-layer.json" { "Navigator layer" }
                } }
                main id="content" { (content) }
                footer { small { (TRADEMARK) } }
            }
        }
    };
    Html(page.into_string())
}
