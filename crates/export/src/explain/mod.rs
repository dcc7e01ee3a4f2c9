//! Why: events with the bytes that matched and the rules that say so.

mod html;
mod json;
mod listed;
mod text;
mod window;

use std::borrow::Cow;
use std::collections::HashSet;

use vespid_attack::Catalogue;
use vespid_model::body::{AuthResult, Session};
use vespid_model::rows::{EventRow, ExplainedTag, SessionRow};
use vespid_model::span::Span;
use vespid_model::{Body, SourceKind};

use crate::style::Look;

pub use html::{alone, entry};
pub use listed::Listed;

/// An explanation in parts, so that a session of any length fits in memory: [`begin`](Self::begin) once, then the
/// events in their order, then [`end`](Self::end). The parts one after the other are the document.
#[derive(Debug)]
pub struct Explanation<'a> {
    attack: &'a Catalogue,
    format: Format,
    listed: Option<Listed<'a>>,
    first: bool,
}

/// For whom.
#[derive(Debug, Clone, Copy)]
pub enum Format {
    /// For a terminal.
    Text(Look),
    /// For programs.
    Json,
}

impl<'a> Explanation<'a> {
    /// An explanation with the names of this release.
    pub fn new(attack: &'a Catalogue, format: Format) -> Self {
        Self { attack, format, listed: None, first: true }
    }

    /// The same, which says of events of kind `intel` what they were made of.
    #[must_use]
    pub fn with_listings(self, listed: Listed<'a>) -> Self {
        Self { listed: Some(listed), ..self }
    }

    /// The beginning, with what is known of the events' session.
    pub fn begin(&self, session: Option<&SessionRow>) -> String {
        match self.format {
            Format::Text(look) => session.map(|session| text::begin(session, look)).unwrap_or_default(),
            Format::Json => json::begin(session),
        }
    }

    /// The next events.
    pub fn events(&mut self, events: &[EventRow]) -> String {
        let mut part = String::new();
        for event in events {
            let first = std::mem::take(&mut self.first);
            part.push_str(&match self.format {
                Format::Text(look) => text::event(event, self.attack, self.listed, look),
                Format::Json => json::event(event, self.attack, self.listed, first),
            });
        }
        part
    }

    /// A tag that came without its event, with its evidence, among the events or behind them.
    pub fn alone(&mut self, tag: &ExplainedTag, evidence: &str) -> String {
        let first = std::mem::take(&mut self.first);
        match self.format {
            Format::Text(look) => text::alone(tag, evidence, self.attack, look),
            Format::Json => json::alone(tag, evidence, self.attack, first),
        }
    }

    /// The end, with a line feed.
    pub fn end(self) -> &'static str {
        match self.format {
            Format::Text(_) => "",
            Format::Json => json::END,
        }
    }
}

/// A piece of a text: did it match?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) matched: bool,
    pub(crate) text: &'a str,
}

/// Longer pieces are shown by their two ends: a page must not grow with what an attacker pastes.
const LONGEST: usize = 4000;

impl<'a> Segment<'a> {
    /// The text, or its beginning and end with the number of bytes left out between them.
    pub(crate) fn shortened(self) -> Cow<'a, str> {
        if self.text.len() <= LONGEST {
            return Cow::Borrowed(self.text);
        }
        let (head, rest) = self.text.split_at(floor(self.text, LONGEST * 3 / 4));
        let (left_out, tail) = rest.split_at(floor(rest, rest.len().saturating_sub(LONGEST / 4)));
        Cow::Owned(format!("{head} [... {} bytes left out ...] {tail}", left_out.len()))
    }
}

/// How an event is shown: what happened, and its fields, each cut where matches begin and end.
pub(crate) struct Shown<'a> {
    pub(crate) label: &'static str,
    pub(crate) fields: Vec<ShownField<'a>>,
    /// Shown in full even without a tag.
    pub(crate) matters: bool,
}

