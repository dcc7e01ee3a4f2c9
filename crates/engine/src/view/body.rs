//! The fields of a body, and those that are worked out of them.

use std::borrow::Cow;
use std::ops::Range;

use rsigma_eval::EventValue;
use vespid_model::Body;
use vespid_model::body::Value;
use vespid_model::span::Span;

use super::{http, inside_separators, opencanary, session, span};

/// What a rule sees of a body.
#[derive(Debug)]
pub struct BodyView<'a> {
    fields: Vec<(&'static str, Value<'a>)>,
    worked_out: Vec<WorkedOut<'a>>,
    cut: bool,
}

/// A field that is not stored, with the stored field that it comes of.
#[derive(Debug)]
pub(super) struct WorkedOut<'a> {
    pub(super) name: &'static str,
    pub(super) texts: Texts<'a>,
    pub(super) from: &'static str,
    pub(super) place: Place,
}

/// Which bytes of a stored field prove what was worked out of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The same bytes, from here on.
    At(usize),
    /// This element of a list.
    Element(usize),
    /// All of it.
    Whole,
}

#[derive(Debug)]
pub(super) enum Texts<'a> {
    One(Cow<'a, str>),
    List(Vec<Part>),
}

/// One text of several, with what it comes of.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) from: &'static str,
    pub(super) place: Place,
}

/// `headers.user-agent`: one header, whatever its case.
const HEADER: &str = "headers.";

impl<'a> BodyView<'a> {
    pub(super) fn new(body: &'a Body) -> Self {
        let mut worked_out = match body {
            Body::HttpRequest(request) => http::worked_out(request),
            Body::Session(session) => session::worked_out(session),
            _ => Vec::new(),
        };
        worked_out.extend(opencanary::worked_out(body));
        let cut = matches!(body, Body::HttpRequest(request) if http::is_cut(request));
        Self { fields: body.values(), worked_out, cut }
    }

    /// Is it like an event of OpenCanary?
    pub(crate) fn is_opencanary(&self) -> bool {
        self.worked_out.iter().any(|field| field.name == opencanary::LOGTYPE)
    }

    /// Is there more in the body than rules are offered?
    pub(crate) const fn is_cut(&self) -> bool {
        self.cut
    }

    fn stored(&self, name: &str) -> Option<&(&'static str, Value<'a>)> {
        self.fields.iter().find(|(stored, _)| *stored == name)
    }

    fn found(&self, name: &str) -> Option<&WorkedOut<'a>> {
        self.worked_out.iter().find(|field| field.name == name)
    }

    /// A header's text, and its bytes among all headers.
    fn header(&self, field: &str) -> Option<(String, Range<usize>)> {
        let name = field.strip_prefix(HEADER)?;
        let (_, headers) = self.stored("headers")?;
        headers.elements().into_iter().find_map(|(pair, range)| {
            let (given, text) = pair.split_once(": ")?;
            given.eq_ignore_ascii_case(name).then(|| (text.to_owned(), range))
        })
    }

    pub(super) fn text(&self, field: &str) -> Option<Cow<'_, str>> {
        match self.stored(field) {
            Some((_, Value::Text(text))) => return Some(Cow::Borrowed(text)),
            Some(_) => return None,
            None => {}
        }
        match self.found(field) {
            Some(WorkedOut { texts: Texts::One(text), .. }) => Some(Cow::Borrowed(text)),
            Some(_) => None,
            None => self.header(field).map(|(text, _)| Cow::Owned(text)),
        }
    }

    pub(super) fn value(&self, field: &str) -> Option<EventValue<'_>> {
        if let Some(text) = self.text(field) {
            return Some(EventValue::Str(text));
        }
        let text = |text: Cow<'static, str>| EventValue::Str(text);
        match (self.stored(field), self.found(field)) {
            (Some((_, list)), _) => {
                let elements = list.elements().into_iter();
                Some(EventValue::Array(elements.map(|(it, _)| text(Cow::Owned(it.into_owned()))).collect()))
            }
            (None, Some(WorkedOut { texts: Texts::List(texts), .. })) => {
                let texts = texts.iter().map(|part| EventValue::Str(Cow::Borrowed(part.text.as_str())));
                Some(EventValue::Array(texts.collect()))
            }
            _ => None,
        }
    }

    pub(super) fn raw(&self, field: &str, range: Range<usize>) -> Option<Span> {
        if let Some((name, value)) = self.stored(field) {
            let range =
                if *name == super::COMMAND_TEXT { inside_separators(&value.text(), range) } else { range };
            return span(name, &range);
        }
        if let Some((_, range)) = self.header(field) {
            return span("headers", &range);
        }
        let found = self.found(field)?;
        self.proof(found.from, found.place, range)
    }

    /// The bytes behind a range of a text that was worked out.
    fn proof(&self, from: &str, place: Place, range: Range<usize>) -> Option<Span> {
        let (name, value) = self.stored(from)?;
        match place {
            Place::At(begin) => span(name, &(begin + range.start..begin + range.end)),
            Place::Element(element) => span(name, &value.elements().get(element)?.1),
            Place::Whole => self.whole_field(name),
        }
    }

    fn whole_field(&self, name: &str) -> Option<Span> {
        let (name, value) = self.stored(name)?;
        span(name, &(0..value.text().len()))
    }

    pub(super) fn elements(&self, field: &str) -> Vec<(Cow<'_, str>, Span)> {
        if let Some((name, value)) = self.stored(field) {
            let elements = value.elements().into_iter();
            return elements.filter_map(|(text, range)| Some((text, span(name, &range)?))).collect();
        }
        let Some(WorkedOut { texts: Texts::List(parts), .. }) = self.found(field) else { return Vec::new() };
        // Lists are read once: there may be as many parts as elements.
        let mut lists: Vec<(&str, Vec<Range<usize>>)> = Vec::new();
        let mut proof = |part: &Part| {
            let Place::Element(element) = part.place else {
                return self.proof(part.from, part.place, 0..part.text.len());
            };
            if !lists.iter().any(|(from, _)| *from == part.from) {
                let elements = self.stored(part.from).map(|(_, value)| value.elements()).unwrap_or_default();
                lists.push((part.from, elements.into_iter().map(|(_, range)| range).collect()));
            }
            let (_, ranges) = lists.iter().find(|(from, _)| *from == part.from)?;
            span(part.from, ranges.get(element)?)
        };
        parts.iter().filter_map(|part| Some((Cow::Borrowed(part.text.as_str()), proof(part)?))).collect()
    }

    pub(super) fn whole(&self) -> Vec<Span> {
        self.fields.iter().filter_map(|(name, _)| self.whole_field(name)).collect()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|(name, _)| *name)
    }

    /// Every stored text, the elements of lists too.
    pub(super) fn texts(&self) -> Vec<Cow<'_, str>> {
        let mut texts = Vec::new();
        for (_, value) in &self.fields {
            match value {
                Value::Text(text) => texts.push(Cow::Borrowed(text.as_ref())),
                list => texts.extend(list.elements().into_iter().map(|(text, _)| text)),
            }
        }
        texts
    }
}
