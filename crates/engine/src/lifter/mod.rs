//! Lifters: what a rule cannot say.
//!
//! A rule with `vespid.lifter` is a plain Sigma rule. When its detection holds, the lifter chooses among the techniques
//! that the rule names, scales the confidence of each, and says what is shown as evidence. A lifter is a pure function
//! of the event's body; what it cannot make sense of costs its own tags only.

mod abuseipdb;
mod canary;
mod credential;
mod email;
mod feodo;
mod greynoise;
mod http_fingerprint;
mod identity;
mod ipv6_leak;
mod threatfox;

use std::str::FromStr;

use vespid_model::evidence::{Evidence, Words};
use vespid_model::{Body, Confidence, SourceKind, TechniqueId};

use crate::rule::Emit;

/// A technique that a lifter chose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lifted {
    /// The rule's emit, by its place.
    pub(crate) emit: usize,
    /// The rule's confidence, scaled.
    pub(crate) confidence: Confidence,
    /// What is shown.
    pub(crate) evidence: Evidence,
}

/// What a lifter says of a body: techniques, each with the part of the rule's confidence that it has.
type Choice = Vec<(Which, f64, Evidence)>;

/// Which of a rule's techniques.
enum Which {
    /// All that it names.
    Every,
    /// This one.
    One(&'static str),
}

/// Why a lifter made no tag of a body that its rule matched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {found}, expected {expected}")]
struct Odd {
    field: &'static str,
    found: String,
    expected: &'static str,
}

/// The lifters, by the names that rules know them by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described in its file")]
pub enum Lifter {
    Abuseipdb,
    Canary(canary::Metric),
    Credential,
    Email(email::Aspect),
    Feodo,
    Greynoise,
    HttpFingerprint,
    Identity,
    Ipv6Leak,
    Threatfox,
}

/// Added to what a provider says when all providers together say `malicious`.
const AGREED: f64 = 0.05;

impl Lifter {
    /// The kind of event it reads.
    pub const fn kind(self) -> SourceKind {
        match self {
            Self::Abuseipdb | Self::Feodo | Self::Greynoise | Self::Threatfox => SourceKind::Intel,
            Self::Canary(_) => SourceKind::CanaryFingerprint,
            Self::Credential => SourceKind::Credential,
            Self::Email(_) => SourceKind::Email,
            Self::HttpFingerprint => SourceKind::HttpFingerprint,
            Self::Identity => SourceKind::Identity,
            Self::Ipv6Leak => SourceKind::Ipv6Leak,
        }
    }

    /// The techniques it may choose, which its rule must all name. Empty where it takes all that the rule names.
    pub fn table(self) -> Vec<TechniqueId> {
        let names: Vec<&str> = match self {
            Self::Abuseipdb => abuseipdb::techniques().collect(),
            Self::Greynoise => greynoise::techniques().collect(),
            Self::Feodo => feodo::TECHNIQUES.to_vec(),
            Self::Threatfox => threatfox::techniques().collect(),
            Self::HttpFingerprint => http_fingerprint::techniques().collect(),
            Self::Email(aspect) => aspect.techniques().to_vec(),
            Self::Canary(_) | Self::Credential | Self::Identity | Self::Ipv6Leak => Vec::new(),
        };
        let mut techniques: Vec<_> = names.iter().filter_map(|name| name.parse().ok()).collect();
        techniques.sort_unstable();
        techniques.dedup();
        techniques
    }

    /// The techniques of a body that the rule matched, by their place among `emits`, each once.
    ///
    /// # Errors
    /// A sentence, when the body is odd.
    pub(crate) fn lift(self, body: &Body, emits: &[Emit]) -> Result<Vec<Lifted>, String> {
        let choice = match (self, body) {
            (Self::Abuseipdb, Body::Intel(intel)) => abuseipdb::lift(intel),
            (Self::Greynoise, Body::Intel(intel)) => Ok(greynoise::lift(intel)),
            (Self::Feodo, Body::Intel(intel)) => Ok(feodo::lift(intel)),
            (Self::Threatfox, Body::Intel(intel)) => Ok(threatfox::lift(intel)),
            (Self::Email(aspect), Body::Email(email)) => aspect.lift(email),
            (Self::Canary(metric), Body::CanaryFingerprint(fingerprint)) => Ok(metric.lift(fingerprint)),
            (Self::HttpFingerprint, Body::HttpFingerprint(fingerprint)) => {
                Ok(http_fingerprint::lift(fingerprint))
            }
            (Self::Ipv6Leak, Body::Ipv6Leak(leak)) => ipv6_leak::lift(leak),
            (Self::Identity, Body::Identity(identity)) => identity::lift(identity),
            (Self::Credential, Body::Credential(credential)) => credential::lift(credential),
            _ => Ok(Vec::new()),
        };
        let choice = choice.map_err(|odd| odd.to_string())?;
        Ok(choice.into_iter().flat_map(|chosen| scaled(chosen, body, emits)).collect())
    }
}

/// What is shown of a body by a rule without a lifter, where all of the body may not be shown.
pub(crate) fn shield(body: &Body) -> Option<Evidence> {
    match body {
        Body::Email(email) => Some(email::shield(email)),
        Body::CanaryFingerprint(_) => Some(canary::shield()),
        _ => None,
    }
}

fn scaled((which, part, evidence): (Which, f64, Evidence), body: &Body, emits: &[Emit]) -> Vec<Lifted> {
    let wanted = |emit: &Emit| match which {
        Which::Every => true,
        Which::One(name) => name.parse() == Ok(emit.named),
    };
    let places = emits.iter().enumerate().filter(|(_, emit)| wanted(emit));
    places
        .filter_map(|(place, emit)| {
            let (value, evidence) = agreed(rounded(emit.confidence.get() * part), body, evidence.clone());
            let confidence = Confidence::new(value.clamp(0.0, 1.0)).ok()?;
            Some(Lifted { emit: place, confidence, evidence })
        })
        .collect()
}

/// Where the providers together agree, a little more; but what is too weak for a tag stays too weak.
fn agreed(value: f64, body: &Body, mut evidence: Evidence) -> (f64, Evidence) {
    if let (Body::Intel(intel), Evidence::Intel(shown)) = (body, &mut evidence)
        && intel.aggregate_verdict.as_deref() == Some("malicious")
        && value >= Confidence::FLOOR.get()
    {
        shown.aggregate_verdict = Some(Words::new("malicious"));
        return (rounded((value + AGREED).min(1.0)), evidence);
    }
    (value, evidence)
}

/// Four decimals: `0.6 * 0.5` is the floor itself, not a hair below it.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A name that is no lifter's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLifter;

impl FromStr for Lifter {
    type Err = UnknownLifter;

    fn from_str(name: &str) -> Result<Self, UnknownLifter> {
        let canary = || Some(Self::Canary(canary::Metric::named(name.strip_prefix("canary_")?)?));
        let email = || Some(Self::Email(email::Aspect::named(name.strip_prefix("email_")?)?));
        Ok(match name {
            "abuseipdb" => Self::Abuseipdb,
            "credential" => Self::Credential,
            "feodo" => Self::Feodo,
            "greynoise" => Self::Greynoise,
            "http_fingerprint" => Self::HttpFingerprint,
            "identity" => Self::Identity,
            "ipv6_leak" => Self::Ipv6Leak,
            "threatfox" => Self::Threatfox,
            _ => return canary().or_else(email).ok_or(UnknownLifter),
        })
    }
}
