//! A line of syslog (RFC 5424): `<134>1 time host app procid msgid [id name="value"] message`.

use std::borrow::Cow;

/// Whose structured data DECNET writes.
const IDS: [&str; 2] = ["decnet@55555", "relay@55555"];

/// The parts of a line.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) time: &'a str,
    pub(super) host: &'a str,
    pub(super) app: &'a str,
    pub(super) id: &'a str,
    pub(super) is_decnet: bool,
    /// In the order of the line.
    pub(super) fields: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Message<'a> {
    /// None when the line has another form.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let (priority, rest) = line.strip_prefix('<')?.split_once(">1 ")?;
        if priority.is_empty() || !priority.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut words = rest.splitn(6, ' ');
        let (time, host, app, _, id) =
            (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
        let rest = words.next()?;
        let mut message = Self { time, host, app, id, is_decnet: false, fields: Vec::new() };
        if let Some(data) = rest.strip_prefix('[') {
            let name = data.split([' ', ']']).next()?;
            message.is_decnet = IDS.contains(&name);
            let said = message.parameters(data.get(name.len()..)?)?;
            message.typed(said.trim_start());
        } else {
            message.typed(rest.trim_start_matches('-').trim_start());
        }
        Some(message)
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(given, _)| *given == name);
        found.map(|(_, value)| value.as_ref()).filter(|value| !value.is_empty() && *value != "None")
    }

    /// Without structured data, and with all that the shell says.
    pub(super) fn is_typed(&self) -> bool {
        ["uid", "user", "src", "pwd", "cmd"].into_iter().eq(self.fields.iter().map(|(name, _)| *name))
    }

    pub(super) fn port(&self, name: &str) -> u16 {
        self.field(name).and_then(|port| port.parse().ok()).unwrap_or(0)
    }

    /// ` name="value" name="value"]`; gives what follows.
    fn parameters(&mut self, data: &'a str) -> Option<&'a str> {
        let mut rest = data;
        loop {
            rest = rest.trim_start_matches(' ');
            if let Some(after) = rest.strip_prefix(']') {
                return Some(after);
            }
            let (name, value) = rest.split_once("=\"")?;
            let end = end_of(value)?;
            self.fields.push((name, unescaped(value.get(..end)?)));
            rest = value.get(end + 1..)?;
        }
    }

    /// `CMD uid=0 user=root src=192.0.2.1 pwd=/root cmd=ls -la`: a shell says what was typed.
    fn typed(&mut self, said: &'a str) {
        let Some(said) = said.strip_prefix("CMD ") else { return };
        let (fields, cmd) = said.split_once(" cmd=").unwrap_or((said, ""));
        self.fields.extend(
            fields
                .split(' ')
                .filter_map(|field| field.split_once('='))
                .map(|(name, it)| (name, Cow::Borrowed(it))),
        );
        self.fields.push(("cmd", Cow::Borrowed(cmd)));
        self.id = "command";
    }
}

/// Where the value ends: at a quote that nothing escapes.
fn end_of(value: &str) -> Option<usize> {
    let mut escaped = false;
    value.bytes().position(|byte| {
        let end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        end
    })
}

/// A backslash escapes itself, quotes and closing brackets.
fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, chars.peek()) {
            ('\\', Some('\\' | '"' | ']')) => text.extend(chars.next()),
            _ => text.push(char),
        }
    }
    Cow::Owned(text)
}
