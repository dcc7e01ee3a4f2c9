//! Programs whose output follows from their arguments and their input.

use std::sync::Arc;

use crate::command::Redirect;
use crate::decode::{self, Decoder};
use crate::mapped::Mapped;
use crate::output::Output;
use crate::parse::MAX_DEPTH;
use crate::stream::Stream;
use crate::substitution;

/// How a program makes its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Producer {
    Echo,
    Printf,
    /// `cat` and `tee`: the input as it is.
    Pass,
    Base64,
    Xxd,
    Openssl,
    Rev,
    Tr,
}

/// What flows out of a command: how it comes about, for the few that want to know the text.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    producer: Producer,
    /// The place of the command among those of the line.
    command: usize,
    input: Option<Box<Self>>,
    /// Commands one behind the other.
    length: usize,
}

impl Flow {
    /// What flows out of the command that was added last. Nothing is known of it when too many are behind one another.
    pub(crate) fn new(producer: Producer, input: Option<Self>, output: &mut Output) -> Option<Self> {
        let command = output.last()?;
        let input = input.filter(|_| !matches!(producer, Producer::Echo | Producer::Printf));
        let length = input.as_ref().map_or(1, |input| input.length + 1);
        if length > MAX_DEPTH {
            output.truncate();
            return None;
        }
        Some(Self { producer, command, input: input.map(Box::new), length })
    }

    /// The text, as far as it follows from the line.
    pub(crate) fn stream(&self, output: &mut Output) -> Option<Stream> {
        self.stream_of(None, output)
    }

    /// The text, when the first of the commands that are known reads this one.
    pub(crate) fn stream_of(&self, text: Option<&Mapped>, output: &mut Output) -> Option<Stream> {
        let command = output.command(self.command)?;
        let (argv, redirects) = (command.argv.clone(), Arc::clone(&command.redirects));
        let input = match &self.input {
            Some(input) => Some(input.stream_of(text, output)?),
            None => text.cloned().map(Stream::typed),
        };
        produce(self.producer, &argv, &redirects, input, output)
    }
}

/// What a command puts out, when that is known. `input` is what is piped into it.
fn produce(
    producer: Producer,
    argv: &[Mapped],
    redirects: &[Redirect],
    input: Option<Stream>,
    output: &mut Output,
) -> Option<Stream> {
    if redirects.iter().any(|it| it.writes() && !it.text.as_str().starts_with('2')) {
        return None;
    }
    let (program, arguments) = argv.split_first()?;
    match producer {
        Producer::Echo => return echo(arguments, output),
        Producer::Printf => return printf(arguments, output),
        _ => {}
    }
    let here = redirects.iter().rfind(|redirect| redirect.operator == "<<<");
    let here = here.map(|redirect| Stream::typed(redirect.target.clone()));
    let input = here.or(input)?;
    let words = || arguments.iter().map(Mapped::as_str);
    let has_letter = |letter: char| words().any(|word| is_short(word) && word.contains(letter));
    match producer {
        Producer::Pass => {
            let reads_file = words().any(|word| !word.starts_with('-'));
            let tees = program.as_str().ends_with("tee");
            (tees || !reads_file).then_some(input)
        }
        Producer::Base64 => {
            let decodes = has_letter('d') || has_letter('D') || words().any(|word| word == "--decode");
            let reads_file = words().any(|word| !word.starts_with('-'));
            (decodes && !reads_file).then_some(())?;
            apply(input, Decoder::Base64, "base64 -d", output)
        }
        Producer::Openssl => {
            let encoding = words().any(|word| matches!(word, "base64" | "-base64" | "-a"));
            (encoding && words().any(|word| word == "-d")).then_some(())?;
            apply(input, Decoder::Base64, "openssl base64 -d", output)
        }
        Producer::Xxd => {
            (has_letter('r') && has_letter('p')).then_some(())?;
            apply(input, Decoder::Hex, "xxd -r -p", output)
        }
        Producer::Rev => apply(input, Decoder::Reverse, "rev", output),
        Producer::Tr => translate(arguments, input, output),
        Producer::Echo | Producer::Printf => None,
    }
}

