//! Ids. All derive from content, so that replaying an input changes nothing.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::{Uuid, uuid};

use crate::kind::SourceKind;
use crate::technique::TechniqueId;

/// UUIDv5 of `decnet:ttp_tag:v1` in the URL namespace: the namespace of DECNET's tags, kept so that ids agree.
const TAG_NAMESPACE: Uuid = uuid!("1ca31f08-5522-5aae-8371-fe81f0e39de3");
/// UUIDv5 of `vespid:event:v1` in the URL namespace.
const EVENT_NAMESPACE: Uuid = uuid!("178c3aba-5900-5651-96a6-97d3b3c18442");
/// UUIDv5 of `vespid:attacker:v1` in the URL namespace.
const ATTACKER_NAMESPACE: Uuid = uuid!("e1d8b640-8fc9-51a7-b7d7-f3e2655989e1");

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

impl EventId {
    /// UUIDv5 of an event's canonical bytes.
    pub fn derive(content: &[u8]) -> Self {
        Self(Uuid::new_v5(&EVENT_NAMESPACE, content))
    }
}

impl AttackerId {
    /// UUIDv5 of the address in its canonical text form; an IPv4-mapped IPv6 address is the IPv4 one.
    pub fn derive(ip: IpAddr) -> Self {
        Self(Uuid::new_v5(&ATTACKER_NAMESPACE, ip.to_canonical().to_string().as_bytes()))
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
        use std::io::Write as _;
        let mut key = [0_u8; 256];
        let mut rest: &mut [u8] = &mut key;
        let sub = technique.is_sub().then_some(technique);
        let parent = technique.parent();
        let written = match sub {
            Some(sub) => write!(rest, "{kind}|{source_id}|{rule}|{version}|{parent}|{sub}"),
            None => write!(rest, "{kind}|{source_id}|{rule}|{version}|{parent}|"),
        };
        let left = rest.len();
        if written.is_ok() {
            let length = key.len() - left;
            return Self(Uuid::new_v5(&TAG_NAMESPACE, &key[..length]));
        }
        // Ids longer than the buffer are legal and rare.
        let sub = sub.map(|sub| sub.to_string()).unwrap_or_default();
        let key = format!("{kind}|{source_id}|{rule}|{version}|{parent}|{sub}");
        Self(Uuid::new_v5(&TAG_NAMESPACE, key.as_bytes()))
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
    fn long_names_take_the_same_path_to_the_same_kind_of_id() {
        let technique = "T1083".parse().unwrap();
        let derive = |name: &str| TagId::derive(SourceKind::Command, "s", &RuleId::new(name), 1, technique);
        let long = "r".repeat(300);
        let key = format!("command|s|{long}|1|T1083|");
        assert_eq!(derive(&long).0, Uuid::new_v5(&TAG_NAMESPACE, key.as_bytes()));
    }

    #[test]
    fn namespaces_are_what_their_comments_say() {
        for (name, namespace) in [
            ("decnet:ttp_tag:v1", TAG_NAMESPACE),
            ("vespid:event:v1", EVENT_NAMESPACE),
            ("vespid:attacker:v1", ATTACKER_NAMESPACE),
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
