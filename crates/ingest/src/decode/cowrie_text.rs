//! Cowrie's `cowrie.log`: what it says while it works. `cowrie.json` says more; read this one where that is missing.
//!
//! A line names the connection as `HoneyPotSSHTransport,7,192.0.2.1`. The number counts from the last start of Cowrie,
//! so that it names a session together with the address only. The line of a new connection has another name for it.

use std::net::IpAddr;

use vespid_model::Body;
use vespid_model::body::{Command, Payload, PayloadOrigin, Session};

use super::origin::Origin;
use super::plain::{endpoint, plain};
use super::service::{client_version, connect, login};
use super::{DecodeError, Decoded, Passed, address, time};

/// Is it `2026-11-24T15:22:00.506059Z [source] ...` with a part of Cowrie as source? Other programs log so too.
pub(super) fn is_line(line: &str) -> bool {
    parts(line).is_some_and(|(_, source, said)| {
        ["HoneyPot", "Cowrie", "cowrie"].iter().any(|name| source.contains(name))
            || said.starts_with("Cowrie Version ")
    })
}

/// Its time, who says it, and what.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (time, rest) = line.split_once(' ')?;
    // A zone of its own, where the host is not in UTC.
    let shape = time.as_bytes().get(10) == Some(&b'T') && time.len() >= 20;
    let (source, said) = rest.strip_prefix('[').filter(|_| shape)?.split_once("] ")?;
    Some((time, source, said))
}

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(line) = plain(line)? else { return Ok(Decoded::Blank) };
    // A script goes on in the next lines, and was not typed.
    let Some((at, source, said)) = parts(&line) else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    if let Some(rest) = said.strip_prefix("New connection: ") {
        return begun(at, source, rest);
    }
    let Some((name, ip)) = transport(source) else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    let service = if name.contains("Telnet") { "telnet" } else { "ssh" };
    let Some(body) = body(service, said) else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    Ok(Origin::new(time(at)?, ip, "cowrie")?.session(Some(name))?.events([body]))
}

/// `192.0.2.1:50000 (198.51.100.2:2222) [session: b25d5d9d322e]`
fn begun(at: &str, source: &str, rest: &str) -> Result<Decoded, DecodeError> {
    let mut words = rest.split(' ');
    let from = words.next().and_then(endpoint);
    let to = words.next().and_then(|to| endpoint(to.trim_start_matches('(').trim_end_matches(')')));
    let (Some((ip, src_port)), Some((dst_ip, dst_port))) = (from, to) else {
        return Ok(Decoded::Passed(Passed::Nameless));
    };
    let session = rest.split_once("[session: ").map(|(_, name)| name.trim_end_matches(']'));
    let service = if source.contains("Telnet") || source.contains("telnet") { "telnet" } else { "ssh" };
    let origin = Origin::new(time(at)?, ip, "cowrie")?.session(session)?;
    Ok(origin.events([connect(service, src_port, Some(dst_ip), dst_port)]))
}

/// `... HoneyPotSSHTransport,7,192.0.2.1`: the connection's name and the other end.
fn transport(source: &str) -> Option<(&str, IpAddr)> {
    let (name, ip) = source.rsplit_once(',')?;
    let name = name.rsplit(' ').next()?;
    (name.contains("Transport,")).then_some((name, address(ip)?))
}

fn body(service: &str, said: &str) -> Option<Body> {
    if let Some(rest) = said.strip_prefix("login attempt [") {
        let (pair, result) = rest.rsplit_once("] ")?;
        let (username, password) = pair.split_once('/')?;
        let success = match result {
            "succeeded" => true,
            "failed" => false,
            _ => return None,
        };
        return Some(login(service, bare(username), Some(bare(password)), success));
    }
    if let Some(command_text) = said.strip_prefix("CMD: ") {
        return Some(Body::Command(Command { command_text: command_text.to_owned(), script: false }));
    }
    if let Some(version) = said.strip_prefix("Remote SSH version: ") {
        return Some(client_version(bare(version)));
    }
    if let Some(hassh) = said.strip_prefix("SSH client hassh fingerprint: ") {
        return Some(Body::Session(Session::ClientKex { hassh: hassh.to_owned(), hassh_algorithms: None }));
    }
    if let Some(rest) = said.strip_prefix("Downloaded URL (") {
        let (url, rest) = rest.split_once(") with SHA-256 ")?;
        let sha256 = rest.split(' ').next().map(str::to_lowercase);
        let origin = PayloadOrigin::Download;
        return Some(Body::Payload(Payload {
            origin,
            url: Some(bare(url).to_owned()),
            filename: None,
            sha256,
        }));
    }
    let seconds = said.strip_prefix("Connection lost after ")?.split(' ').next()?.parse::<f64>().ok()?;
    let duration_ms = super::value::whole(seconds * 1000.0, "duration", u64::MAX).ok()?;
    Some(Body::Session(Session::Closed { duration_ms }))
}

/// `b'root'` is `root`.
fn bare(text: &str) -> &str {
    let quoted = |quote: char| text.strip_prefix('b')?.strip_prefix(quote)?.strip_suffix(quote);
    quoted('\'').or_else(|| quoted('"')).unwrap_or(text)
}
