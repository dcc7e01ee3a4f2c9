//! AbuseIPDB's endpoint `check` (<https://docs.abuseipdb.com/#check-endpoint>), asked verbosely: only then it tells
//! categories.

use std::net::IpAddr;

use vespid_model::listing::Feed;

use super::Ask;

pub(crate) struct AbuseIpDb {
    pub(crate) base: String,
    pub(crate) key: String,
}

impl Ask for AbuseIpDb {
    fn feed(&self) -> Feed {
        Feed::AbuseIpDbCheck
    }

    fn base(&self) -> &str {
        &self.base
    }

    fn path(&self, ip: IpAddr) -> String {
        format!("/api/v2/check?ipAddress={}&maxAgeInDays=90&verbose", ip.to_string().replace(':', "%3A"))
    }

    fn key(&self) -> Option<(&'static str, &str)> {
        Some(("Key", &self.key))
    }

    fn is_ignorant(&self, _: u16) -> bool {
        false
    }
}
