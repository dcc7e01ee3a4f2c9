//! Whose hands: what is known of an address beyond its events, identities, campaigns.
//!
//! Lists of fingerprints and the like are kept as the texts they came as, JSON as a rule. None means that nobody said.

use std::net::IpAddr;

use crate::confidence::Confidence;
use crate::id::{AttackerId, CampaignId, IdentityId};
use crate::time::UtcMicros;

/// An attacker as it is handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct AttackerPut {
    /// The id of a new attacker; derived from the address when None. An attacker that is there keeps its own.
    pub id: Option<AttackerId>,
    /// The address, of which there is one attacker only.
    pub ip: IpAddr,
    /// The stored time becomes the earlier of both.
    pub first_seen: UtcMicros,
    /// The stored time becomes the later of both.
    pub last_seen: UtcMicros,
    /// How many events there are from now on; None leaves what is counted.
    pub events: Option<u64>,
    /// The identity that it projects to; None leaves what is linked.
    pub identity: Option<IdentityId>,
    /// What is known of the address; None leaves it.
    pub profile: Option<AttackerProfile>,
}

/// What is known of an address beyond its own events.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of DECNET's columns, see its data model")]
pub struct AttackerProfile {
    pub service_count: Option<u64>,
    pub decky_count: Option<u64>,
    pub services: Option<String>,
    pub deckies: Option<String>,
    pub traversal_path: Option<String>,
    pub is_traversal: bool,
    pub bounty_count: u64,
    pub credential_count: u64,
    pub fingerprints: Option<String>,
    pub commands: Option<String>,
    pub country_code: Option<String>,
    pub country_source: Option<String>,
    pub asn: Option<u64>,
    pub as_name: Option<String>,
    pub bgp_prefix: Option<String>,
    pub asn_source: Option<String>,
    pub rpki_status: Option<String>,
    pub rpki_source: Option<String>,
    pub ptr_record: Option<String>,
    pub rotation_count: u64,
    pub last_rotation_at: Option<UtcMicros>,
    /// Told by every read. In a write, None leaves what is counted.
    pub ipv6: Option<Ipv6Leaks>,
    pub updated_at: UtcMicros,
}

/// Link-local addresses that an address gave away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ipv6Leaks {
    /// How often.
    pub count: u64,
    /// When last.
    pub last_at: Option<UtcMicros>,
    /// The last link-local address.
    pub last_link_local: Option<String>,
    /// How its interface id is made: `eui64`, `stable_privacy`, ...
    pub last_iid_kind: Option<String>,
    /// The maker of the interface, the first three bytes of its MAC address.
    pub last_mac_oui: Option<String>,
}

impl AttackerProfile {
    /// A profile of which nothing is known yet.
    pub const fn new(updated_at: UtcMicros) -> Self {
        Self {
            service_count: None,
            decky_count: None,
            services: None,
            deckies: None,
            traversal_path: None,
            is_traversal: false,
            bounty_count: 0,
            credential_count: 0,
            fingerprints: None,
            commands: None,
            country_code: None,
            country_source: None,
            asn: None,
            as_name: None,
            bgp_prefix: None,
            asn_source: None,
            rpki_status: None,
            rpki_source: None,
            ptr_record: None,
            rotation_count: 0,
            last_rotation_at: None,
            ipv6: None,
            updated_at,
        }
    }
}

/// Where an address is, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The country, two letters (ISO 3166-1).
    pub country_code: Option<String>,
    /// Who says it.
    pub country_source: Option<String>,
    /// The number of the network (autonomous system).
    pub asn: Option<u64>,
    /// Who runs the network.
    pub as_name: Option<String>,
    /// Who says both.
    pub asn_source: Option<String>,
}

/// One leaked link-local address, as a sensor tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leak {
    /// The address; empty when the sensor names none, which is counted all the same.
    pub addr: String,
    /// How its interface id is made; None or empty when unknown.
    pub iid_kind: Option<String>,
    /// The maker of the interface; None or empty when unknown.
    pub mac_oui: Option<String>,
}

/// What became of a leak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeakOutcome {
    /// Is the attacker known? Its leaks were counted then.
    pub attacker_known: bool,
    /// What the identity's list says.
    pub identity: LeakListed,
    /// The identity's old list was unreadable and is kept in `ipv6_unreadable`; a new list was begun.
    pub unreadable_kept: bool,
}

/// What became of a leak in the list of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeakListed {
    /// No identity was named.
    NotAsked,
    /// There is no such identity.
    UnknownIdentity,
    /// The leak names no address.
    NoAddress,
    /// The address was in the list.
    Already,
    /// The address is in the list now.
    Added,
}

