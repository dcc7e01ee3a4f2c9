//! Services: their names, and what is asked of them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use vespid_model::Body;
use vespid_model::body::{AuthAttempt, AuthResult, Session};

/// Services whose commands are statements to a database.
const DATABASES: [&str; 11] = [
    "cassandra",
    "elasticsearch",
    "memcached",
    "mongodb",
    "mssql",
    "mysql",
    "oracle",
    "postgres",
    "postgresql",
    "redis",
    "sqlite",
];

/// A command given to a service.
pub(super) fn command(service: &str, command: &str, arguments: Option<String>) -> Body {
    let arguments = arguments.filter(|text| !text.is_empty());
    Body::Session(if DATABASES.contains(&service) {
        let op_text = arguments.map_or_else(|| command.to_owned(), |text| format!("{command} {text}"));
        Session::DatabaseQuery {
            op_text,
            service: Some(service.to_owned()),
            target: None,
            rows_read: None,
            bytes_read: None,
        }
    } else {
        Session::ProtocolCommand { service: service.to_owned(), command: command.to_owned(), arguments }
    })
}

/// A command line of a protocol: the word, and what stands behind it.
pub(super) fn command_line(service: &str, line: &str) -> Body {
    let line = line.trim_end();
    match line.split_once(' ') {
        Some((word, arguments)) => command(service, word, Some(arguments.to_owned())),
        None => command(service, line, None),
    }
}

/// A request to a telephone exchange, of which its headers are known. The method stands in `cseq`, behind a number.
pub(super) fn sip(headers: &BTreeMap<String, String>) -> Body {
    let method = headers.get("cseq").and_then(|cseq| cseq.split_whitespace().nth(1)).unwrap_or("request");
    let headers = headers.iter().map(|(name, text)| format!("{name}: {text}"));
    command("sip", method, Some(headers.collect::<Vec<_>>().join("\n")))
}

/// A connection began.
pub(super) fn connect(service: &str, src_port: u16, dst_ip: Option<IpAddr>, dst_port: u16) -> Body {
    Body::Session(Session::Connect { service: service.to_owned(), src_port, dst_ip, dst_port })
}

/// A login tried with a password; None where the sensor does not keep it.
pub(super) fn login(service: &str, username: &str, password: Option<&str>, success: bool) -> Body {
    let password = password.map(str::to_owned);
    Body::AuthAttempt(AuthAttempt { password, ..attempt(service, username, success) })
}

/// A login of which the sensor keeps the SHA-256 of the password.
pub(super) fn hashed_login(service: &str, username: &str, sha256: Option<String>, success: bool) -> Body {
    Body::AuthAttempt(AuthAttempt { password_sha256: sha256, ..attempt(service, username, success) })
}

fn attempt(service: &str, username: &str, success: bool) -> AuthAttempt {
    AuthAttempt {
        username: username.to_owned(),
        password: None,
        password_sha256: None,
        key_fingerprint: None,
        result: if success { AuthResult::Success } else { AuthResult::Failure },
        service: service.to_owned(),
    }
}

/// What has no shape of its own.
pub(super) fn other(event: String, message: String) -> Body {
    Body::Session(Session::Other { event, message })
}

/// What the client says that it is.
pub(super) fn client_version(version: &str) -> Body {
    Body::Session(Session::ClientVersion { version: version.to_owned() })
}

/// A sensor's own finding, which has a name and no number.
pub(super) fn finding(signature: String, category: Option<String>, service: &str) -> Body {
    Body::Session(Session::Alert {
        signature,
        signature_id: None,
        category,
        severity: None,
        service: Some(service.to_owned()),
        tactics: Vec::new(),
        techniques: Vec::new(),
    })
}
