//! What one entry of a file says, and what several say together.

use std::net::IpAddr;

use super::{Feed, Verdict};
use crate::body::Intel;
use crate::time::UtcMicros;

/// Names of one kind that are kept of an address.
const KEPT: usize = 64;

/// What a feed says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Which feed.
    pub feed: Feed,
    /// The address.
    pub ip: IpAddr,
    /// When the provider saw or heard of it last, as far as it says.
    pub seen: Option<UtcMicros>,
    words: Intel,
}

impl Said {
    /// What an entry says. Lists become sets, so that their order does not matter, and are bounded.
    pub fn new(feed: Feed, ip: IpAddr, seen: Option<UtcMicros>, words: Intel) -> Self {
        // Those follow from the rest.
        let words = Intel { providers: Vec::new(), aggregate_verdict: None, ..words };
        Self { feed, ip: ip.to_canonical(), seen, words: sets(words) }
    }

    /// What it says, as the body of an event: with who says it and what it comes to.
    pub fn body(&self) -> Intel {
        Intel {
            aggregate_verdict: Some(Verdict::of(&self.words).as_str().to_owned()),
            providers: vec![self.feed.provider().name().to_owned()],
            ..self.words.clone()
        }
    }

    /// Does the provider know nothing of the address?
    pub fn is_silent(&self) -> bool {
        self.words == Intel::default()
    }

    /// Takes in what another entry of the same run says of the same address. Whatever the order of the entries, the
    /// outcome is the same.
    pub fn join(&mut self, other: &Self) {
        let (mine, theirs) = (&self.words, &other.words);
        self.words = if self.feed == Feed::ThreatFox {
            // One address has many indicators, which are all true.
            sets(Intel {
                threatfox_threat_types: [&*mine.threatfox_threat_types, &*theirs.threatfox_threat_types]
                    .concat(),
                threatfox_ioc_types: [&*mine.threatfox_ioc_types, &*theirs.threatfox_ioc_types].concat(),
                threatfox_malware_families: [
                    &*mine.threatfox_malware_families,
                    &*theirs.threatfox_malware_families,
                ]
                .concat(),
                ..mine.clone()
            })
        } else if self.rank() >= other.rank() {
            mine.clone()
        } else {
            theirs.clone()
        };
        self.seen = self.seen.max(other.seen);
    }

    /// Of two entries that cannot both be kept the newer one counts, of two equally new ones that of the greater text.
    fn rank(&self) -> (Option<UtcMicros>, String) {
        (self.seen, serde_json::to_string(&self.words).unwrap_or_default())
    }
}

fn sets(mut words: Intel) -> Intel {
    words.abuseipdb_categories.sort_unstable();
    words.abuseipdb_categories.dedup();
    words.abuseipdb_categories.truncate(KEPT);
    for names in [
        &mut words.greynoise_tags,
        &mut words.threatfox_threat_types,
        &mut words.threatfox_ioc_types,
        &mut words.threatfox_malware_families,
    ] {
        names.sort_unstable();
        names.dedup();
        names.truncate(KEPT);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fox(kind: &str, family: &str, seen: i64) -> Said {
        let words = Intel {
            threatfox_listed: Some(true),
            threatfox_threat_types: vec![kind.to_owned()],
            threatfox_malware_families: vec![family.to_owned()],
            ..Intel::default()
        };
        Said::new(Feed::ThreatFox, ip(), Some(UtcMicros::from_micros(seen)), words)
    }

    fn score(score: i64, seen: Option<i64>) -> Said {
        let words = Intel { abuseipdb_score: Some(score), ..Intel::default() };
        Said::new(Feed::AbuseIpDbCheck, ip(), seen.map(UtcMicros::from_micros), words)
    }

    fn ip() -> IpAddr {
        "192.0.2.1".parse().unwrap()
    }

    fn joined(all: &[Said]) -> Said {
        let mut first = all[0].clone();
        all[1..].iter().for_each(|other| first.join(other));
        first
    }

    #[test]
    fn entries_join_alike_in_any_order() {
        for entries in [
            [fox("payload", "win.b", 3), fox("botnet_cc", "win.a", 9), fox("payload", "win.a", 1)],
            [score(10, Some(5)), score(90, Some(5)), score(100, None)],
            [score(10, Some(9)), score(90, Some(5)), score(20, Some(9))],
        ] {
            let expected = joined(&entries);
            for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                assert_eq!(joined(&order.map(|place| entries[place].clone())), expected);
            }
        }
        let all = joined(&[fox("payload", "win.b", 3), fox("botnet_cc", "win.a", 9)]).body();
        assert_eq!(all.threatfox_threat_types, ["botnet_cc", "payload"]);
        assert_eq!(all.threatfox_malware_families, ["win.a", "win.b"]);
        assert_eq!(joined(&[score(90, Some(5)), score(10, Some(9))]).body().abuseipdb_score, Some(10));
    }

    #[test]
    fn the_body_names_who_says_it_and_what_it_comes_to() {
        let body = score(80, None).body();
        assert_eq!(body.providers, ["abuseipdb"]);
        assert_eq!(body.aggregate_verdict.as_deref(), Some("malicious"));
        assert!(!score(0, None).is_silent());
        assert!(Said::new(Feed::GreyNoise, ip(), None, Intel::default()).is_silent());
    }
}
