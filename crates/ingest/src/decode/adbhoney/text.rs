//! `adbhoney.log`: what it says while it works. Only connections and shell commands name who it is.

use vespid_model::Body;
use vespid_model::body::Command;

use crate::decode::origin::Origin;
use crate::decode::plain::{plain, python_time};
use crate::decode::service::connect;
use crate::decode::{DecodeError, Decoded, Passed, address, time};

/// Is it `time - thread - ADBHoneypot - level - message`?
pub(in crate::decode) fn is_line(line: &str) -> bool {
    message(line).is_some()
}

/// Its time and what it says.
fn message(line: &str) -> Option<(&str, &str)> {
    let (time, rest) = python_time(line)?;
    let mut parts = rest.strip_prefix(" - ")?.splitn(4, " - ");
    let named = (parts.next()?, parts.next()?, parts.next()?).1 == "ADBHoneypot";
    named.then_some((time, parts.next()?))
}

/// Reads one line.
pub(in crate::decode) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(line) = plain(line)? else { return Ok(Decoded::Blank) };
    let Some((at, message)) = message(&line) else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    let origin = |ip| Origin::new(time(at)?, ip, "adbhoney");
    // `192.0.2.1 connection start (session)`
    if let Some((ip, session)) = message.split_once(" connection start (")
        && let Some(ip) = address(ip)
    {
        let session = session.trim_end_matches(')').trim_start_matches("b'").trim_end_matches('\'');
        return Ok(origin(ip)?.session(Some(session))?.events([connect("adb", 0, None, 0)]));
    }
    // `192.0.2.1<TAB>shell:id`
    if let Some((ip, sent)) = message.split_once('\t')
        && let (Some(ip), Some(typed)) = (address(ip), sent.strip_prefix("shell:"))
    {
        let command = Command { command_text: typed.to_owned(), script: false };
        return Ok(origin(ip)?.events([Body::Command(command)]));
    }
    Ok(Decoded::Passed(Passed::Housekeeping))
}