pub(crate) struct ShownField<'a> {
    /// None where the label says enough.
    pub(crate) name: Option<&'static str>,
    value: Cow<'a, str>,
    ranges: Vec<(usize, usize)>,
}

impl ShownField<'_> {
    pub(crate) fn segments(&self) -> Vec<Segment<'_>> {
        segments(&self.value, &self.ranges)
    }
}

/// Chooses what to show of an event.
pub(crate) fn show(event: &EventRow) -> Shown<'_> {
    let named = !matches!(event.body.kind(), SourceKind::Command);
    let fields = event.body.fields().into_iter().filter(|(name, _)| !IMPLIED.contains(name));
    let fields = fields.map(|(name, value)| {
        let spans = event.tags.iter().flat_map(|tag| &tag.tag.spans).filter(|span| span.field == name);
        let ranges = spans.map(|span| (span.start as usize, span.end as usize)).collect();
        ShownField { name: named.then_some(name), value, ranges }
    });
    Shown {
        label: label(&event.body),
        fields: fields.collect(),
        matters: !matches!(event.body, Body::Session(_)),
    }
}

/// Fields that the label repeats.
const IMPLIED: [&str; 3] = ["action", "result", "origin"];

fn label(body: &Body) -> &'static str {
    match body {
        Body::Command(_) => "$",
        Body::AuthAttempt(attempt) => match attempt.result {
            AuthResult::Success => "login let in",
            AuthResult::Failure => "login refused",
        },
        Body::Payload(payload) => match payload.origin {
            vespid_model::body::PayloadOrigin::Download => "file fetched",
            vespid_model::body::PayloadOrigin::DownloadFailed => "fetch failed",
            vespid_model::body::PayloadOrigin::Upload => "file uploaded",
            vespid_model::body::PayloadOrigin::Redirect => "file written",
            vespid_model::body::PayloadOrigin::Stdin => "input kept",
        },
        Body::Session(session) => match session {
            Session::Connect { .. } => "connected",
            Session::ClientVersion { .. } => "client",
            Session::ClientKex { .. } => "key exchange",
            Session::ClientSize { .. } => "terminal",
            Session::ClientVariable { .. } => "variable",
            Session::Parameters { .. } => "decoy shown as",
            Session::CommandResult { .. } => "command answered",
            Session::Input { .. } => "typed into a program",
            Session::PasswordChange { .. } => "password changed",
            Session::ForwardRequest { .. } => "asked to forward to",
            Session::ForwardData { .. } => "forwarded",
            Session::ForwardFingerprint { .. } => "forwarded client",
            Session::TelnetOption { .. } => "Telnet option",
            Session::ProtocolError { .. } => "protocol error",
            Session::ExploitAttempt { .. } => "exploit tried",
            Session::Recording { .. } => "recording closed",
            Session::Closed { .. } => "closed",
            Session::DatabaseQuery { .. } => "database asked",
            Session::Transfer { .. } => "moved",
            Session::Beacon { .. } => "connected in even time",
            Session::ContainerRequest { .. } => "container asked for",
            Session::NamePoisoning { .. } => "names answered for",
            Session::FileRequest { .. } => "file asked for",
            Session::Note { .. } => "note left",
            Session::PeerFingerprint { .. } => "peer speaks as",
            Session::ProtocolCommand { .. } => "asked the service",
            Session::ClientTls { .. } => "TLS handshake",
            Session::Alert { .. } => "alert",
            Session::Other { .. } => "other event",
        },
        Body::HttpRequest(_) => "web request",
        Body::Credential(_) => "credential tried elsewhere",
        Body::Identity(_) => "identity",
        Body::Intel(_) => "others say",
        Body::Email(_) => "mail",
        Body::CanaryFingerprint(_) => "canary opened",
        Body::HttpFingerprint(_) => "client speaks as",
        Body::Ipv6Leak(_) => "address leaked",
    }
}

