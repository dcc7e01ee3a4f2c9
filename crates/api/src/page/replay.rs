//! `/sessions/{decky}/{session}/{ip}/replay`: what was typed, line by line at its pace. The browser asks for the next
//! line when its time has come, which needs no script.

use std::net::IpAddr;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::REFRESH;
use axum::response::{AppendHeaders, IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use vespid_export::replay::{Step, steps};
use vespid_export::text::name;
use vespid_model::rows::SessionKey;
use vespid_store::Store;

use crate::address;
use crate::failure::Failure;
use crate::layout;

/// Lines of a session that are shown.
const LINES: u32 = 1_000;
/// No pause is longer than this, in seconds.
const LONGEST: f64 = 5.0;

/// `?line=3`: so many lines are there. `&stop`: and no more come by themselves.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct At {
    line: Option<usize>,
    stop: Option<String>,
}

pub(crate) async fn handle(
    State(store): State<Store>,
    names: Result<Path<(String, String, IpAddr)>, PathRejection>,
    at: Result<Query<At>, QueryRejection>,
) -> Result<Response, Failure> {
    let Ok(Path((decky, session, ip))) = names else { return Err(Failure::Missing("session")) };
    let Ok(Query(at)) = at else { return Err(Failure::Request("A line is a number, as in ?line=3.")) };
    let key = SessionKey {
        decky: address::name(&decky).to_owned(),
        session: address::name(&session).to_owned(),
        ip,
    };
    let session = store.session_find(&key).await?.ok_or(Failure::Missing("session"))?;
    let all = steps(&session, &store.session_typed(&key, LINES).await?, LONGEST);
    let shown = at.line.unwrap_or(0).min(all.len());
    let here = format!("{}/replay", address::session(&session.key));
    let content = content(&all, shown, at.stop.is_some(), (&address::session(&session.key), &here));
    let page = layout::page(&format!("Replay of {}", name(&session.key.session)), None, &content);
    Ok(match all.get(shown).filter(|_| at.stop.is_none()) {
        None => page.into_response(),
        Some(next) => {
            // Browsers wait for whole seconds.
            let refresh = format!("{:.0}; url={here}?line={}", next.pause, shown + 1);
            (AppendHeaders([(REFRESH, refresh)]), page).into_response()
        }
    })
}

fn content(all: &[Step], shown: usize, stopped: bool, (session, here): (&str, &str)) -> Markup {
    html! {
        h1 { "Replay" }
        p { a href=(session) { "The session" } }
        @if all.is_empty() {
            p { "Nothing was typed in this session." }
        } @else {
            p class="soft" {
                "Line " (shown) " of " (all.len()) ", at the pace at which they were typed; no pause is longer than five seconds."
            }
            nav class="turner" aria-label="Replay" {
                a href=(here) { "From the beginning" }
                @if shown < all.len() {
                    @if stopped { a href={ (here) "?line=" (shown) } { "Go on" } }
                    @else { a href={ (here) "?line=" (shown) "&stop" } { "Pause" } }
                    a href={ (here) "?line=" (all.len()) } { "All lines" }
                }
            }
            ol class="events" {
                @for step in &all[..shown] {
                    li { span class="soft" { (format!("{:.1} s", step.at)) } " " code { (step.prompt) " " (step.text) } }
                }
            }
        }
    }
}
