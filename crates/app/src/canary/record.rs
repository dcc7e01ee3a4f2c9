//! From a visit to its trigger, events and tags.

use std::net::IpAddr;
use std::sync::Arc;

use anyhow::Result;
use serde_json::{Map, Value};
use vespid_api::canary::{Facts, Missed, Touch, Visit, Why};
use vespid_ingest::browser::{self, Circumstances, Renderings, compare};
use vespid_ingest::geo::Geo;
use vespid_model::body::CanaryFingerprint;
use vespid_model::canary::{CanaryToken, CanaryTrigger};
use vespid_model::clock::Clock;
use vespid_model::id::{AttackerId, CanaryTriggerId};
use vespid_model::{Body, Event, UtcMicros};
use vespid_store::Store;

use crate::ingest::{Stored, store_events};
use crate::live::Following;

/// Stores what visits say, one after the other.
pub(crate) struct Recorder {
    pub(crate) store: Store,
    pub(crate) rules: Following,
    pub(crate) clock: Arc<dyn Clock>,
    /// Countries, for what a browser's clock and language say.
    pub(crate) geo: Option<Geo>,
    /// Counts what says nothing.
    pub(crate) missed: Missed,
    /// What tools are known to draw.
    pub(crate) renderings: Renderings,
}

impl Recorder {
    /// Stores a visit; what the events of it became.
    pub(crate) async fn record(&mut self, visit: Visit) -> Result<Stored> {
        if self.rules.is_behind() {
            self.rules.take();
        }
        match visit {
            Visit::Touch(touch) => self.touch(*touch).await,
            Visit::Facts(facts) => self.facts(*facts).await,
        }
    }

    async fn touch(&self, touch: Touch) -> Result<Stored> {
        let said = CanaryFingerprint {
            user_agent: touch.user_agent.clone(),
            request_path: touch.path.clone(),
            dns_qname: touch.name.clone(),
            ..CanaryFingerprint::default()
        };
        // The event first: it makes the attacker, on whom the trigger hangs.
        let stored = self.event(&touch.token, touch.trigger, touch.source, said, touch.time).await?;
        let mut headers = Map::new();
        for (name, value) in touch.headers {
            headers.insert(name, Value::String(value));
        }
        let trigger = CanaryTrigger {
            id: touch.trigger,
            token: touch.token.id,
            occurred_at: touch.time,
            src_ip: touch.source.to_string(),
            user_agent: touch.user_agent,
            request_path: touch.path,
            dns_qname: touch.name,
            raw_headers: Value::Object(headers).to_string(),
            attacker: self.attacker(touch.source).await?,
        };
        self.store.canary_trigger_put(trigger).await?;
        Ok(stored)
    }

    async fn facts(&self, sent: Facts) -> Result<Stored> {
        // What the page does not send says nothing of anybody.
        let Ok(facts) = browser::Facts::parse(&sent.bytes) else { return Ok(self.unread()) };
        // Its visit could not be stored.
        let Some(mut row) = self.store.canary_trigger_find(sent.trigger).await? else {
            self.missed.count(Why::Away);
            return Ok(Stored::default());
        };
        let country = self.country(sent.source).await?;
        let around = Circumstances {
            user_agent: sent.user_agent.as_deref(),
            source: sent.source,
            country: country.as_deref(),
            renderings: &self.renderings,
        };
        let said = CanaryFingerprint { user_agent: sent.user_agent.clone(), ..compare(&facts, around) };
        // DECNET keeps what a browser says beside the headers.
        let mut headers = row.headers.unwrap_or_default();
        headers.insert("_fp".to_owned(), serde_json::from_slice(&sent.bytes)?);
        row.trigger.raw_headers = Value::Object(headers).to_string();
        self.store.canary_trigger_put(row.trigger).await?;
        self.event(&sent.token, sent.trigger, sent.source, said, sent.time).await
    }

    fn unread(&self) -> Stored {
        self.missed.count(Why::Unread);
        Stored::default()
    }

    async fn event(
        &self,
        token: &CanaryToken,
        trigger: CanaryTriggerId,
        source: IpAddr,
        said: CanaryFingerprint,
        time: UtcMicros,
    ) -> Result<Stored> {
        let trigger = trigger.to_string();
        let body = CanaryFingerprint {
            token_id: Some(token.id.to_string()),
            trigger_id: Some(trigger.clone()),
            ..said
        };
        let body = Body::CanaryFingerprint(body);
        // What belongs to one visit is a session.
        let event = Event::new(time, source, &token.decky_name, Some(&trigger), body);
        store_events(&self.store, &self.rules.now().rules, vec![event], self.clock.now()).await
    }

    async fn attacker(&self, ip: IpAddr) -> Result<Option<AttackerId>> {
        Ok(self.store.attacker_find(ip).await?.map(|attacker| attacker.id))
    }

    /// By the database that was given, else by what was found out before.
    async fn country(&self, ip: IpAddr) -> Result<Option<String>> {
        if let Some(geo) = &self.geo {
            return Ok(geo.look(ip)?.country_code);
        }
        let Some(id) = self.attacker(ip).await? else { return Ok(None) };
        Ok(self.store.attacker_profile(id).await?.and_then(|profile| profile.country_code))
    }
}
