//! Canary tokens and their triggers.

use std::collections::VecDeque;

use serde_json::{Map, Value};
use vespid_model::UtcMicros;
use vespid_model::canary::{CanaryBlob, CanaryToken, CanaryTrigger, CanaryTriggerRow, TriggerCursor};
use vespid_model::id::{AttackerId, CanaryBlobId, CanaryTokenId, CanaryTriggerId};
use vespid_model::rows::Page;

use super::fields::Fields;
use super::page;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

const BLOB: &str = "
    SELECT uid, sha256, filename, content_type, size_bytes, uploaded_by, uploaded_at FROM canary_blob WHERE uid = ";
const TOKEN: &str = "
    SELECT t.uid, t.kind, t.decky_name, t.topology_id, b.uid, t.instrumenter, t.generator, t.placement_path,
           t.callback_token, t.secret_seed, t.placed_at, t.last_triggered_at, t.trigger_count, t.created_by, t.state,
           t.last_error, t.fingerprint_nonce
    FROM canary_token t LEFT JOIN canary_blob b ON b.id = t.canary_blob";
const TRIGGER: &str = "
    SELECT g.uid, t.uid, g.occurred_at, g.src_ip, g.user_agent, g.request_path, g.dns_qname, g.raw_headers, a.uid
    FROM canary_trigger g JOIN canary_token t ON t.id = g.token LEFT JOIN attacker a ON a.id = g.attacker";

impl Store {
    /// One blob; None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn canary_blob_find(&self, id: CanaryBlobId) -> Result<Option<CanaryBlob>, StoreError> {
        let mut query = Query::new(BLOB);
        query.bind(id.as_bytes());
        self.pool.first(&query).await?.as_ref().map(blob).transpose()
    }

    /// One token; None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn canary_token_find(&self, id: CanaryTokenId) -> Result<Option<CanaryToken>, StoreError> {
        let mut query = Query::new(TOKEN);
        query.push(" WHERE t.uid = ").bind(id.as_bytes());
        self.pool.first(&query).await?.as_ref().map(token).transpose()
    }

    /// The token that a callback names; None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn canary_token_of_callback(&self, callback: &str) -> Result<Option<CanaryToken>, StoreError> {
        let mut query = Query::new(TOKEN);
        query.push(" WHERE t.callback_token = ").bind(callback);
        self.pool.first(&query).await?.as_ref().map(token).transpose()
    }

    /// Tokens, newest placed first, then by id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn canary_token_list(&self, limit: u32, offset: u32) -> Result<Page<CanaryToken>, StoreError> {
        let mut query = Query::new(TOKEN);
        query.push(" ORDER BY t.placed_at DESC, t.uid LIMIT ").bind(limit).push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;
        let total = self.total(&Query::new("SELECT COUNT(*) FROM canary_token")).await?;
        Ok(Page { rows: rows.iter().map(token).collect::<Result<_, _>>()?, total })
    }

    /// One trigger; None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn canary_trigger_find(
        &self,
        id: CanaryTriggerId,
    ) -> Result<Option<CanaryTriggerRow>, StoreError> {
        let mut query = Query::new(TRIGGER);
        query.push(" WHERE g.uid = ").bind(id.as_bytes());
        self.pool.first(&query).await?.as_ref().map(trigger).transpose()
    }

    /// At most `limit` triggers from this time on, by time, then id; from behind `after` on, and fewer where they are
    /// large. Ask again from behind the last one for the next part; an empty part is the end. No transaction stays open
    /// in between.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn canary_triggers_since(
        &self,
        since: UtcMicros,
        after: Option<TriggerCursor>,
        limit: u32,
    ) -> Result<Vec<CanaryTriggerRow>, StoreError> {
        let rest = |query: &mut Query, limit: u32| {
            let from = after.map_or(since, |after| after.occurred_at.max(since));
            query.push(" WHERE g.occurred_at >= ").bind(from.as_micros());
            if let Some(TriggerCursor { occurred_at, id }) = after {
                query.push(" AND (g.occurred_at > ").bind(occurred_at.as_micros());
                query.push(" OR g.uid > ").bind(id.as_bytes()).push(")");
            }
            query.push(" ORDER BY g.occurred_at, g.uid LIMIT ").bind(limit);
        };
        let length = |column| format!("COALESCE(OCTET_LENGTH(g.{column}), 0)");
        let size = ["raw_headers", "user_agent", "request_path", "dns_qname"].map(length).join(" + ");
        let integer = self.pool.dialect().integer();
        let mut sizes = Query::new(&format!("SELECT CAST({size} AS {integer}) FROM canary_trigger g"));
        rest(&mut sizes, limit);
        let limit = page::fitting(&self.pool.all(&sizes).await?)?;
        let mut query = Query::new(TRIGGER);
        rest(&mut query, limit);
        self.pool.all(&query).await?.iter().map(trigger).collect()
    }

    /// The same, one after the other, fetched in parts of at most `part`.
    pub fn canary_triggers(&self, since: UtcMicros, part: u32) -> CanaryTriggers {
        let store = self.clone();
        CanaryTriggers {
            store,
            since,
            part: part.max(1),
            after: None,
            fetched: VecDeque::new(),
            malformed: 0,
        }
    }
}

