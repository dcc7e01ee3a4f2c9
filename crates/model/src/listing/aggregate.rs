//! All that holds of one address, in one row.

use std::collections::BTreeMap;

use super::{Feed, Listing, Provider, Verdict};
use crate::body;
use crate::id::{AttackerId, IntelId};
use crate::intel::Intel;
use crate::time::UtcMicros;

/// When the lists were imported that are known, and how long an answer holds, in microseconds: what is needed beside the
/// listings of an attacker to say all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Providers of whose list there is a file. Who is not in it is not listed.
    pub lists: BTreeMap<Provider, UtcMicros>,
    /// How long an answer holds.
    pub ttl: i64,
}

impl Aggregate {
    /// The row of an attacker with these listings, over the one that is there. What a provider said whose listings are
    /// gone or have expired stays as it was said, but no longer counts for the verdict. What DECNET knew has no
    /// listings: it counts until it is old.
    pub fn row(
        &self,
        attacker: AttackerId,
        before: Option<&Intel>,
        listings: &[Listing],
        now: UtcMicros,
    ) -> Intel {
        let end = UtcMicros::from_micros(now.as_micros().saturating_add(self.ttl));
        let mut row =
            before.cloned().unwrap_or_else(|| Intel::new(IntelId::derive(attacker), attacker, now, end));
        let mut held: Vec<&Listing> = listings.iter().filter(|listing| listing.holds(now)).collect();
        // A check comes last: it says more than a list.
        held.sort_by_key(|listing| std::cmp::Reverse(listing.said.feed));
        for provider in [Provider::Feodo, Provider::ThreatFox] {
            if let Some(at) = self.lists.get(&provider) {
                set_unlisted(&mut row, provider, *at);
            }
        }
        for listing in &held {
            set(&mut row, listing);
        }
        row.expires_at = held.iter().filter_map(|listing| listing.expires_at).min().unwrap_or(end).min(end);
        row.cached_at = now;
        row.aggregate_verdict = Some(self.verdict(&row, &held, now).as_str().to_owned());
        row
    }

    fn verdict(&self, row: &Intel, held: &[&Listing], now: UtcMicros) -> Verdict {
        let is_ours = row.id == IntelId::derive(row.attacker);
        let counts = |provider: Provider, at: Option<UtcMicros>| {
            let holds = held.iter().any(|listing| listing.said.feed.provider() == provider);
            let is_new = |at: UtcMicros| now.as_micros().saturating_sub(at.as_micros()) < self.ttl;
            holds || !is_ours && at.is_some_and(is_new)
        };
        let mut said = body::Intel::default();
        if counts(Provider::AbuseIpDb, row.abuseipdb_queried_at) {
            said.abuseipdb_score = row.abuseipdb_score;
        }
        if counts(Provider::GreyNoise, row.greynoise_queried_at) {
            said.greynoise_classification.clone_from(&row.greynoise_classification);
        }
        if counts(Provider::Feodo, row.feodo_queried_at) {
            said.feodo_listed = row.feodo_listed;
        }
        if counts(Provider::ThreatFox, row.threatfox_queried_at) {
            said.threatfox_listed = row.threatfox_listed;
        }
        Verdict::of(&said)
    }
}

fn set(row: &mut Intel, listing: &Listing) {
    let (said, at) = (listing.said.body(), Some(listing.imported_at));
    match listing.said.feed {
        Feed::AbuseIpDbBlacklist => {
            (row.abuseipdb_score, row.abuseipdb_queried_at) = (said.abuseipdb_score, at);
        }
        Feed::AbuseIpDbCheck => {
            (row.abuseipdb_score, row.abuseipdb_queried_at) = (said.abuseipdb_score, at);
            row.abuseipdb_categories = json(&said.abuseipdb_categories);
        }
        Feed::Feodo => {
            (row.feodo_listed, row.feodo_queried_at) = (said.feodo_listed, at);
            row.feodo_malware_family = said.feodo_malware_family;
        }
        Feed::GreyNoise => {
            row.greynoise_classification = said.greynoise_classification;
            row.greynoise_name = said.greynoise_name;
            row.greynoise_tags = json(&said.greynoise_tags);
            row.greynoise_queried_at = at;
        }
        Feed::ThreatFox => {
            (row.threatfox_listed, row.threatfox_queried_at) = (said.threatfox_listed, at);
            row.threatfox_threat_types = json(&said.threatfox_threat_types);
            row.threatfox_ioc_types = json(&said.threatfox_ioc_types);
            row.threatfox_malware_families = json(&said.threatfox_malware_families);
        }
    }
}

