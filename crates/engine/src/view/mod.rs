//! What a rule sees of an event: named fields, each with the way back to the raw bytes.

mod body;
mod http;
mod opencanary;
mod percent;
mod session;

use std::borrow::Cow;
use std::ops::Range;

use rsigma_eval::{Event as SigmaEvent, EventValue};
use vespid_model::Body;
use vespid_model::span::Span;
use vespid_shell::{Mapped, SimpleCommand};

pub use body::BodyView;

/// The field of a command event that holds the line as typed.
pub(crate) const COMMAND_TEXT: &str = "command_text";
/// What runs a command that no wrapper runs.
const LOGIN_SHELL: &str = "/bin/bash";

/// One way of looking at an event.
#[derive(Debug)]
pub enum View<'a> {
    /// A simple command, as a process.
    Process {
        /// The command.
        command: &'a SimpleCommand,
        /// The whole line it is part of.
        line: &'a str,
    },
    /// The fields of the body.
    Body(BodyView<'a>),
}

impl<'a> View<'a> {
    /// The view of the body as a whole.
    pub fn body(body: &'a Body) -> Self {
        Self::Body(BodyView::new(body))
    }

    /// Writes all that a rule can see of a command but the line around it: commands with the same are matched alike.
    pub(crate) fn key(command: &SimpleCommand, key: &mut Vec<u8>) {
        // No text has these bytes.
        const ABSENT: u8 = 0xFE;
        const END: u8 = 0xFF;
        let mut part = |text: Option<&str>| {
            match text {
                Some(text) => key.extend_from_slice(text.as_bytes()),
                None => key.push(ABSENT),
            }
            key.push(END);
        };
        part(Some(command.line.as_str()));
        part(command.image.as_deref());
        part(command.parent_image.as_deref());
        part(command.current_directory.as_deref());
        part(command.user.as_deref());
        for redirect in command.redirects.iter() {
            part(Some(redirect.operator));
            part(Some(redirect.target.as_str()));
        }
        part(None);
        command.piped_from.iter().for_each(|image| part(Some(image)));
        if !command.redirects.is_empty() || !command.assignments.is_empty() {
            part(None);
            command.argv.iter().for_each(|word| part(Some(word.as_str())));
        }
    }

    /// The raw bytes behind a range of bytes of a field, None for a field that has none of its own.
    pub(crate) fn raw(&self, field: &str, range: Range<usize>) -> Option<Span> {
        match self {
            Self::Process { command, line } => {
                let raw = match field {
                    "CommandLine" => {
                        let words = whole_words(command.line.as_str(), range);
                        without_what_follows(line, with_closing_quote(line, command.line.raw(words)))
                    }
                    "Image" => whole(command.argv.first()?),
                    "Arguments" => {
                        let words = whole_words(&arguments(command), range);
                        without_what_follows(line, with_closing_quote(line, raw_arguments(command, &words)?))
                    }
                    COMMAND_TEXT => inside_separators(line, range),
                    _ => return None,
                };
                span(COMMAND_TEXT, &raw)
            }
            Self::Body(body) => body.raw(field, range),
        }
    }

    /// The smallest honest answer when no field says more: the whole command, or every field of the body.
    pub(crate) fn whole(&self) -> Vec<Span> {
        match self {
            Self::Process { command, .. } => span(COMMAND_TEXT, &command.span).into_iter().collect(),
            Self::Body(body) => body.whole(),
        }
    }

    /// What the command was taken out of.
    pub(crate) fn via(&self) -> &[String] {
        match self {
            Self::Process { command, .. } => &command.via,
            Self::Body(_) => &[],
        }
    }

    /// The text of a field that is one text.
    pub(crate) fn text(&self, field: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Process { command, line } => match field {
                "CommandLine" => Some(Cow::Borrowed(command.line.as_str())),
                "Arguments" => Some(arguments(command)),
                "Image" => command.image.as_deref().map(Cow::Borrowed),
                "CurrentDirectory" => command.current_directory.as_deref().map(Cow::Borrowed),
                "User" => command.user.as_deref().map(Cow::Borrowed),
                "ParentImage" => Some(Cow::Borrowed(command.parent_image.as_deref().unwrap_or(LOGIN_SHELL))),
                COMMAND_TEXT => Some(Cow::Borrowed(line)),
                _ => None,
            },
            Self::Body(body) => body.text(field),
        }
    }

    /// The body's fields, None for a command.
    pub(crate) const fn fields(&self) -> Option<&BodyView<'a>> {
        match self {
            Self::Process { .. } => None,
            Self::Body(body) => Some(body),
        }
    }

    /// The elements of a field that is a list, each with its raw bytes. None for a list without bytes of its own.
    pub(crate) fn elements(&self, field: &str) -> Vec<(Cow<'_, str>, Span)> {
        match self {
            Self::Process { command, .. } if field == "RedirectTarget" => {
                let place = |target| span(COMMAND_TEXT, &whole(target));
                let targets = written(command);
                targets.filter_map(|it| Some((Cow::Borrowed(it.as_str()), place(it)?))).collect()
            }
            Self::Process { .. } => Vec::new(),
            Self::Body(body) => body.elements(field),
        }
    }
}

/// The words of a command, one space between them, without redirections and assignments.
fn arguments(command: &SimpleCommand) -> Cow<'_, str> {
    if command.redirects.is_empty() && command.assignments.is_empty() {
        return Cow::Borrowed(command.line.as_str());
    }
    let words: Vec<_> = command.argv.iter().map(Mapped::as_str).collect();
    Cow::Owned(words.join(" "))
}

