//! Hosts that anybody fetches from: what is found there says nothing of who asks.

/// Their names, and everything below them: who tells an address back, namespaces of documents, packages and sources of
/// everybody, search engines, and places where anybody leaves a file.
const PUBLIC: [&str; 56] = [
    "amazonaws.com",
    "api.ipify.org",
    "archive.ubuntu.com",
    "baidu.com",
    "bing.com",
    "bit.ly",
    "bitbucket.org",
    "cloudflare.com",
    "cpanel.net",
    "debian.org",
    "discordapp.com",
    "docker.com",
    "docker.io",
    "dropbox.com",
    "duckduckgo.com",
    "example.com",
    "facebook.com",
    "fedoraproject.org",
    "github.com",
    "github.io",
    "githubusercontent.com",
    "gitlab.com",
    "golang.org",
    "google.com",
    "googleapis.com",
    "hastebin.com",
    "httpbin.org",
    "icanhazip.com",
    "ident.me",
    "ifconfig.co",
    "ifconfig.io",
    "ifconfig.me",
    "ip-api.com",
    "ipecho.net",
    "ipify.org",
    "ipinfo.io",
    "kernel.org",
    "microsoft.com",
    "mozilla.org",
    "npmjs.org",
    "openxmlformats.org",
    "paste.ee",
    "pastebin.com",
    "purl.org",
    "pypi.org",
    "python.org",
    "rebrand.ly",
    "speedtest.net",
    "t.me",
    "telegram.org",
    "tinyurl.com",
    "transfer.sh",
    "ubuntu.com",
    "w3.org",
    "xmlsoap.org",
    "yandex.ru",
];

/// Is this host one of them?
pub(crate) fn is_public(host: &str) -> bool {
    let mut rest = host;
    loop {
        if PUBLIC.binary_search(&rest).is_ok() {
            return true;
        }
        match rest.split_once('.') {
            Some((_, parent)) => rest = parent,
            None => return false,
        }
    }
}

/// The host of an address: what stands between the scheme and the path, without user and port.
pub(crate) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_a_public_name_is_public() {
        assert!(PUBLIC.is_sorted());
        for url in [
            "https://raw.githubusercontent.com/a/b",
            "http://ipinfo.io/json",
            "http://u@schemas.xmlsoap.org:80/x",
        ] {
            assert!(is_public(host(url)), "{url}");
        }
        for url in [
            "http://192.0.2.7/x.sh",
            "http://notgithub.com/x",
            "http://evil.example/github.com",
            "http://[::1]/",
        ] {
            assert!(!is_public(host(url)), "{url}");
        }
    }
}
