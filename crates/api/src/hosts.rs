//! Which names a request may ask for.
//!
//! The pages need no log-in because they listen on this machine. Any web page could still make its own name resolve
//! to 127.0.0.1 and then read them as its own (DNS rebinding); but its requests carry that name, and are refused.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::failure::Failure;

/// The names and addresses that requests may ask for.
#[derive(Debug, Clone)]
pub struct Hosts {
    bound: IpAddr,
}

impl Hosts {
    /// This machine's loopback names and addresses, and the address that is bound. When that is "any", every literal
    /// address is allowed: an attack by rebinding needs a name.
    pub fn of(bound: SocketAddr) -> Self {
        Self { bound: bound.ip().to_canonical() }
    }

    /// Does this request ask for one of them?
    pub(crate) fn allow(&self, request: &Request) -> bool {
        let header = request.headers().get_all(HOST).iter().collect::<Vec<_>>();
        let asked = match (request.uri().host(), header.as_slice()) {
            (Some(host), _) => Some(host),
            (None, [host]) => host.to_str().ok(),
            // None, or several that could mean different things to different readers.
            (None, _) => None,
        };
        asked.is_some_and(|host| self.allows(host))
    }

    /// May this `Host` be asked for? Its port does not matter: a proxy or a tunnel may have changed it.
    fn allows(&self, host: &str) -> bool {
        let name = without_port(host);
        if let Ok(ip) = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            let ip = ip.to_canonical();
            return ip.is_loopback() || ip == self.bound || self.bound.is_unspecified();
        }
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        name == "localhost"
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // A colon within brackets belongs to the address.
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

/// Refuses requests for other hosts.
pub(crate) async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    if hosts.allow(&request) { next.run(request).await } else { Failure::Host.into_response() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(bound: &str) -> Hosts {
        Hosts::of(bound.parse().unwrap())
    }

    #[test]
    fn this_machine_and_the_bound_address_only() {
        let hosts = hosts("192.0.2.5:7878");
        for host in [
            "localhost",
            "LOCALHOST:7878",
            "localhost.",
            "127.0.0.1:7878",
            "127.9.9.9",
            "[::1]:7878",
            "[::1]",
            "192.0.2.5:80",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert!(hosts.allows(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:7878",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.0.2.6",
            "[2001:db8::1]:7878",
            "evil.example:7878@localhost",
            "0x7f000001",
        ] {
            assert!(!hosts.allows(host), "{host}");
        }
    }

    #[test]
    fn bound_to_any_address_every_literal_but_no_name() {
        for bound in ["0.0.0.0:7878", "[::]:7878"] {
            assert!(hosts(bound).allows("192.0.2.6:7878"));
            assert!(hosts(bound).allows("[2001:db8::1]:7878"));
            assert!(!hosts(bound).allows("evil.example:7878"));
        }
    }
}