fn is_short(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--")
}

fn apply(input: Stream, decoder: Decoder<'_>, label: &'static str, output: &mut Output) -> Option<Stream> {
    output.decode(input.text.as_str().len()).then_some(())?;
    let Stream { text, mut made_by } = input;
    made_by.push(label);
    Some(Stream { text: decode::decode(&text, decoder)?, made_by })
}

/// `echo -ne text`.
fn echo(arguments: &[Mapped], output: &mut Output) -> Option<Stream> {
    let option = |word: &&Mapped| {
        let letters = word.as_str().strip_prefix('-').unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|letter| "neE".contains(letter))
    };
    let options = arguments.iter().take_while(option).count();
    let (options, words) = arguments.split_at(options);
    let (text, made_by) = substitution::expand(output.join(words.iter())?, output);
    let escapes = options.iter().any(|word| word.as_str().contains('e')) && text.as_str().contains('\\');
    let stream = Stream { text, made_by };
    if escapes { apply(stream, Decoder::Escapes, "echo -e", output) } else { Some(stream) }
}

/// `printf format words`: as often as the words last.
fn printf(arguments: &[Mapped], output: &mut Output) -> Option<Stream> {
    let dashes = arguments.first().is_some_and(|word| word.as_str() == "--");
    let (format, words) = arguments.get(usize::from(dashes)..)?.split_first()?;
    if !format.as_str().contains(['\\', '%']) {
        return Some(Stream::typed(format.clone()));
    }
    let mut parts = Vec::new();
    let mut words = words.iter();
    loop {
        let before = words.len();
        if !output.decode(format.as_str().len()) {
            return None;
        }
        format_once(format, &mut words, &mut parts, output)?;
        if words.len() == 0 || words.len() == before {
            break;
        }
    }
    Some(Stream { text: Mapped::concat(&parts), made_by: vec!["printf"] })
}

fn format_once<'m>(
    format: &Mapped,
    words: &mut impl Iterator<Item = &'m Mapped>,
    parts: &mut Vec<Mapped>,
    output: &mut Output,
) -> Option<()> {
    let text = format.as_str();
    let unescaped = |part: Mapped| {
        let escaped = part.as_str().contains('\\');
        if escaped { decode::decode(&part, Decoder::Escapes) } else { Some(part) }
    };
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.find('%').unwrap_or(rest.len());
        if length > 0 {
            parts.extend(unescaped(format.slice(at..at + length)));
        }
        let directive = rest.get(length..).unwrap_or_default();
        let Some(kind) = directive.chars().nth(1) else { break };
        match kind {
            '%' => parts.push(format.slice(at + length..at + length + 1)),
            's' | 'd' | 'c' | 'b' => {
                if let Some(word) = words.next() {
                    output.decode(word.as_str().len()).then_some(())?;
                    parts.extend(if kind == 'b' { unescaped(word.clone()) } else { Some(word.clone()) });
                }
            }
            // What it makes of a word is not known.
            _ => return None,
        }
        at += length + 2;
    }
    Some(())
}

/// `tr -d set` and `tr set set`.
fn translate(arguments: &[Mapped], input: Stream, output: &mut Output) -> Option<Stream> {
    let words: Vec<&str> = arguments.iter().map(Mapped::as_str).collect();
    let (from, to) = match words.as_slice() {
        ["-d" | "--delete", from] => (set(from)?, Vec::new()),
        [from, to] if !from.starts_with('-') => (set(from)?, set(to)?),
        _ => return None,
    };
    apply(input, Decoder::Translate { from: &from, to: &to }, "tr", output)
}

/// The characters of a set: `a-z`, `\n`. None for classes.
fn set(text: &str) -> Option<Vec<char>> {
    if text.contains("[:") || text.contains("[=") {
        return None;
    }
    let mut set = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let char = match char {
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            },
            other => other,
        };
        let mut ahead = chars.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) if last.is_ascii() && char.is_ascii() => {
                set.extend(char..=last);
                chars = ahead;
            }
            _ => set.push(char),
        }
        if set.len() > 256 {
            return None;
        }
    }
    Some(set)
}