/// The raw bytes behind a range of [`arguments`], from its first word to its last.
fn raw_arguments(command: &SimpleCommand, range: &Range<usize>) -> Option<Range<usize>> {
    let mut found: Option<Range<usize>> = None;
    let mut begin = 0;
    for word in &command.argv {
        let end = begin + word.as_str().len();
        if begin < range.end && range.start < end {
            let raw = word.raw(range.start.saturating_sub(begin)..range.end.min(end) - begin);
            found =
                Some(found.map_or(raw.clone(), |found| found.start.min(raw.start)..found.end.max(raw.end)));
        }
        begin = end + 1;
    }
    found
}

/// The files that a command's redirections write.
fn written(command: &SimpleCommand) -> impl Iterator<Item = &Mapped> {
    command.redirects.iter().filter(|redirect| redirect.writes()).map(|redirect| &redirect.target)
}

/// The words that a match touches: a pattern may end within one, and half a word proves little to a reader.
fn whole_words(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(matched) = text.get(range.clone()) else { return range };
    let start = range.start + (matched.len() - matched.trim_start().len());
    let end = (range.end - (matched.len() - matched.trim_end().len())).max(start);
    let before = text.get(..start).and_then(|text| text.rfind(char::is_whitespace));
    let after = text.get(end..).and_then(|text| text.find(char::is_whitespace));
    before.map_or(0, |place| place + 1)..after.map_or(text.len(), |place| end + place)
}

/// What may stand between two commands.
pub(crate) fn separates(char: char) -> bool {
    char.is_whitespace() || matches!(char, ';' | '&' | '|')
}

/// A match in a whole line without what a pattern needs to find where a command begins and ends: blanks, `;`, `&`,
/// `|`, brackets.
fn inside_separators(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(matched) = text.get(range.clone()) else { return range };
    let begun = matched.trim_start_matches(|char| separates(char) || char == '(');
    if begun.is_empty() {
        return range;
    }
    without_what_follows(text, range.end - begun.len()..range.end)
}

/// A range without separators at its end, nor brackets and backquotes there that close what began before it.
/// `\;`, `>&` and `<&` are no separators.
fn without_what_follows(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(matched) = text.get(range.clone()) else { return range };
    let count = |wanted: char| matched.matches(wanted).count();
    let mut brackets = count(')').saturating_sub(count('('));
    let mut backquotes = count('`') % 2;
    let mut rest = matched.trim_end();
    while let Some(last) = rest.chars().next_back() {
        let before = rest.get(..rest.len() - last.len_utf8()).unwrap_or_default();
        let follows = !before.ends_with('\\')
            && match last {
                ';' | '|' => true,
                '&' => !before.ends_with(['<', '>']),
                ')' if brackets > 0 => {
                    brackets -= 1;
                    true
                }
                '`' => std::mem::take(&mut backquotes) > 0,
                _ => false,
            };
        if !follows {
            break;
        }
        rest = before.trim_end();
    }
    if rest.is_empty() { range } else { range.start..range.start + rest.len() }
}

/// Raw bytes with the quote right behind them, when it closes one that they opened.
fn with_closing_quote(line: &str, range: Range<usize>) -> Range<usize> {
    let (mut open, mut escaped) = (None, false);
    for byte in line.as_bytes().get(range.clone()).unwrap_or_default() {
        match (byte, open) {
            _ if escaped => escaped = false,
            (b'\\', None | Some(b'"')) => escaped = true,
            (b'"' | b'\'', None) => open = Some(*byte),
            (_, Some(quote)) if quote == *byte => open = None,
            _ => {}
        }
    }
    let closes = open.is_some() && line.as_bytes().get(range.end).copied() == open;
    range.start..range.end + usize::from(closes)
}

fn whole(mapped: &Mapped) -> Range<usize> {
    mapped.raw(0..mapped.as_str().len())
}

fn span(field: &'static str, range: &Range<usize>) -> Option<Span> {
    let start = u32::try_from(range.start).ok()?;
    let end = u32::try_from(range.end).ok()?;
    (start < end).then_some(Span { field: Cow::Borrowed(field), start, end })
}

fn texts<'v>(values: impl Iterator<Item = &'v str>) -> EventValue<'v> {
    EventValue::Array(values.map(|value| EventValue::Str(Cow::Borrowed(value))).collect())
}

impl SigmaEvent for View<'_> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        if let Some(text) = self.text(path) {
            return Some(EventValue::Str(text));
        }
        let command = match self {
            Self::Process { command, .. } => command,
            Self::Body(body) => return body.value(path),
        };
        match path {
            "PipedFrom" if !command.piped_from.is_empty() => {
                Some(texts(command.piped_from.iter().map(|image| &**image)))
            }
            "RedirectTarget" => {
                let mut targets = written(command).map(Mapped::as_str).peekable();
                targets.peek().is_some().then(|| texts(targets))
            }
            _ => None,
        }
    }

    fn any_string_value(&self, pred: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Process { command, .. } => pred(command.line.as_str()),
            Self::Body(body) => body.texts().iter().any(|text| pred(text)),
        }
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        match self {
            Self::Process { command, .. } => vec![Cow::Borrowed(command.line.as_str())],
            Self::Body(body) => body.texts(),
        }
    }

    /// Not used by detection rules: they read fields.
    fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Process { command, .. } => serde_json::json!({ "CommandLine": command.line.as_str() }),
            Self::Body(body) => body.texts().into_iter().map(|text| serde_json::json!(text)).collect(),
        }
    }
}
