//! Variables that the line itself sets.

use std::collections::HashMap;

use crate::build::is_assignment;
use crate::command::SimpleCommand;
use crate::mapped::Mapped;

/// Variables remembered at a time.
const MAX_VARIABLES: usize = 64;
/// Bytes in a value that is remembered.
const MAX_VALUE: usize = 1 << 16;
/// Bytes that values may put into a line besides as many as it has.
const AT_LEAST: usize = 1024;

/// The variables of a line whose values are literal. All shells in the line share them.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    values: HashMap<String, String, foldhash::fast::RandomState>,
    /// Bytes that values may still put into the line.
    left: usize,
    /// There were more to put in.
    pub(crate) spent: bool,
}

impl Variables {
    /// None yet, in a line of so many bytes.
    pub(crate) fn new(length: usize) -> Self {
        Self { left: length.saturating_add(AT_LEAST), ..Self::default() }
    }

    /// The value that stands for a name, which is used now.
    pub(crate) fn take(&mut self, name: &str) -> Option<&str> {
        if self.values.is_empty() {
            return None;
        }
        let value = self.values.get(name)?;
        match self.left.checked_sub(value.len()) {
            Some(left) => self.left = left,
            None => {
                self.spent = true;
                return None;
            }
        }
        Some(value)
    }

    /// What a command sets: `A=b` by itself, or behind `export` and its kin. What it takes back is forgotten.
    pub(crate) fn sets(&mut self, command: &SimpleCommand) -> Vec<Mapped> {
        let Some((program, arguments)) = command.argv.split_first() else {
            return command.assignments.clone();
        };
        match program.as_str() {
            "export" | "declare" | "typeset" | "readonly" | "local" => {
                return arguments.iter().filter(|word| is_assignment(word.as_str())).cloned().collect();
            }
            "unset" | "read" => arguments.iter().for_each(|word| self.forget(word.as_str())),
            _ => {}
        }
        Vec::new()
    }

    /// The value of a name is not known any more.
    pub(crate) fn forget(&mut self, name: &str) {
        if !self.values.is_empty() {
            self.values.remove(name);
        }
    }

    /// `NAME=value` and `NAME+=value`, without quotes. What holds anything to be expanded is not literal.
    pub(crate) fn assign(&mut self, word: &str) {
        let Some((name, value)) = word.split_once('=') else { return };
        if let Some(name) = name.strip_suffix('+') {
            self.append(name, value);
        } else if is_literal("", value)
            && (self.values.len() < MAX_VARIABLES || self.values.contains_key(name))
        {
            self.values.insert(name.to_owned(), value.to_owned());
        } else {
            self.forget(name);
        }
    }

    /// In place, and only what is new is looked at: each word of a line may append to a long value.
    fn append(&mut self, name: &str, more: &str) {
        let Some(value) = self.values.get_mut(name) else { return };
        if is_literal(value, more) {
            value.push_str(more);
        } else {
            self.forget(name);
        }
    }
}

/// True when a literal value stays one with more behind it.
fn is_literal(value: &str, more: &str) -> bool {
    value.len().saturating_add(more.len()) <= MAX_VALUE
        && !more.contains(['$', '`'])
        && !(value.is_empty() && more.starts_with('('))
}

/// The name behind a dollar sign at the beginning of the bytes, and the length of all of it: `$a`, `${a}`.
pub(crate) fn name(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('$')?;
    let (rest, braces) = rest.strip_prefix('{').map_or((rest, false), |rest| (rest, true));
    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let length = rest.bytes().position(|byte| !part(byte)).unwrap_or(rest.len());
    let name = rest
        .get(..length)
        .filter(|name| !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()))?;
    if braces {
        rest.as_bytes().get(length).filter(|byte| **byte == b'}')?;
    }
    Some((name, length + if braces { 3 } else { 1 }))
}
