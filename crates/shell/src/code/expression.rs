//! Texts that a program makes from literals: joined, decoded, turned around.

use super::Language;
use super::scan::Scanner;
use crate::decode::{self, Decoder};
use crate::mapped::Mapped;
use crate::parse::MAX_DEPTH;
use crate::text::Text;

/// A text that is known without running the program.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) text: Mapped,
    /// The functions that made it, in the order in which they are applied.
    pub(super) decoders: Vec<&'static str>,
}

impl From<Mapped> for Value {
    fn from(text: Mapped) -> Self {
        Self { text, decoders: Vec::new() }
    }
}

/// Decoders inside one another.
const MAX_NESTED: usize = 8;

/// Functions that decode their first argument.
const FUNCTIONS: &[(&str, Decoder<'static>)] = &[
    ("b64decode", Decoder::Base64),
    ("standard_b64decode", Decoder::Base64),
    ("urlsafe_b64decode", Decoder::Base64),
    ("decodestring", Decoder::Base64),
    ("decodebytes", Decoder::Base64),
    ("a2b_base64", Decoder::Base64),
    ("decode_base64", Decoder::Base64),
    ("base64_decode", Decoder::Base64),
    ("decode64", Decoder::Base64),
    ("strict_decode64", Decoder::Base64),
    ("atob", Decoder::Base64),
    ("fromhex", Decoder::Hex),
    ("unhexlify", Decoder::Hex),
    ("a2b_hex", Decoder::Hex),
    ("hex2bin", Decoder::Hex),
    ("strrev", Decoder::Reverse),
    ("reverse", Decoder::Reverse),
    ("str_rot13", Decoder::Rot13),
];

impl Scanner<'_> {
    /// The value of an expression, None when it begins with something that is not known.
    pub(super) fn expression(&mut self) -> Option<Value> {
        self.sum(MAX_NESTED)
    }

    fn sum(&mut self, depth: usize) -> Option<Value> {
        let mut value = self.term(depth)?;
        // Grows with each text: a copy of all before it for each one would take forever.
        let mut joined = None;
        loop {
            let joins = match self.language {
                Language::Perl | Language::Php => self.passes("."),
                Language::Lua => self.passes(".."),
                _ => self.passes("+"),
            };
            // In Python texts that follow one another are one.
            let follows = matches!(self.language, Language::Python | Language::Ruby | Language::Awk);
            let next = if joins {
                self.term(depth)
            } else if follows {
                self.blanks();
                self.literal().map(Value::from)
            } else {
                None
            };
            let Some(next) = next else { break };
            let joined = joined.get_or_insert_with(|| {
                let mut joined = Text::default();
                value.text.append_to(&mut joined);
                joined
            });
            next.text.append_to(joined);
            value.decoders.extend(next.decoders);
        }
        if let Some(joined) = joined {
            value.text = joined.into();
        }
        Some(value)
    }

    fn term(&mut self, depth: usize) -> Option<Value> {
        self.blanks();
        let mut value = match self.literal() {
            Some(text) => Value::from(text),
            None if self.byte() == Some(b'(') && depth > 0 => {
                self.at += 1;
                let value = self.sum(depth - 1)?;
                self.passes(")");
                value
            }
            None => self.call(depth)?,
        };
        // What is made by more is too deep to be run; each one would read all of the text again.
        while value.decoders.len() < MAX_DEPTH && self.suffix(&mut value) {}
        Some(value)
    }

    /// `base64.b64decode("...")` and its kin.
    fn call(&mut self, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let name = loop {
            let name = self.name();
            if name.is_empty() {
                return None;
            }
            if name == "__import__" || name == "require" {
                self.passes("(");
                self.literal()?;
                self.passes(")");
            }
            if !self.passes(".") && !self.passes("::") {
                break name;
            }
        };
        if !self.passes("(") && !self.language.calls_without_parentheses() {
            return None;
        }
        if matches!(name, "sprintf" | "format") {
            let value = self.sum(depth)?;
            self.close();
            return Some(value);
        }
        if let Some(name) = ["from", "pack", "decode"].into_iter().find(|it| *it == name) {
            return self.by_argument(name, depth);
        }
        let (label, decoder) = FUNCTIONS.iter().find(|(function, _)| *function == name)?;
        let mut value = self.sum(depth)?;
        self.close();
        value.decode(label, *decoder)?;
        Some(value)
    }

    /// Functions whose other argument says what they do: `Buffer.from(text, "base64")`, `pack("H*", text)`,
    /// `codecs.decode(text, "hex")`.
    fn by_argument(&mut self, name: &'static str, depth: usize) -> Option<Value> {
        let first = self.sum(depth)?;
        self.passes(",").then_some(())?;
        let second = self.sum(depth)?;
        self.close();
        let (mut value, how) = if name == "pack" { (second, first) } else { (first, second) };
        let decoder = match how.text.as_str() {
            "base64" | "m" | "m0" => Decoder::Base64,
            "hex" | "H*" => Decoder::Hex,
            "rot13" | "rot_13" => Decoder::Rot13,
            _ => return None,
        };
        value.decode(name, decoder)?;
        Some(value)
    }

    /// The rest of the arguments, and the parenthesis.
    fn close(&mut self) {
        while self.passes(",") {
            if self.literal().is_none() && self.name().is_empty() {
                break;
            }
        }
        self.passes(")");
    }

    /// A method that keeps the text, or turns it around.
    fn suffix(&mut self, value: &mut Value) -> bool {
        let before = self.at;
        if self.passes("[::-1]") {
            return value.decode("[::-1]", Decoder::Reverse).is_some();
        }
        // Elsewhere a dot joins two texts.
        let has_methods = matches!(self.language, Language::Python | Language::Ruby | Language::Node);
        if has_methods && self.passes(".") {
            match self.name() {
                "decode" | "encode" | "strip" | "toString" | "to_s" | "rstrip" | "trim" | "chomp"
                | "split" => {
                    if self.passes("(") {
                        self.blanks();
                        self.literal();
                        self.close();
                    }
                    return true;
                }
                "reverse" => return value.decode("reverse", Decoder::Reverse).is_some(),
                "unpack1" | "unpack" if self.passes("(") => {
                    let how = self.literal();
                    self.close();
                    let base64 = how.is_some_and(|how| how.as_str().starts_with('m'));
                    let decoder = if base64 { Decoder::Base64 } else { Decoder::Hex };
                    return value.decode("unpack", decoder).is_some();
                }
                _ => {}
            }
        }
        self.at = before;
        false
    }
}

impl Value {
    fn decode(&mut self, label: &'static str, decoder: Decoder<'_>) -> Option<()> {
        self.text = decode::decode(&self.text, decoder)?;
        self.decoders.push(label);
        Some(())
    }
}