/// What is known of an identity. The texts are JSON lists as a rule.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names are those of DECNET's columns, see its data model")]
pub struct Identity {
    pub id: IdentityId,
    pub schema_version: u32,
    pub first_seen_at: Option<UtcMicros>,
    pub last_seen_at: Option<UtcMicros>,
    pub created_at: UtcMicros,
    pub updated_at: UtcMicros,
    pub confidence: Option<Confidence>,
    pub observation_count: u64,
    pub ja3_hashes: Option<String>,
    pub hassh_hashes: Option<String>,
    pub ja4h_hashes: Option<String>,
    pub ja4_quic_hashes: Option<String>,
    pub http_versions_seen: Option<String>,
    pub tls_cert_sha256: Option<String>,
    pub ipv6_link_local_iids: Option<String>,
    pub payload_simhashes: Option<String>,
    pub c2_endpoints: Option<String>,
    pub kd_digraph_simhash: Option<Vec<u8>>,
    pub notes: Option<String>,
}

/// An identity as it is handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityPut {
    /// All of it.
    pub identity: Identity,
    /// Its campaign; None leaves the one it has.
    pub campaign: Option<CampaignId>,
    /// Imported data only: the pointer as it stands there, also one that a merge would refuse. None leaves it.
    pub merged_into: Option<IdentityId>,
}

/// An identity as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityRow {
    /// All that is known.
    pub identity: Identity,
    /// Its own campaign, not followed.
    pub campaign: Option<CampaignId>,
    /// Where it points.
    pub merged_into: Option<IdentityId>,
    /// Where its pointers end; itself when it is not merged.
    pub root: IdentityId,
    /// What stood in `ipv6_link_local_iids` and was no list, one text a line.
    pub ipv6_unreadable: Option<String>,
}

/// What is known of a campaign. The texts are JSON lists as a rule.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names are those of DECNET's columns, see its data model")]
pub struct Campaign {
    pub id: CampaignId,
    pub schema_version: u32,
    pub first_seen_at: Option<UtcMicros>,
    pub last_seen_at: Option<UtcMicros>,
    pub created_at: UtcMicros,
    pub updated_at: UtcMicros,
    pub confidence: Option<Confidence>,
    pub ja3_hashes: Option<String>,
    pub hassh_hashes: Option<String>,
    pub tls_cert_sha256: Option<String>,
    pub payload_simhashes: Option<String>,
    pub c2_endpoints: Option<String>,
    pub notes: Option<String>,
}

/// A campaign as it is handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignPut {
    /// All of it.
    pub campaign: Campaign,
    /// Imported data only: the pointer as it stands there, also one that a merge would refuse. None leaves it.
    pub merged_into: Option<CampaignId>,
}

/// A campaign as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignRow {
    /// All that is known.
    pub campaign: Campaign,
    /// How many identities name it as their campaign.
    pub identity_count: u64,
    /// Where it points.
    pub merged_into: Option<CampaignId>,
    /// Where its pointers end; itself when it is not merged.
    pub root: CampaignId,
}

/// An attacker that an identity stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationRow {
    /// The attacker.
    pub attacker: AttackerId,
    /// Its address.
    pub ip: IpAddr,
    /// The identity that it is linked to itself: the one asked for, or one that is merged into it.
    pub identity: IdentityId,
    /// Time of its first event.
    pub first_seen: UtcMicros,
    /// Time of its last event.
    pub last_seen: UtcMicros,
    /// Events.
    pub events: u64,
}

/// How many rows a write found new, and how many it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stored {
    /// Rows that were not there.
    pub new: u64,
    /// Rows that were.
    pub known: u64,
}

macro_rules! nothing_known {
    ($name:ident, $id:ty, { $($zero:ident: $value:expr),* }, $($text:ident),*) => {
        impl $name {
            /// One of which nothing is known yet, made and changed at `now`.
            pub const fn new(id: $id, now: UtcMicros) -> Self {
                Self {
                    id,
                    schema_version: 1,
                    first_seen_at: None,
                    last_seen_at: None,
                    created_at: now,
                    updated_at: now,
                    confidence: None,
                    $($zero: $value,)*
                    $($text: None,)*
                }
            }
        }
    };
}

nothing_known!(
    Identity, IdentityId, { observation_count: 0 }, ja3_hashes, hassh_hashes, ja4h_hashes, ja4_quic_hashes,
    http_versions_seen, tls_cert_sha256, ipv6_link_local_iids, payload_simhashes, c2_endpoints, kd_digraph_simhash, notes
);
nothing_known!(
    Campaign,
    CampaignId,
    {},
    ja3_hashes,
    hassh_hashes,
    tls_cert_sha256,
    payload_simhashes,
    c2_endpoints,
    notes
);
