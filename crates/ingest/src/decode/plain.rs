//! Lines of logs that are no JSON.

use std::borrow::Cow;
use std::net::IpAddr;

use super::{BYTE_ORDER_MARK, DecodeError, address};

/// The text of such a line; None for a blank one. Bytes that are no text become U+FFFD.
///
/// # Errors
/// [`DecodeError::NulByte`], and [`DecodeError::NotText`] for a JSON object.
pub(super) fn plain(line: &[u8]) -> Result<Option<Cow<'_, str>>, DecodeError> {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    if let Some(at) = memchr::memchr(0, line) {
        return Err(DecodeError::NulByte(at));
    }
    if line.trim_ascii_start().starts_with(b"{\"") {
        return Err(DecodeError::NotText);
    }
    Ok(Some(String::from_utf8_lossy(line)))
}

/// `192.0.2.1:80`, `[2001:db8::1]:80`, and `2001:db8::1:80` of programs that know no brackets.
pub(super) fn endpoint(text: &str) -> Option<(IpAddr, u16)> {
    let (ip, port) = text.rsplit_once(':')?;
    let ip = ip.strip_prefix('[').and_then(|ip| ip.strip_suffix(']')).unwrap_or(ip);
    Some((address(ip)?, port.parse().ok()?))
}

/// `2026-11-24 15:22:00,123` at the beginning of a line, and what follows; Python's `logging` writes it so.
pub(super) fn python_time(line: &str) -> Option<(&str, &str)> {
    let time = line.get(..23)?;
    let form = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        10 => byte == b' ',
        13 | 16 => byte == b':',
        19 => byte == b',',
        _ => byte.is_ascii_digit(),
    };
    time.bytes().enumerate().all(form).then_some((time, line.get(23..)?))
}

/// Bytes as text: what cannot be shown as `\xNN`, a backslash as `\\`.
pub(super) fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\\' => text.push_str(r"\\"),
                '\r' => text.push_str(r"\r"),
                '\n' => text.push_str(r"\n"),
                '\t' => text.push_str(r"\t"),
                char if char.is_control() => hex(&mut text, u32::from(char)),
                char => text.push(char),
            }
        }
        chunk.invalid().iter().for_each(|byte| hex(&mut text, u32::from(*byte)));
    }
    text
}

fn hex(text: &mut String, code: u32) {
    use std::fmt::Write as _;
    // Writing to a String does not fail.
    let _ = write!(text, "\\x{code:02x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_connections() {
        for (text, ip, port) in [
            ("192.0.2.1:80", "192.0.2.1", 80),
            ("[2001:db8::1]:22", "2001:db8::1", 22),
            ("2001:db8::1:22", "2001:db8::1", 22),
        ] {
            assert_eq!(endpoint(text), Some((ip.parse().unwrap(), port)));
        }
        assert_eq!(endpoint("192.0.2.1"), None);
        assert_eq!(endpoint("192.0.2.1:70000"), None);
    }

    #[test]
    fn bytes_are_shown() {
        assert_eq!(escaped(b"GET \x16\x03\xff\\\r\n\xc3\xa9"), "GET \\x16\\x03\\xff\\\\\\r\\n\u{e9}");
    }

    #[test]
    fn times_of_python() {
        assert_eq!(python_time("2026-11-24 15:22:00,123 - x"), Some(("2026-11-24 15:22:00,123", " - x")));
        assert_eq!(python_time("2026-11-24T15:22:00,123 - x"), None);
    }
}
