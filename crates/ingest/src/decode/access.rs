//! Access logs of web servers in the common and the combined format, also with the virtual host in front.

use vespid_model::Body;
use vespid_model::body::HttpRequest;

use super::origin::Origin;
use super::plain::plain;
use super::service::command;
use super::{DecodeError, Decoded, address, http, time};

/// How a time looks.
const STAMP: &str = "10/Oct/2026:13:55:36 +0000";
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Is it `192.0.2.1 - - [10/Oct/2026:13:55:36 +0000] "..." 200 ...`?
pub(super) fn is_line(line: &str) -> bool {
    Line::read(line).is_some()
}

/// The parts of a line.
struct Line<'a> {
    host: Option<&'a str>,
    ip: std::net::IpAddr,
    user: &'a str,
    /// As RFC 3339 has it.
    time: String,
    request: String,
    status: Option<u16>,
    referer: Option<String>,
    agent: Option<String>,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (head, time, rest) = line.match_indices(" [").find_map(|(place, _)| at_time(line, place))?;
        let (first, words) = head.split_once(' ')?;
        let (host, ip, words) = match address(first) {
            Some(ip) => (None, ip, words),
            None => {
                let (second, words) = words.split_once(' ')?;
                (Some(first), address(second)?, words)
            }
        };
        let (_, user) = words.split_once(' ')?;
        let (request, rest) = quoted(rest)?;
        let mut words = rest.trim_start().splitn(3, ' ');
        let status = words.next().and_then(|status| status.parse().ok());
        let rest = words.nth(1).unwrap_or_default();
        let (referer, rest) = quoted(rest).map_or((None, rest), |(text, rest)| (Some(text), rest));
        let agent = quoted(rest.trim_start()).map(|(text, _)| text);
        Some(Self { host, ip, user, time, request, status, referer, agent })
    }
}

/// What stands before the time, the time, and what follows, if it stands here. The name of who logged in stands before
/// it: a client chooses it, and it may hold blanks and brackets, but no quote that is not escaped.
fn at_time(line: &str, place: usize) -> Option<(&str, String, &str)> {
    let (head, rest) = line.split_at_checked(place)?;
    let (stamp, rest) = rest.strip_prefix(" [")?.split_at_checked(STAMP.len())?;
    let rest = rest.strip_prefix("] ").filter(|rest| rest.starts_with('"'))?;
    Some((head, rfc3339(stamp)?, rest))
}

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(line) = plain(line)? else { return Ok(Decoded::Blank) };
    let line = Line::read(&line).ok_or(DecodeError::NotThis("an access log"))?;
    let origin = Origin::new(time(&line.time)?, line.ip, "web")?;
    let said = |text: Option<String>| text.filter(|text| !matches!(text.as_str(), "-" | ""));
    let Some((method, target)) =
        http::request_line(&line.request).or_else(|| http::old_request_line(&line.request))
    else {
        return Ok(origin.events([command("http", &line.request, None)]));
    };
    let request = HttpRequest {
        host: line.host.map(str::to_owned),
        user_agent: said(line.agent),
        headers: said(line.referer).map(|referer| ("Referer".to_owned(), referer)).into_iter().collect(),
        username: said(Some(line.user.to_owned())),
        status: line.status,
        ..http::request(method, target, "http")
    };
    Ok(origin.events([Body::HttpRequest(request)]))
}

/// A text in quotes without what escapes them, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix('"')?;
    let mut bytes = Vec::new();
    let mut rest = text.bytes().enumerate();
    while let Some((place, byte)) = rest.next() {
        match byte {
            b'"' => return Some((String::from_utf8_lossy(&bytes).into_owned(), text.get(place + 1..)?)),
            b'\\' => match rest.next()?.1 {
                b'x' => {
                    let digits = text.get(place + 2..place + 4)?;
                    bytes.push(u8::from_str_radix(digits, 16).ok()?);
                    rest.nth(1)?;
                }
                b'n' => bytes.push(b'\n'),
                b'r' => bytes.push(b'\r'),
                b't' => bytes.push(b'\t'),
                other => bytes.push(other),
            },
            other => bytes.push(other),
        }
    }
    None
}

/// `10/Oct/2026:13:55:36 +0000`
pub(super) fn rfc3339(stamp: &str) -> Option<String> {
    let (date, rest) = stamp.split_once(':')?;
    let (clock, zone) = rest.split_once(' ')?;
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Some(format!("{year}-{month:02}-{day}T{clock}{zone}"))
}
