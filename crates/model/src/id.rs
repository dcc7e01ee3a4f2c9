//! Ids. All derive from content, so that replaying an input changes nothing.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid, uuid};

use crate::kind::SourceKind;
use crate::technique::TechniqueId;

/// UUIDv5 of `decnet:ttp_tag:v1` in the URL namespace: the namespace of DECNET's tags, kept so that ids agree.
const TAG_NAMESPACE: Uuid = uuid!("1ca31f08-5522-5aae-8371-fe81f0e39de3");
/// UUIDv5 of `vespid:event:v1` in the URL namespace.
const EVENT_NAMESPACE: Uuid = uuid!("178c3aba-5900-5651-96a6-97d3b3c18442");
/// UUIDv5 of `vespid:attacker:v1` in the URL namespace.
const ATTACKER_NAMESPACE: Uuid = uuid!("e1d8b640-8fc9-51a7-b7d7-f3e2655989e1");
/// UUIDv5 of `vespid:identity:v1` in the URL namespace.
const IDENTITY_NAMESPACE: Uuid = uuid!("65c9a9e5-0a7d-5e26-ac8e-2d8d5434deae");
/// UUIDv5 of `vespid:campaign:v1` in the URL namespace.
const CAMPAIGN_NAMESPACE: Uuid = uuid!("81403d1a-c1bd-52c7-aa83-ec567d5765ea");
/// UUIDv5 of `vespid:intel:v1` in the URL namespace.
const INTEL_NAMESPACE: Uuid = uuid!("d6b7af06-2611-5ab8-a17d-e621cb4cd439");
/// UUIDv5 of `vespid:observable:v1` in the URL namespace.
const OBSERVABLE_NAMESPACE: Uuid = uuid!("86e2b959-382b-55fd-85fa-6e03246b2022");

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The sixteen bytes as stored.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id in text form, without a `String`.
            pub fn encode(self, buffer: &mut [u8; 36]) -> &str {
                self.0.hyphenated().encode_lower(buffer)
            }

            /// From the sixteen bytes as stored.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id!(
    /// One event, by its content.
    EventId
);
uuid_id!(
    /// One tag; see [`TagId::derive`].
    TagId
);
uuid_id!(
    /// One attacker, by its address.
    AttackerId
);

uuid_id!(
    /// One identity: the same hands behind several attackers.
    IdentityId
);
uuid_id!(
    /// One campaign: identities that work together.
    CampaignId
);

uuid_id!(
    /// One observable, by its kind and value.
    ObservableId
);

impl ObservableId {
    /// UUIDv5 of the kind's name, a bar and the value.
    pub fn derive(kind: &str, value: &str) -> Self {
        Self(uuid_v5(OBSERVABLE_NAMESPACE, &[kind.as_bytes(), b"|", value.as_bytes()]))
    }
}

impl IdentityId {
    /// UUIDv5 of the attacker that the identity begins with.
    pub fn derive(founder: AttackerId) -> Self {
        Self(uuid_v5(IDENTITY_NAMESPACE, &[founder.as_bytes()]))
    }
}

impl CampaignId {
    /// UUIDv5 of the identity that the campaign begins with.
    pub fn derive(founder: IdentityId) -> Self {
        Self(uuid_v5(CAMPAIGN_NAMESPACE, &[founder.as_bytes()]))
    }
}

impl IntelId {
    /// UUIDv5 of whom it is about: an attacker has one row.
    pub fn derive(attacker: AttackerId) -> Self {
        Self(uuid_v5(INTEL_NAMESPACE, &[attacker.as_bytes()]))
    }
}

impl EventId {
    /// UUIDv5 of an event's canonical bytes.
    pub fn derive(content: &[u8]) -> Self {
        Self(uuid_v5(EVENT_NAMESPACE, &[content]))
    }
}

/// UUIDv5 of parts that stand side by side (RFC 9562, 5.5). The `uuid` crate's own knows no SHA instructions, and
/// every event and tag has one.
fn uuid_v5(namespace: Uuid, parts: &[&[u8]]) -> Uuid {
    let mut hash = Sha1::new();
    hash.update(namespace.as_bytes());
    for part in parts {
        hash.update(part);
    }
    let digest: [u8; 20] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_sha1_bytes(bytes).into_uuid()
}