fn set_unlisted(row: &mut Intel, provider: Provider, at: UtcMicros) {
    let none = || "[]".to_owned();
    if provider == Provider::Feodo {
        (row.feodo_listed, row.feodo_malware_family, row.feodo_queried_at) = (Some(false), None, Some(at));
    } else {
        (row.threatfox_listed, row.threatfox_queried_at) = (Some(false), Some(at));
        row.threatfox_threat_types = none();
        row.threatfox_ioc_types = none();
        row.threatfox_malware_families = none();
    }
}

fn json(list: &impl serde::Serialize) -> String {
    // Numbers and texts always have one.
    serde_json::to_string(list).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::Said;

    const DAY: i64 = 86_400_000_000;

    fn at(day: i64) -> UtcMicros {
        UtcMicros::from_micros(UtcMicros::EARLIEST.as_micros() + day * DAY)
    }

    fn listing(feed: Feed, words: body::Intel, imported: i64) -> Listing {
        let said = Said::new(feed, "192.0.2.1".parse().unwrap(), None, words);
        let end = (!feed.is_list()).then(|| at(imported + 1));
        Listing { said, since: at(imported), imported_at: at(imported), expires_at: end }
    }

    fn check(score: i64, imported: i64) -> Listing {
        let words = body::Intel {
            abuseipdb_score: Some(score),
            abuseipdb_categories: vec![22],
            ..body::Intel::default()
        };
        listing(Feed::AbuseIpDbCheck, words, imported)
    }

    fn attacker() -> AttackerId {
        AttackerId::from_bytes([1; 16])
    }

    fn aggregate(lists: &[(Provider, i64)]) -> Aggregate {
        Aggregate { lists: lists.iter().map(|(provider, day)| (*provider, at(*day))).collect(), ttl: DAY }
    }

    #[test]
    fn the_strongest_counts_and_a_check_says_more_than_a_list() {
        let listed = body::Intel { abuseipdb_score: Some(100), ..body::Intel::default() };
        let listings = [check(60, 0), listing(Feed::AbuseIpDbBlacklist, listed, 0)];
        let row = aggregate(&[]).row(attacker(), None, &listings, at(0));
        assert_eq!((row.abuseipdb_score, &*row.abuseipdb_categories), (Some(60), "[22]"));
        assert_eq!(row.aggregate_verdict.as_deref(), Some("suspicious"));
        assert_eq!((row.feodo_listed, row.expires_at), (None, at(1)));

        let feodo = body::Intel { feodo_listed: Some(true), ..body::Intel::default() };
        let listings = [check(0, 0), listing(Feed::Feodo, feodo, 0)];
        let row = aggregate(&[(Provider::Feodo, 0)]).row(attacker(), None, &listings, at(0));
        assert_eq!(row.aggregate_verdict.as_deref(), Some("malicious"));
    }

    #[test]
    fn what_is_gone_or_old_counts_no_longer() {
        let row = aggregate(&[]).row(attacker(), None, &[check(90, 0)], at(0));
        assert_eq!(row.aggregate_verdict.as_deref(), Some("malicious"));
        let later = aggregate(&[]).row(attacker(), Some(&row), &[check(90, 0)], at(2));
        assert_eq!((later.abuseipdb_score, later.aggregate_verdict.as_deref()), (Some(90), Some("unknown")));

        let listed = body::Intel { abuseipdb_score: Some(100), ..body::Intel::default() };
        let row =
            aggregate(&[]).row(attacker(), None, &[listing(Feed::AbuseIpDbBlacklist, listed, 0)], at(0));
        assert_eq!(row.aggregate_verdict.as_deref(), Some("malicious"));
        let dropped = aggregate(&[]).row(attacker(), Some(&row), &[], at(0));
        assert_eq!(dropped.aggregate_verdict.as_deref(), Some("unknown"), "it is in the list no longer");
        let decnet = Intel { id: IntelId::derive(AttackerId::from_bytes([2; 16])), ..row };
        let verdict = |now| aggregate(&[]).row(attacker(), Some(&decnet), &[], now).aggregate_verdict;
        assert_eq!(verdict(at(0)).as_deref(), Some("malicious"), "what DECNET knew has no listings");
        assert_eq!(verdict(at(2)).as_deref(), Some("unknown"));

        let feodo = body::Intel { feodo_listed: Some(true), ..body::Intel::default() };
        let row = aggregate(&[]).row(attacker(), None, &[listing(Feed::Feodo, feodo, 0)], at(5));
        assert_eq!(row.aggregate_verdict.as_deref(), Some("malicious"), "a list holds until the next one");
        let later = aggregate(&[(Provider::Feodo, 6)]).row(attacker(), Some(&row), &[], at(6));
        assert_eq!((later.feodo_listed, later.aggregate_verdict.as_deref()), (Some(false), Some("unknown")));
    }
}
