//! Who touched canary tokens.

use vespid_model::canary::CanaryTrigger;

use super::Run;
use super::line::{Bad, Line};
use super::source::Table;
use crate::error::StoreError;

static TRIGGERS: Table = Table {
    name: "canary_triggers",
    columns: &[
        "uuid",
        "token_uuid",
        "occurred_at",
        "src_ip",
        "user_agent",
        "request_path",
        "dns_qname",
        "raw_headers",
        "attacker_id",
    ],
    large: &["user_agent", "request_path", "raw_headers"],
    rows: 1000,
};

impl Run<'_> {
    pub(super) async fn triggers(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&TRIGGERS).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            for line in &lines {
                let key = line.key();
                match trigger(line) {
                    Ok(trigger) => {
                        let named = trigger.attacker;
                        let attacker = named.map(|attacker| self.attacker(attacker));
                        let stored =
                            self.store.canary_trigger_put(CanaryTrigger { attacker, ..trigger }).await;
                        if let (Ok(stored), Some(named)) = (&stored, named)
                            && stored.attacker.is_none()
                        {
                            let why = "attacker_id names an attacker that is not there and was left out";
                            self.told.changed(&key, why, named.to_string());
                        }
                        self.told_of(&key, stored.map(|stored| stored.new))?;
                    }
                    Err(bad) => self.told.reject(&key, &bad),
                }
            }
        }
    }
}

fn trigger(line: &Line) -> Result<CanaryTrigger, Bad> {
    Ok(CanaryTrigger {
        id: line.id("uuid")?,
        token: line.id("token_uuid")?,
        occurred_at: line.time("occurred_at")?,
        src_ip: line.text("src_ip")?,
        user_agent: line.maybe_text("user_agent")?,
        request_path: line.maybe_text("request_path")?,
        dns_qname: line.maybe_text("dns_qname")?,
        raw_headers: line.maybe_text("raw_headers")?.unwrap_or_else(|| "{}".to_owned()),
        attacker: line.maybe_id("attacker_id")?,
    })
}