impl AttackerId {
    /// UUIDv5 of the address in its canonical text form; an IPv4-mapped IPv6 address is the IPv4 one.
    pub fn derive(ip: IpAddr) -> Self {
        Self(uuid_v5(ATTACKER_NAMESPACE, &[ip.to_canonical().to_string().as_bytes()]))
    }
}

uuid_id!(
    /// What others say of one attacker.
    IntelId
);
uuid_id!(
    /// A file that canary tokens are made of.
    CanaryBlobId
);
uuid_id!(
    /// One planted canary token.
    CanaryTokenId
);
uuid_id!(
    /// One time that a canary token was touched.
    CanaryTriggerId
);

impl TagId {
    /// UUIDv5 over `kind|source|rule|version|technique|sub`, exactly as DECNET computes it.
    pub fn derive(
        kind: SourceKind,
        source_id: &str,
        rule: &RuleId,
        version: u32,
        technique: TechniqueId,
    ) -> Self {
        Self::of(kind, source_id, &TagKey::new(rule, version, technique))
    }

    /// As [`TagId::derive`], with a key made before.
    pub fn of(kind: SourceKind, source_id: &str, key: &TagKey) -> Self {
        let parts = [kind.as_str().as_bytes(), b"|", source_id.as_bytes(), key.0.as_bytes()];
        Self(uuid_v5(TAG_NAMESPACE, &parts))
    }
}

/// The part of a tag's id that is the same for all tags of a rule's version that name one technique.
#[derive(Debug, Clone)]
pub struct TagKey(Box<str>);

impl TagKey {
    /// `|rule|version|technique|sub`.
    pub fn new(rule: &RuleId, version: u32, technique: TechniqueId) -> Self {
        let sub = if technique.is_sub() { technique.to_string() } else { String::new() };
        Self(format!("|{rule}|{version}|{}|{sub}", technique.parent()).into())
    }
}

/// A rule's stable name: the Sigma `name` where there is one, else its `id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// Wraps a name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_ids_agree_with_decnet() {
        let id = |source, rule: &str, version, technique: &str| {
            let technique = technique.parse().unwrap();
            TagId::derive(SourceKind::Command, source, &RuleId::new(rule), version, technique).to_string()
        };
        assert_eq!(id("cmd_42", "R0014", 2, "T1083"), "9aa491e5-f03b-5d8f-9eb5-161becedcdd6");
        assert_eq!(id("cmd_42", "R0015", 1, "T1548.001"), "4fd57b14-c135-544c-97d9-4fabc1051584");
    }

    #[test]
    fn ids_are_those_of_the_uuid_crate() {
        let technique = "T1083".parse().unwrap();
        for length in [0, 1, 20, 63, 300] {
            let name = "r".repeat(length);
            let key = format!("command|s|{name}|1|T1083|");
            let id = TagId::derive(SourceKind::Command, "s", &RuleId::new(&name), 1, technique);
            assert_eq!(id.0, Uuid::new_v5(&TAG_NAMESPACE, key.as_bytes()));
            assert_eq!(EventId::derive(key.as_bytes()).0, Uuid::new_v5(&EVENT_NAMESPACE, key.as_bytes()));
        }
    }

    #[test]
    fn namespaces_are_what_their_comments_say() {
        for (name, namespace) in [
            ("decnet:ttp_tag:v1", TAG_NAMESPACE),
            ("vespid:event:v1", EVENT_NAMESPACE),
            ("vespid:attacker:v1", ATTACKER_NAMESPACE),
            ("vespid:observable:v1", OBSERVABLE_NAMESPACE),
            ("vespid:identity:v1", IDENTITY_NAMESPACE),
            ("vespid:campaign:v1", CAMPAIGN_NAMESPACE),
            ("vespid:intel:v1", INTEL_NAMESPACE),
        ] {
            assert_eq!(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()), namespace, "{name}");
        }
    }

    #[test]
    fn ids_are_read_with_and_without_dashes() {
        let dashed: IdentityId = "9aa491e5-f03b-5d8f-9eb5-161becedcdd6".parse().unwrap();
        assert_eq!("9AA491E5F03B5D8F9EB5161BECEDCDD6".parse(), Ok(dashed));
        assert!("9aa491e5-f03b-5d8f-9eb5-161becedcdd".parse::<CampaignId>().is_err());
    }

    #[test]
    fn a_mapped_address_is_the_same_attacker() {
        assert_eq!(
            AttackerId::derive("::ffff:192.0.2.1".parse().unwrap()),
            AttackerId::derive("192.0.2.1".parse().unwrap())
        );
    }
}
