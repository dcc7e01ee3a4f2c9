//! What is worked out of a request: its parts, and all of it decoded. The names are ours and those of web server logs as
//! SigmaHQ's rules have them.

use std::borrow::Cow;

use vespid_model::body::HttpRequest;

use super::body::{Part, Place, Texts, WorkedOut};
use super::percent::decoded;

/// Names of the whole target. Rules for web servers put paths into `cs-uri-query`.
const URL: [&str; 4] = ["url", "c-uri", "cs-uri", "cs-uri-query"];
const PATH: [&str; 3] = ["path", "request_path", "cs-uri-stem"];
/// Headers under the names of logs.
const HEADERS: [(&str, &str); 4] = [
    ("user_agent", "user-agent"),
    ("cs-user-agent", "user-agent"),
    ("cs-referer", "referer"),
    ("cs-cookie", "cookie"),
];

pub(super) fn worked_out<'a>(request: &'a HttpRequest) -> Vec<WorkedOut<'a>> {
    let mut found = Vec::new();
    let mut add = |name, text: Cow<'a, str>, from, place| {
        found.push(WorkedOut { name, texts: Texts::One(text), from, place });
    };
    let url = request.raw_url.as_str();
    for name in URL {
        add(name, url.into(), "raw_url", Place::At(0));
    }
    let (path, begin) = path(url);
    for name in PATH {
        add(name, path.into(), "raw_url", Place::At(begin));
    }
    let query = begin + path.len() + 1;
    if let Some(text) = url.get(query..).filter(|_| url.as_bytes().get(query - 1) == Some(&b'?')) {
        let text = text.split('#').next().unwrap_or_default();
        add("query", text.into(), "raw_url", Place::At(query));
    }
    add("cs-method", request.method.as_str().into(), "method", Place::At(0));
    if let Some(status) = request.status {
        add("sc-status", status.to_string().into(), "status", Place::Whole);
    }
    if let Some(agent) = &request.user_agent {
        add("cs-user-agent", agent.into(), "user_agent", Place::At(0));
    }
    for (name, header) in HEADERS {
        let given = header_of(request, header);
        if let Some((place, text)) = given.filter(|_| header != "user-agent" || request.user_agent.is_none())
        {
            add(name, text.into(), "headers", Place::Element(place));
        }
    }
    match (&request.host, header_of(request, "host")) {
        (Some(host), _) => add("cs-host", host.into(), "host", Place::At(0)),
        (None, Some((place, host))) => add("cs-host", host.into(), "headers", Place::Element(place)),
        (None, None) => {}
    }
    let all = decoded_parts(request);
    let input: Vec<_> = all.iter().filter(|part| matches!(part.from, "raw_url" | "body")).cloned().collect();
    for (name, from) in [("decoded_url", "raw_url"), ("decoded_body", "body")] {
        if let Some(part) = input.iter().find(|part| part.from == from) {
            let texts = Texts::One(Cow::Owned(part.text.clone()));
            found.push(WorkedOut { name, texts, from, place: Place::Whole });
        }
    }
    for (name, parts) in [("decoded", all), ("decoded_input", input)] {
        found.push(WorkedOut { name, texts: Texts::List(parts), from: "raw_url", place: Place::Whole });
    }
    found
}

/// A header by its name in lower case, with its place among the headers.
fn header_of<'a>(request: &'a HttpRequest, name: &str) -> Option<(usize, &'a String)> {
    let mut headers = request.headers.iter().enumerate();
    headers.find_map(|(place, (given, text))| given.eq_ignore_ascii_case(name).then_some((place, text)))
}

/// Bytes of a request that are decoded; rules read each of them many times.
const LONGEST: usize = 256 << 10;

/// Is there more in the request than is decoded?
pub(super) fn is_cut(request: &HttpRequest) -> bool {
    parts(request).map(|(_, text, ..)| text.len()).sum::<usize>() > LONGEST
}

/// The request's parts decoded, as far as [`LONGEST`]. What is decoded has no bytes of its own: all of its field proves
/// it.
fn decoded_parts(request: &HttpRequest) -> Vec<Part> {
    let mut left = LONGEST;
    let part = |(name, text, from, place): (Option<&String>, &String, _, _)| {
        let text = text.get(..text.floor_char_boundary(left)).unwrap_or_default();
        left -= text.len();
        let begin = name.map(|name| format!("{name}: ")).unwrap_or_default();
        Part { text: begin + &decoded(text), from, place }
    };
    parts(request).map(part).collect()
}

/// Target, body, agent and headers, these with their names.
fn parts(request: &HttpRequest) -> impl Iterator<Item = (Option<&String>, &String, &'static str, Place)> {
    let single = [
        ("raw_url", Some(&request.raw_url)),
        ("body", request.body.as_ref()),
        ("user_agent", request.user_agent.as_ref()),
    ];
    let single = single.into_iter().filter_map(|(from, text)| Some((None, text?, from, Place::Whole)));
    let headers = request.headers.iter().enumerate();
    single.chain(headers.map(|(place, (name, text))| (Some(name), text, "headers", Place::Element(place))))
}

/// The path of a target and where it begins: without `http://host`, query and fragment.
fn path(url: &str) -> (&str, usize) {
    let scheme = ["http://", "https://"]
        .into_iter()
        .find(|it| url.get(..it.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(it)));
    let begin = scheme.map_or(0, |scheme| {
        let rest = url.get(scheme.len()..).unwrap_or_default();
        scheme.len() + rest.find('/').unwrap_or(rest.len())
    });
    let rest = url.get(begin..).unwrap_or_default();
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    (rest.get(..end).unwrap_or_default(), begin)
}