/// Cuts a text where matches begin and end. Ranges may overlap, be in any order and reach outside the text; one that
/// ends before it begins is nothing.
fn segments<'a>(text: &'a str, ranges: &[(usize, usize)]) -> Vec<Segment<'a>> {
    let mut ranges: Vec<_> =
        ranges.iter().map(|(start, end)| (floor(text, *start), ceiling(text, *end))).collect();
    ranges.retain(|(start, end)| start < end);
    ranges.sort_unstable();
    let mut segments = Vec::new();
    let mut push = |matched, from: usize, to: usize| {
        if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
            segments.push(Segment { matched, text });
        }
    };
    let mut at = 0;
    let mut ranges = ranges.into_iter().peekable();
    while let Some((start, mut end)) = ranges.next() {
        while let Some((_, next_end)) = ranges.next_if(|(next, _)| *next <= end) {
            end = end.max(next_end);
        }
        push(false, at, start.max(at));
        push(true, start.max(at), end);
        at = at.max(end);
    }
    push(false, at, text.len());
    segments
}

/// The different texts that the spans of one tag cover, in the order of their first place.
pub(crate) fn proofs(spans: &[Span], body: &Body) -> Vec<String> {
    let mut seen = HashSet::new();
    matched(spans, body).into_iter().filter(|text| seen.insert(text.clone())).collect()
}

/// What the spans of one tag cover, in their order.
pub(crate) fn matched(spans: &[Span], body: &Body) -> Vec<String> {
    let fields = body.fields();
    let text = |span: &Span| {
        let (_, value) = fields.iter().find(|(name, _)| *name == span.field)?;
        let (start, end) = (floor(value, span.start as usize), ceiling(value, span.end as usize));
        value.get(start..end).map(ToOwned::to_owned)
    };
    spans.iter().map(|span| text(span).unwrap_or_default()).collect()
}

/// The last character boundary not after this byte.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// The first character boundary not before this byte; the end of the text when it is shorter.
fn ceiling(text: &str, at: usize) -> usize {
    text.ceil_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str, ranges: &[(usize, usize)]) -> String {
        let mark = |segment: Segment<'_>| {
            if segment.matched { format!("[{}]", segment.text) } else { segment.text.to_owned() }
        };
        segments(text, ranges).into_iter().map(mark).collect()
    }

    proptest! {
        /// Nothing is lost or doubled, whatever the ranges.
        #[test]
        fn segments_are_the_text(text in "[aé密\\n]{0,12}", ranges in vec((0_usize..40, 0_usize..40), 0..5)) {
            let joined: String = segments(&text, &ranges).iter().map(|segment| segment.text).collect();
            prop_assert_eq!(joined, text);
        }
    }

    #[test]
    fn a_long_text_is_shown_by_its_ends() {
        let text = format!("a{}z", "é".repeat(50_000));
        let shown = Segment { matched: false, text: &text }.shortened();
        assert!(shown.starts_with("aé") && shown.ends_with("éz"), "{shown}");
        assert!(shown.len() < LONGEST + 40);
        assert!(shown.contains(" bytes left out "));
    }

    #[test]
    fn matches_are_cut_out_whatever_the_ranges() {
        assert_eq!(cut("wget http://x", &[(5, 13), (0, 4)]), "[wget] [http://x]");
        assert_eq!(cut("abcdef", &[(0, 3), (2, 4), (4, 5)]), "[abcde]f");
        assert_eq!(cut("abc", &[(1, 99)]), "a[bc]");
        assert_eq!(cut("abc", &[]), "abc");
        assert_eq!(cut("éa", &[(1, 2)]), "[é]a");
        assert_eq!(cut("aéb", &[(1, 2)]), "a[é]b");
        assert_eq!(cut("abc", &[(2, 1)]), "abc");
        assert_eq!(cut("", &[(0, 1)]), "");
    }
}
