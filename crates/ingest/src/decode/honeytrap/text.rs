//! `honeytrap.log`: what it says while it works. Only the line of a connection asked for names both ends and stands once.

use super::DECKY;
use crate::decode::origin::Origin;
use crate::decode::plain::{endpoint, plain};
use crate::decode::service::connect;
use crate::decode::{DecodeError, Decoded, Passed, time};

/// Is it the first line, or `[2026-01-09 17:21:13] ... requesting tcp connection on ...`? Other programs write a time in
/// brackets too.
pub(in crate::decode) fn is_line(line: &str) -> bool {
    let asked = |said: &str| said.contains(" requesting ") && said.contains(" connection on ");
    said(line).is_some_and(|(_, said)| asked(said)) || line.trim_start().starts_with("honeytrap v")
}

fn said(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix('[')?.split_once("] ")
}

/// Reads one line.
pub(in crate::decode) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(line) = plain(line)? else { return Ok(Decoded::Blank) };
    let Some((at, said)) = said(&line) else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    if said.contains("  Handling ") {
        return Ok(Decoded::Passed(Passed::Repeated));
    }
    let request = said.split_once(" requesting ").and_then(|(from, rest)| {
        let (service, to) = rest.split_once(" connection on ")?;
        Some((endpoint(from)?, service, endpoint(to.strip_suffix('.')?)?))
    });
    let Some(((ip, src_port), service, (dst_ip, dst_port))) = request else {
        return Ok(Decoded::Passed(Passed::Housekeeping));
    };
    let origin = Origin::new(time(at)?, ip, DECKY)?.connection(src_port, dst_port);
    Ok(origin.events([connect(service, src_port, Some(dst_ip), dst_port)]))
}
