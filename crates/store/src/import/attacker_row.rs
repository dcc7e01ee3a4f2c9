//! A row of `attackers`.

use std::net::IpAddr;

use vespid_model::actor::{AttackerProfile, AttackerPut, Ipv6Leaks};

use super::line::{Bad, Line};

pub(super) fn attacker(line: &Line) -> Result<AttackerPut, Bad> {
    let ip: IpAddr = line.text("ip")?.trim().parse().map_err(|_| "ip is no address".to_owned())?;
    Ok(AttackerPut {
        id: Some(line.id("uuid")?),
        ip: ip.to_canonical(),
        first_seen: line.time("first_seen")?,
        last_seen: line.time("last_seen")?,
        events: Some(line.count("event_count")?),
        identity: line.maybe_id("identity_id")?,
        profile: Some(profile(line)?),
    })
}

fn profile(line: &Line) -> Result<AttackerProfile, Bad> {
    Ok(AttackerProfile {
        service_count: line.maybe_count("service_count")?,
        decky_count: line.maybe_count("decky_count")?,
        services: line.maybe_text("services")?,
        deckies: line.maybe_text("deckies")?,
        traversal_path: line.maybe_text("traversal_path")?,
        is_traversal: line.maybe_flag("is_traversal")?.unwrap_or(false),
        bounty_count: line.count("bounty_count")?,
        credential_count: line.count("credential_count")?,
        fingerprints: line.maybe_text("fingerprints")?,
        commands: line.maybe_text("commands")?,
        country_code: line.maybe_text("country_code")?,
        country_source: line.maybe_text("country_source")?,
        asn: line.maybe_count("asn")?,
        as_name: line.maybe_text("as_name")?,
        bgp_prefix: line.maybe_text("bgp_prefix")?,
        asn_source: line.maybe_text("asn_source")?,
        rpki_status: line.maybe_text("rpki_status")?,
        rpki_source: line.maybe_text("rpki_source")?,
        ptr_record: line.maybe_text("ptr_record")?,
        rotation_count: line.count("rotation_count")?,
        last_rotation_at: line.maybe_time("last_rotation_at")?,
        ipv6: Some(Ipv6Leaks {
            count: line.count("ipv6_leak_count")?,
            last_at: line.maybe_time("last_ipv6_leak_at")?,
            last_link_local: line.maybe_text("last_ipv6_link_local")?,
            last_iid_kind: line.maybe_text("last_ipv6_iid_kind")?,
            last_mac_oui: line.maybe_text("last_ipv6_mac_oui")?,
        }),
        updated_at: line.time("updated_at")?,
    })
}
