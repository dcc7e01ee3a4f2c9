//! Addresses of pages.

use std::net::IpAddr;

use vespid_export::Links;
use vespid_model::TechniqueId;
use vespid_model::rows::SessionKey;

/// Links between the pages.
pub(crate) const LINKS: Links = Links {
    technique: |id| format!("/techniques/{id}"),
    attacker: |ip| Some(attacker(ip)),
    session: |key| Some(session(key)),
};

pub(crate) fn attacker(ip: IpAddr) -> String {
    format!("/attackers/{}", encoded(&ip.to_string()))
}

pub(crate) fn session(key: &SessionKey) -> String {
    format!("/sessions/{}/{}/{}", segment(&key.decky), segment(&key.session), encoded(&key.ip.to_string()))
}

pub(crate) fn technique(id: TechniqueId) -> String {
    (LINKS.technique)(id)
}

/// A name as one segment of a path. Browsers resolve `.` and `..` even when they are percent-encoded, and no route
/// matches an empty segment; those names, and names that would then look like them, get a `~` in front.
fn segment(name: &str) -> String {
    let escape = matches!(name, "" | "." | "..") || name.starts_with('~');
    let prefix = if escape { "~" } else { "" };
    format!("{prefix}{}", encoded(name))
}

/// The name behind a percent-decoded segment.
pub(crate) fn name(segment: &str) -> &str {
    segment.strip_prefix('~').unwrap_or(segment)
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
fn encoded(text: &str) -> String {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.extend(['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_holds_any_name() {
        let path = |decky: &str, session: &str| {
            let ip = "2001:db8::1".parse().unwrap();
            let path =
                self::session(&SessionKey { decky: decky.to_owned(), session: session.to_owned(), ip });
            path.strip_suffix("/2001%3Adb8%3A%3A1").unwrap().to_owned()
        };
        assert_eq!(path("decky-01.a_b", "c0ffee"), "/sessions/decky-01.a_b/c0ffee");
        assert_eq!(path("a/b?c#d", "%2e \"é"), "/sessions/a%2Fb%3Fc%23d/%252e%20%22%C3%A9");
        assert_eq!(path("..", ""), "/sessions/~../~");
        assert_eq!(path("~x", "x~"), "/sessions/~~x/x~");
    }

    #[test]
    fn tildes_come_off_again() {
        for text in ["", ".", "..", "~", "~~", "~..", "a"] {
            assert_eq!(name(&segment(text)), text);
        }
    }
}
