//! A query to its answer. A pure function: every name of the zone is answered alike, whether it is a token's or nobody's.

use std::net::IpAddr;

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::SOA;
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

/// Seconds that answers may be kept: none, so that each look-up is seen.
const TTL: u32 = 0;

/// What is answered for.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    name: Name,
    /// What names lead to, if anywhere.
    address: Option<IpAddr>,
}

impl Zone {
    /// The zone of a domain.
    pub(crate) fn new(domain: &str, address: Option<IpAddr>) -> anyhow::Result<Self> {
        let mut name = Name::from_ascii(domain)?.to_lowercase();
        name.set_fqdn(true);
        Ok(Self { name, address })
    }

    /// The answer to a query, and the name that was asked for where it is in the zone. None for what deserves no answer.
    pub(crate) fn answer(&self, query: &[u8]) -> Option<(Vec<u8>, Option<String>)> {
        let query = Message::from_vec(query).ok()?;
        // An answer to an answer could go on for ever.
        if query.metadata.message_type != MessageType::Query {
            return None;
        }
        let mut answer = Message::response(query.metadata.id, query.metadata.op_code);
        answer.metadata.recursion_desired = query.metadata.recursion_desired;
        let refusal = |mut answer: Message, code| {
            answer.metadata.response_code = code;
            Some((answer.to_vec().ok()?, None))
        };
        if query.metadata.op_code != OpCode::Query {
            return refusal(answer, ResponseCode::NotImp);
        }
        let [asked] = query.queries.as_slice() else { return refusal(answer, ResponseCode::FormErr) };
        answer.add_query(asked.clone());
        if asked.query_class() != DNSClass::IN || !self.name.zone_of(&asked.name().to_lowercase()) {
            return refusal(answer, ResponseCode::Refused);
        }
        answer.metadata.authoritative = true;
        let data = match (asked.query_type(), self.address) {
            (RecordType::A, Some(IpAddr::V4(ip))) => Some(RData::A(ip.into())),
            (RecordType::AAAA, Some(IpAddr::V6(ip))) => Some(RData::AAAA(ip.into())),
            _ => None,
        };
        match data {
            Some(data) => answer.add_answer(Record::from_rdata(asked.name().clone(), TTL, data)),
            None => answer.add_authority(Record::from_rdata(self.name.clone(), TTL, RData::SOA(self.soa()))),
        };
        Some((answer.to_vec().ok()?, Some(asked.name().to_lowercase().to_ascii())))
    }

    /// The label of a name that may be a token's: the last one before the zone.
    pub(crate) fn token(&self, name: &str) -> Option<String> {
        let name = Name::from_ascii(name).ok()?;
        let place = name.num_labels().checked_sub(self.name.num_labels())?.checked_sub(1)?;
        let label = name.iter().nth(place.into())?;
        let label = std::str::from_utf8(label).ok()?;
        label.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| label.to_owned())
    }

    fn soa(&self) -> SOA {
        SOA::new(self.name.clone(), self.name.clone(), 1, 3600, 600, 86_400, TTL)
    }
}

#[cfg(test)]
mod tests {
    use hickory_proto::op::Query;

    use super::*;

    fn zone(address: Option<&str>) -> Zone {
        Zone::new("Canary.Example", address.map(|ip| ip.parse().unwrap())).unwrap()
    }

    fn ask(name: &str, kind: RecordType) -> Vec<u8> {
        let mut message = Message::query();
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        message.to_vec().unwrap()
    }

    fn answered(zone: &Zone, query: &[u8]) -> (Message, Option<String>) {
        let (bytes, name) = zone.answer(query).unwrap();
        (Message::from_vec(&bytes).unwrap(), name)
    }

    #[test]
    fn every_name_of_the_zone_is_answered_alike() {
        let zone = zone(Some("192.0.2.1"));
        for name in ["abcdefgh.canary.example.", "x.ABCDEFGH.Canary.Example.", "canary.example."] {
            let (answer, seen) = answered(&zone, &ask(name, RecordType::A));
            assert_eq!(answer.metadata.response_code, ResponseCode::NoError);
            assert_eq!(answer.answers.len(), 1, "{name}");
            assert_eq!(seen, Some(name.to_lowercase()));
            let (answer, _) = answered(&zone, &ask(name, RecordType::TXT));
            assert_eq!((answer.answers.len(), answer.authorities.len()), (0, 1));
        }
        let token = |name| zone.token(name);
        assert_eq!(token("abcdefgh.canary.example.").as_deref(), Some("abcdefgh"));
        assert_eq!(token("x.y.abcdefgh.canary.example.").as_deref(), Some("abcdefgh"));
        assert_eq!((token("canary.example."), token("a-b.canary.example."), token("")), (None, None, None));
    }

    #[test]
    fn other_zones_are_refused_and_nonsense_gets_nothing() {
        let zone = zone(None);
        for name in ["example.", "canary.example.org.", "notcanary.example.", "."] {
            let (answer, seen) = answered(&zone, &ask(name, RecordType::A));
            assert_eq!((answer.metadata.response_code, seen), (ResponseCode::Refused, None), "{name}");
        }
        let mut answer = Message::from_vec(&ask("a.canary.example.", RecordType::A)).unwrap();
        answer.metadata.message_type = MessageType::Response;
        assert_eq!(zone.answer(&answer.to_vec().unwrap()), None);
        let mut update = Message::from_vec(&ask("a.canary.example.", RecordType::A)).unwrap();
        update.metadata.op_code = OpCode::Notify;
        assert_eq!(answered(&zone, &update.to_vec().unwrap()).0.metadata.response_code, ResponseCode::NotImp);
    }

    proptest::proptest! {
        /// Any bytes: no panic, and an answer that is never much longer than the question.
        #[test]
        fn any_bytes_may_come(
            mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
            cut in 0_usize..80,
        ) {
            let zone = zone(Some("2001:db8::1"));
            let _ = zone.answer(&bytes);
            let mut query = ask("x.abcdefgh.canary.example.", RecordType::AAAA);
            query.truncate(cut);
            query.append(&mut bytes);
            if let Some((answer, _)) = zone.answer(&query) {
                proptest::prop_assert!(answer.len() <= query.len() + 128);
            }
        }
    }
}
