//! What providers say of an attacker, in a line, and until when.

use vespid_model::UtcMicros;
use vespid_model::intel::Intel;
use vespid_model::listing::{Listing, Provider};

use crate::text::{moment, name};

/// `Providers say: malicious (AbuseIPDB 92, Feodo Tracker QakBot; 2026-11-24 15:22 UTC)`. Safe to show on a terminal;
/// names are the providers' own and need escaping elsewhere.
pub fn verdict(intel: &Intel) -> String {
    let mut said = Vec::new();
    let mut add = |provider: Provider, what: Option<&str>| {
        said.push(match what {
            Some(what) => format!("{provider} {}", name(what)),
            None => provider.to_string(),
        });
    };
    if let Some(score) = intel.abuseipdb_score {
        add(Provider::AbuseIpDb, Some(&score.to_string()));
    }
    if intel.feodo_listed == Some(true) {
        add(Provider::Feodo, intel.feodo_malware_family.as_deref());
    }
    if let Some(class) = &intel.greynoise_classification {
        add(Provider::GreyNoise, Some(class));
    }
    if intel.threatfox_listed == Some(true) {
        add(Provider::ThreatFox, None);
    }
    let verdict = name(intel.aggregate_verdict.as_deref().unwrap_or("unknown"));
    let at = moment(intel.cached_at);
    let at = at.get(..16).unwrap_or(&at);
    if said.is_empty() {
        format!("Providers say: {verdict} ({at} UTC)")
    } else {
        format!("Providers say: {verdict} ({}; {at} UTC)", said.join(", "))
    }
}

/// Until when a listing holds, seen from this time.
pub fn holds_until(listing: &Listing, now: UtcMicros) -> String {
    match listing.expires_at {
        Some(end) if end <= now => format!("{} UTC, which is over", moment(end)),
        Some(end) => format!("{} UTC", moment(end)),
        None => "the provider's next list".to_owned(),
    }
}
