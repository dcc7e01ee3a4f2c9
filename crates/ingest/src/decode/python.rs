//! Values that a sensor wrote with Python's `repr`: `('/', [('Host', 'x')], None)`.

use serde_json::Value;

use super::record::shown;

/// Lists within lists. A sensor writes three.
const DEEPEST: usize = 16;

/// The value; None when the text is none. Tuples are lists, bytes are strings.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut parser = Parser { rest: text.trim() };
    let value = parser.value(0)?;
    parser.rest.trim().is_empty().then_some(value)
}

/// The elements of a list with one space between them; what is none stays as it is.
pub(super) fn words(text: &str) -> String {
    let Some(Value::Array(list)) = parse(text) else { return text.to_owned() };
    list.iter().map(shown).collect::<Vec<_>>().join(" ")
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        match first {
            '(' | '[' => {
                self.skip(1)?;
                self.list(if first == '(' { ')' } else { ']' }, depth)
            }
            '\'' | '"' => self.string(first),
            'b' | 'u' if self.rest.get(1..2).is_some_and(|next| matches!(next, "'" | "\"")) => {
                self.skip(1)?;
                self.value(depth)
            }
            _ => self.word(),
        }
    }

    fn list(&mut self, close: char, depth: usize) -> Option<Value> {
        let mut list = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with(close) {
                self.skip(1)?;
                return Some(Value::Array(list));
            }
            list.push(self.value(depth + 1)?);
            self.rest = self.rest.trim_start();
            if self.rest.starts_with(',') {
                self.skip(1)?;
            } else if !self.rest.starts_with(close) {
                return None;
            }
        }
    }

    fn string(&mut self, quote: char) -> Option<Value> {
        self.skip(1)?;
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((place, char)) = chars.next() {
            if char == quote {
                self.rest = self.rest.get(place + 1..)?;
                return Some(Value::String(text));
            }
            if char != '\\' {
                text.push(char);
                continue;
            }
            match chars.next()?.1 {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'x' => {
                    let digits: String = [chars.next()?.1, chars.next()?.1].iter().collect();
                    text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                other => text.push(other),
            }
        }
        None
    }

    fn word(&mut self) -> Option<Value> {
        let end = self.rest.find([',', ')', ']', ' ']).unwrap_or(self.rest.len());
        let word = self.rest.get(..end)?;
        self.skip(end)?;
        match word {
            "None" => Some(Value::Null),
            "True" => Some(Value::Bool(true)),
            "False" => Some(Value::Bool(false)),
            number => number.parse::<i64>().ok().map(Value::from),
        }
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{parse, words};

    #[test]
    fn values_are_read() {
        for (text, value) in [
            ("('/', [('Host', \"a'b\")], None)", json!(["/", [["Host", "a'b"]], null])),
            ("('root',)", json!(["root"])),
            (r"[b'\x00\'x\n', 7, True]", json!(["\u{0}'x\n", 7, true])),
            ("()", json!([])),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
        assert_eq!(words("['SET', 'dir']"), "SET dir");
        assert_eq!(words("SET dir"), "SET dir");
        for text in ["", "(", "('a' 'b')", "['a'", "nothing", "('a',))", &"[".repeat(5000)] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
