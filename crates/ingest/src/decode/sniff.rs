//! Which format a line is of: by the names of its fields and the form of its beginning, never by what attackers write.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::plain::plain;
use super::surrogate::replace_lone;
use super::value::Field;
use super::{
    Format, access, access_json, adbhoney, cowrie_text, decnet, heralding, honeytrap, mailoney, qeeqbox,
    text, wordpot,
};

/// Whose line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A format that is read.
    Read(Format),
    /// A format that is known by this name, and not read.
    NotRead(&'static str),
}

/// Formats whose records have these fields, the more particular ones first.
const BY_NAMES: [(&[&str], Known); 18] = [
    (&["logtype", "node_id", "logdata"], Known::Read(Format::OpenCanary)),
    (&["num_auth_attempts", "auth_attempts", "source_ip"], Known::Read(Format::Heralding)),
    (&["attack_connection", "proxy_connection"], Known::Read(Format::Honeytrap)),
    (&["connection", "src_hostname", "dst_port"], Known::Read(Format::Dionaea)),
    (&["sensorid", "data_type", "event_type"], Known::Read(Format::Conpot)),
    (&["event_type", "timestamp", "flow_id"], Known::Read(Format::Suricata)),
    (&["event_type", "timestamp", "stats"], Known::Read(Format::Suricata)),
    (&["peer", "response_msg", "method"], Known::Read(Format::Tanner)),
    (&["event_uuid", "sip_method", "called_number"], Known::Read(Format::SentryPeer)),
    (&["trapped", "request_uri", "request_method"], Known::Read(Format::H0neytr4p)),
    (&["severity", "service", "src", "event", "ts"], Known::Read(Format::HpServer)),
    (&["server", "action", "src_ip", "src_port"], Known::Read(Format::Qeeqbox)),
    (&["action", "addr", "level", "time"], Known::Read(Format::RedisHoneypot)),
    (&["sourceIp", "destinationIp", "protocol"], Known::NotRead("fatt")),
    (&["mod", "client_ip", "server_ip", "subject"], Known::NotRead("p0f")),
    (&["payload_printable", "src_ip"], Known::NotRead("ciscoasa")),
    (&["status_code", "target", "level", "src_ip"], Known::NotRead("honeyaml")),
    (&["action", "event", "timestamp"], Known::NotRead("miniprint")),
];

/// Formats whose `eventid` begins so; the sensor writes it.
const BY_EVENTID: [(&str, Format); 6] = [
    ("cowrie.", Format::Cowrie),
    ("adbhoney.", Format::AdbHoney),
    ("adbhoneypot.", Format::AdbHoney),
    ("elasticpot.", Format::Elasticpot),
    ("ipphoney.", Format::IppHoney),
    ("rdphoneypot.", Format::RdpHoneypot),
];

/// Formats of text, by the form of a line.
const BY_FORM: [Form; 10] = [
    Form(decnet::is_line, Known::Read(Format::Decnet)),
    Form(cowrie_text::is_line, Known::Read(Format::CowrieText)),
    Form(adbhoney::text::is_line, Known::Read(Format::AdbHoneyText)),
    Form(wordpot::is_line, Known::Read(Format::Wordpot)),
    Form(honeytrap::text::is_line, Known::Read(Format::HoneytrapText)),
    Form(mailoney::text::is_line, Known::Read(Format::MailoneyText)),
    Form(heralding::auth::is_line, Known::Read(Format::HeraldingAuth)),
    Form(access::is_line, Known::Read(Format::Access)),
    Form(is_conpot_text, Known::NotRead("conpot.log (conpot.json says more)")),
    Form(is_ciscoasa, Known::NotRead("ciscoasa")),
];

/// What tells a line, and whose it is.
struct Form(fn(&str) -> bool, Known);

/// Whose line this is; None when nobody here writes such lines.
pub fn recognise(line: &[u8]) -> Option<Known> {
    if qeeqbox::is_wrapped(line) {
        return Some(Known::Read(Format::Qeeqbox));
    }
    match text(line) {
        Ok(None) => None,
        Ok(Some(text)) => by_names(text).or_else(|| by_form(line)),
        Err(_) => by_form(line),
    }
}

fn by_form(line: &[u8]) -> Option<Known> {
    let text = plain(line).ok().flatten()?;
    BY_FORM.iter().find(|form| form.0(&text)).map(|form| form.1)
}

fn by_names(text: &str) -> Option<Known> {
    let mended = replace_lone(text);
    let names = serde_json::from_str::<Names>(mended.as_deref().unwrap_or(text)).ok()?;
    if let Some(id) = &names.eventid {
        let found = BY_EVENTID.iter().find(|(begin, _)| id.starts_with(begin));
        return found.map(|(_, format)| Known::Read(*format));
    }
    if names.has("kind") && names.has("decky") {
        return Some(Known::Read(Format::Vespid));
    }
    let found = BY_NAMES.iter().find(|(wanted, _)| wanted.iter().all(|name| names.has(name)));
    if let Some((_, known)) = found {
        return Some(*known);
    }
    if access_json::is_record(&|name| names.has(name)) {
        return Some(Known::Read(Format::AccessJson));
    }
    let mailoney = mailoney::json::is_record(&names.all);
    mailoney.then_some(Known::Read(Format::Mailoney))
}

/// `2026-01-09 17:21:18,128 Config file found!`: Conpot's own words beside its JSON.
fn is_conpot_text(line: &str) -> bool {
    let said = ["Config file found!", "Starting Conpot using", "New Kamstrup connection"];
    super::plain::python_time(line)
        .is_some_and(|(_, rest)| said.iter().any(|begin| rest.trim_start().starts_with(begin)))
}

fn is_ciscoasa(line: &str) -> bool {
    line.starts_with("{'timestamp': '") && line.contains("'payload_printable': ")
}

/// The names of a record's own fields.
#[derive(Default)]
struct Names<'a> {
    all: Vec<Cow<'a, str>>,
    eventid: Option<String>,
}

impl Names<'_> {
    fn has(&self, name: &str) -> bool {
        self.all.iter().any(|it| it == name)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Names<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnObject;

        impl<'de> Visitor<'de> for AnObject {
            type Value = Names<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut names = Names::default();
                while let Some(name) = map.next_key::<Field<'de>>()? {
                    let Field::Text(name) = name else { continue };
                    if name == "eventid" {
                        names.eventid = Some(map.next_value::<Field<'de>>()?.loose());
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                    names.all.push(name);
                }
                Ok(names)
            }
        }

        deserializer.deserialize_map(AnObject)
    }
}
