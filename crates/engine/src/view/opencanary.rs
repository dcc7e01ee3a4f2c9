//! Events under the names that OpenCanary logs them by, so that rules for it run: its number for what happened, and the
//! details that it has of that (<https://docs.opencanary.org>). Its `src_host` is no fact of a body, and is not there.

use std::borrow::Cow;

use vespid_model::Body;
use vespid_model::body::{HttpRequest, Session};

use super::body::{Place, Texts, WorkedOut};

/// The field with the number.
pub(super) const LOGTYPE: &str = "logtype";

/// Its number for a login tried, by service. That of HTTP is a request with a name, which has its own event.
const LOGINS: [(&str, &str); 8] = [
    ("ftp", "2000"),
    ("ssh", "4002"),
    ("telnet", "6001"),
    ("httpproxy", "7001"),
    ("mysql", "8001"),
    ("mssql", "9001"),
    ("vnc", "12001"),
    ("rdp", "14001"),
];
/// For a connection made.
const CONNECTIONS: [(&str, &str); 2] = [("ssh", "4000"), ("telnet", "6002")];
/// For a command.
const COMMANDS: [(&str, &str); 3] = [("ntp", "11001"), ("snmp", "13001"), ("sip", "15001")];
/// For a file asked for.
const FILES: [(&str, &str); 3] = [("smb", "5000"), ("tftp", "10001"), ("git", "16001")];

pub(super) fn worked_out(body: &Body) -> Vec<WorkedOut<'_>> {
    let number = |table: &[(&str, &'static str)], service: &str| {
        let same = |(name, _): &&(&str, &str)| service.eq_ignore_ascii_case(name);
        table.iter().find(same).map(|(_, number)| *number)
    };
    match body {
        Body::AuthAttempt(attempt) => {
            let details = [
                ("logdata.USERNAME", Some(&attempt.username), "username"),
                ("logdata.PASSWORD", attempt.password.as_ref(), "password"),
            ];
            event(number(&LOGINS, &attempt.service), "service", &details)
        }
        Body::HttpRequest(request) => http(request),
        Body::Session(Session::Connect { service, .. }) => {
            event(number(&CONNECTIONS, service), "service", &[])
        }
        Body::Session(Session::ProtocolCommand { service, .. }) => {
            event(number(&COMMANDS, service), "service", &[])
        }
        // That of SSH, in old logs of Cowrie as Python shows bytes.
        Body::Session(Session::ClientVersion { version })
            if version.trim_start_matches(['b', '\'', '"']).starts_with("SSH-") =>
        {
            event(Some("4001"), "version", &[("logdata.REMOTEVERSION", Some(version), "version")])
        }
        Body::Session(Session::FileRequest { path, service, .. }) => {
            let details = [("logdata.FILENAME", Some(path), "path")];
            event(number(&FILES, service.as_deref().unwrap_or_default()), "service", &details)
        }
        Body::Session(Session::DatabaseQuery { op_text, service: Some(service), .. })
            if service == "redis" =>
        {
            event(Some("17001"), "service", &[("logdata.CMD", Some(op_text), "op_text")])
        }
        _ => Vec::new(),
    }
}

fn http(request: &HttpRequest) -> Vec<WorkedOut<'_>> {
    let number = match (request.method.as_str(), &request.username) {
        ("GET" | "HEAD", _) => "3000",
        ("POST", Some(_)) => "3001",
        _ => "3002",
    };
    let details = [
        ("logdata.PATH", Some(&request.raw_url), "raw_url"),
        ("logdata.USERAGENT", request.user_agent.as_ref(), "user_agent"),
        ("logdata.USERNAME", request.username.as_ref(), "username"),
        ("logdata.PASSWORD", request.password.as_ref(), "password"),
    ];
    event(Some(number), "method", &details)
}

fn event<'a>(
    number: Option<&'static str>,
    from: &'static str,
    details: &[(&'static str, Option<&'a String>, &'static str)],
) -> Vec<WorkedOut<'a>> {
    let Some(number) = number else { return Vec::new() };
    let logtype =
        WorkedOut { name: LOGTYPE, texts: Texts::One(Cow::Borrowed(number)), from, place: Place::Whole };
    let details = details.iter().filter_map(|(name, text, from)| {
        let texts = Texts::One(Cow::Borrowed((*text)?.as_str()));
        Some(WorkedOut { name, texts, from, place: Place::At(0) })
    });
    std::iter::once(logtype).chain(details).collect()
}
