//! Stored values back to types. A value that Vespid never writes is an error that names its column.

use std::net::IpAddr;

use vespid_model::id::{AttackerId, CampaignId, EventId, IdentityId, TagId};
use vespid_model::release::Release;
use vespid_model::{Confidence, Observable, ObservableKind, SourceKind, TacticId, TechniqueId};

use crate::error::StoreError;

pub(crate) fn attacker_id(bytes: Vec<u8>) -> Result<AttackerId, StoreError> {
    sixteen("attacker.uid", bytes).map(AttackerId::from_bytes)
}

pub(crate) fn identity_id(bytes: Vec<u8>) -> Result<IdentityId, StoreError> {
    sixteen("identity.uid", bytes).map(IdentityId::from_bytes)
}

pub(crate) fn campaign_id(bytes: Vec<u8>) -> Result<CampaignId, StoreError> {
    sixteen("campaign.uid", bytes).map(CampaignId::from_bytes)
}

pub(crate) fn event_id(bytes: Vec<u8>) -> Result<EventId, StoreError> {
    sixteen("event.uid", bytes).map(EventId::from_bytes)
}

pub(crate) fn tag_id(bytes: Vec<u8>) -> Result<TagId, StoreError> {
    sixteen("tag.uid", bytes).map(TagId::from_bytes)
}

pub(crate) fn ip(text: &str) -> Result<IpAddr, StoreError> {
    text.parse().map_err(|_| bad("attacker.ip", text))
}

pub(crate) fn kind(code: i64) -> Result<SourceKind, StoreError> {
    u8::try_from(code).ok().and_then(SourceKind::from_code).ok_or_else(|| bad("event.kind", code))
}

pub(crate) fn observable(code: i64, value: &str) -> Result<Observable, StoreError> {
    let kind = u8::try_from(code).ok().and_then(ObservableKind::from_code);
    let kind = kind.ok_or_else(|| bad("observable.kind", code))?;
    Observable::new(kind, value).ok_or_else(|| bad("observable.value", value))
}

pub(crate) fn technique(code: i64) -> Result<TechniqueId, StoreError> {
    u32::try_from(code).ok().and_then(TechniqueId::from_code).ok_or_else(|| bad("tag.technique", code))
}

pub(crate) fn tactic(code: i64) -> Result<TacticId, StoreError> {
    u16::try_from(code).ok().and_then(TacticId::from_code).ok_or_else(|| bad("tag.tactic", code))
}

pub(crate) fn release(code: i64) -> Result<Release, StoreError> {
    u32::try_from(code).ok().and_then(Release::from_code).ok_or_else(|| bad("tag.attack_release", code))
}

pub(crate) fn confidence(value: f64) -> Result<Confidence, StoreError> {
    Confidence::new(value).map_err(|_| bad("tag.confidence", value))
}

pub(crate) fn version(value: i64) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| bad("rule.version", value))
}

pub(crate) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(
    column: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| bad(column, text))
}

fn sixteen(column: &'static str, bytes: Vec<u8>) -> Result<[u8; 16], StoreError> {
    bytes.try_into().map_err(|bytes: Vec<u8>| bad(column, format!("{} bytes", bytes.len())))
}

pub(crate) fn bad(column: &'static str, value: impl std::fmt::Display) -> StoreError {
    StoreError::Inconsistent { column, value: value.to_string().chars().take(80).collect() }
}

/// An id of any kind.
pub(crate) fn id(column: &'static str, bytes: Vec<u8>) -> Result<[u8; 16], StoreError> {
    sixteen(column, bytes)
}
