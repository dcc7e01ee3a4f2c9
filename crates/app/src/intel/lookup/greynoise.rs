//! GreyNoise's Community API (<https://docs.greynoise.io/reference/get_v3-community-ip>).

use std::net::IpAddr;

use vespid_model::listing::Feed;

use super::Ask;

pub(crate) struct GreyNoise {
    pub(crate) base: String,
    /// A few addresses a week may be asked about without one.
    pub(crate) key: Option<String>,
}

impl Ask for GreyNoise {
    fn feed(&self) -> Feed {
        Feed::GreyNoise
    }

    fn base(&self) -> &str {
        &self.base
    }

    fn path(&self, ip: IpAddr) -> String {
        format!("/v3/community/{ip}")
    }

    fn key(&self) -> Option<(&'static str, &str)> {
        self.key.as_deref().map(|key| ("key", key))
    }

    /// It does not find an address that it has not seen.
    fn is_ignorant(&self, status: u16) -> bool {
        status == 404
    }
}
