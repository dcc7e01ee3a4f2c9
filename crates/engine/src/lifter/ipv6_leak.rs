//! A link-local address beside the IPv4 one: whoever attacks is on the decoy's own link.

use std::net::Ipv6Addr;

use vespid_model::body::Ipv6Leak;
use vespid_model::evidence::{Leak, Words};

use super::{Choice, Evidence, Odd, Which};

pub(super) fn lift(leak: &Ipv6Leak) -> Result<Choice, Odd> {
    let odd = || Odd {
        field: "addr",
        found: leak.addr.chars().take(80).collect(),
        expected: "a link-local address (fe80::/10)",
    };
    let text = leak.addr.split(['%', '/']).next().unwrap_or_default();
    let addr: Ipv6Addr = text.parse().ok().filter(Ipv6Addr::is_unicast_link_local).ok_or_else(odd)?;
    let words = |text: &Option<String>| text.as_deref().map(Words::new);
    let shown = Leak {
        addr: Some(addr),
        mac_oui: words(&leak.mac_oui),
        iid_kind: words(&leak.iid_kind),
        vector: words(&leak.vector),
        on_iface: words(&leak.on_iface),
        attacker_v4: words(&leak.attacker_v4),
    };
    Ok(vec![(Which::Every, 1.0, Evidence::Leak(shown))])
}
