//! Wordpot's `wordpot.log`: `time - ip tried ...` and `time - ip probed for ...`. The method of a request is not said.

use smallvec::smallvec;
use vespid_model::Body;

use super::origin::Origin;
use super::plain::{plain, python_time};
use super::service::login;
use super::{DecodeError, Decoded, Events, Passed, address, http, time};

/// What it says when it starts.
const STARTS: [&str; 4] =
    ["Loading conf file:", "hpfeeds is ", "Checking command line options", "Honeypot started on"];

/// Is it a line of it?
pub(super) fn is_line(line: &str) -> bool {
    STARTS.iter().any(|begin| line.starts_with(begin))
        || said(line).is_some_and(|(_, ip, rest)| {
            address(ip).is_some() && (rest.starts_with("probed ") || rest.starts_with("tried to login "))
        })
}

/// Its time, who, and what they did.
fn said(line: &str) -> Option<(&str, &str, &str)> {
    let (time, rest) = python_time(line)?;
    let (ip, rest) = rest.strip_prefix(" - ")?.split_once(' ')?;
    Some((time, ip, rest))
}

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(line) = plain(line)? else { return Ok(Decoded::Blank) };
    let Some((at, ip, rest)) = said(&line) else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    let Some(ip) = address(ip) else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    let origin = Origin::new(time(at)?, ip, "wordpot")?;
    let get = |url: &str| origin.event(Body::HttpRequest(http::request("", url, "http")));
    if let Some((username, password)) =
        rest.strip_prefix("tried to login with username ").and_then(|it| it.rsplit_once(" and password "))
    {
        let request = Body::HttpRequest(http::request("POST", "/wp-login.php", "http"));
        let events: Events =
            smallvec![origin.event(request), origin.event(login("http", username, Some(password), false))];
        return Ok(Decoded::Events(events));
    }
    Ok(probed(rest).map_or(Decoded::Passed(Passed::Housekeeping), |url| get(&url).into()))
}

/// What was asked for.
fn probed(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix("probed ")?;
    Some(match rest {
        "for the login page" => "/wp-login.php".to_owned(),
        "for the readme" => "/readme.html".to_owned(),
        "for xmlrpc.php" => "/xmlrpc.php".to_owned(),
        _ => {
            if let Some(path) = rest.strip_prefix("for the admin panel with path: ") {
                format!("/wp-admin{path}")
            } else if let Some(user) = rest.strip_prefix("author page for user: ") {
                format!("/?author={user}")
            } else if let Some(file) = rest.strip_prefix("for timthumb: ") {
                file.to_owned()
            } else if let Some(file) = rest.strip_prefix("for: ") {
                format!("/{file}")
            } else {
                let (kind, rest) = rest.strip_prefix("a ")?.split_once(": \"")?;
                let (name, path) = rest.split_once("\" with path \"")?;
                format!("/wp-content/{kind}s/{name}{}", path.strip_suffix('"')?)
            }
        }
    })
}