/// Triggers by time, then id; holds one part of them in memory, and no transaction.
#[derive(Debug)]
pub struct CanaryTriggers {
    store: Store,
    since: UtcMicros,
    part: u32,
    after: Option<TriggerCursor>,
    fetched: VecDeque<CanaryTriggerRow>,
    malformed: u64,
}

impl CanaryTriggers {
    /// The next trigger; None at the end.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read; asking again goes on where it stopped.
    pub async fn next(&mut self) -> Result<Option<CanaryTriggerRow>, StoreError> {
        if self.fetched.is_empty() {
            self.fetched = self.store.canary_triggers_since(self.since, self.after, self.part).await?.into();
            self.after = self.fetched.back().map(CanaryTriggerRow::cursor).or(self.after);
        }
        let row = self.fetched.pop_front();
        self.malformed += u64::from(row.as_ref().is_some_and(|row| row.headers.is_err()));
        Ok(row)
    }

    /// How many of those that were given had headers that are no JSON object.
    pub const fn malformed(&self) -> u64 {
        self.malformed
    }
}

fn blob(row: &Row) -> Result<CanaryBlob, StoreError> {
    let mut row = Fields::of(row);
    Ok(CanaryBlob {
        id: row.id("canary_blob.uid", CanaryBlobId::from_bytes)?,
        sha256: row.get()?,
        filename: row.get()?,
        content_type: row.get()?,
        size_bytes: row.count()?,
        uploaded_by: row.get()?,
        uploaded_at: row.time()?,
    })
}

fn token(row: &Row) -> Result<CanaryToken, StoreError> {
    let mut row = Fields::of(row);
    Ok(CanaryToken {
        id: row.id("canary_token.uid", CanaryTokenId::from_bytes)?,
        kind: row.get()?,
        decky_name: row.get()?,
        topology_id: row.get()?,
        blob: row.maybe_id("canary_blob.uid", CanaryBlobId::from_bytes)?,
        instrumenter: row.get()?,
        generator: row.get()?,
        placement_path: row.get()?,
        callback_token: row.get()?,
        secret_seed: row.get()?,
        placed_at: row.time()?,
        last_triggered_at: row.maybe_time()?,
        trigger_count: row.count()?,
        created_by: row.get()?,
        state: row.get()?,
        last_error: row.get()?,
        fingerprint_nonce: row.get()?,
    })
}

fn trigger(row: &Row) -> Result<CanaryTriggerRow, StoreError> {
    let mut row = Fields::of(row);
    let trigger = CanaryTrigger {
        id: row.id("canary_trigger.uid", CanaryTriggerId::from_bytes)?,
        token: row.id("canary_token.uid", CanaryTokenId::from_bytes)?,
        occurred_at: row.time()?,
        src_ip: row.get()?,
        user_agent: row.get()?,
        request_path: row.get()?,
        dns_qname: row.get()?,
        raw_headers: row.get()?,
        attacker: row.maybe_id("attacker.uid", AttackerId::from_bytes)?,
    };
    Ok(CanaryTriggerRow { headers: headers(&trigger.raw_headers), trigger })
}

fn headers(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
