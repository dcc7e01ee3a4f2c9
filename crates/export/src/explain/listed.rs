//! Where what providers say of an address is from: which feed, seen and imported when, and how long it holds.

use serde::Serialize;
use vespid_model::listing::{Feed, Listing};
use vespid_model::rows::EventRow;
use vespid_model::{Body, UtcMicros};

use crate::intel::holds_until;
use crate::text::moment;

/// What is stored of an address, at this time.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// Its listings, expired or not.
    pub listings: &'a [Listing],
    /// When this is asked.
    pub now: UtcMicros,
}

/// What an event was made of. None for one that is not of kind `intel`.
pub(super) enum Origin<'a> {
    /// This listing, which says so still.
    Listing(&'a Listing),
    /// None that is stored: it is gone, says another thing now, or the event came in a log.
    Gone,
}

#[derive(Serialize)]
pub(super) struct ListingJson {
    feed: &'static str,
    last_seen: Option<String>,
    since: String,
    imported_at: String,
    expires_at: Option<String>,
}

impl<'a> Listed<'a> {
    pub(super) fn origin(&self, event: &EventRow) -> Option<Origin<'a>> {
        let Body::Intel(_) = &event.body else { return None };
        let says_so = |listing: &&Listing| listing.event().is_some_and(|made| made.id == event.id);
        Some(self.listings.iter().find(says_so).map_or(Origin::Gone, Origin::Listing))
    }

    /// For a reader.
    pub(super) fn lines(&self, event: &EventRow) -> Vec<String> {
        match self.origin(event) {
            None => Vec::new(),
            Some(Origin::Gone) => vec!["no stored listing says so now".to_owned()],
            Some(Origin::Listing(listing)) => {
                let seen = listing.said.seen.map_or_else(
                    || "it does not say when the address was seen".to_owned(),
                    |seen| format!("the address was seen last {} UTC", moment(seen)),
                );
                vec![
                    format!("from {}, imported {} UTC", feed(listing.said.feed), moment(listing.imported_at)),
                    format!("{seen}; holds until {}", holds_until(listing, self.now)),
                ]
            }
        }
    }
}

impl From<&Listing> for ListingJson {
    fn from(listing: &Listing) -> Self {
        Self {
            feed: listing.said.feed.name(),
            last_seen: listing.said.seen.map(|time| time.to_string()),
            since: listing.since.to_string(),
            imported_at: listing.imported_at.to_string(),
            expires_at: listing.expires_at.map(|time| time.to_string()),
        }
    }
}

const fn feed(feed: Feed) -> &'static str {
    match feed {
        Feed::AbuseIpDbCheck => "AbuseIPDB's answer about the address",
        Feed::AbuseIpDbBlacklist => "AbuseIPDB's blacklist",
        Feed::Feodo => "the Feodo Tracker's list",
        Feed::GreyNoise => "GreyNoise's answer about the address",
        Feed::ThreatFox => "ThreatFox' list of indicators",
    }
}
