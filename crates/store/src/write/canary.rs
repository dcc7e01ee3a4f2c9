//! Canary tokens and their triggers.

use vespid_model::UtcMicros;
use vespid_model::canary::{CanaryBlob, CanaryToken, CanaryTrigger, TriggerStored};

use super::columns::{Columns, insert, text, time, update};
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Tx};

impl Store {
    /// Makes or updates a blob. Returns whether it is new.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another blob has the digest; [`StoreError`] when the transaction failed.
    pub async fn canary_blob_put(&self, blob: CanaryBlob) -> Result<bool, StoreError> {
        self.change(Blob(blob)).await
    }

    /// Makes or updates a token. One that is there keeps its count and its last time where they are greater than the
    /// given ones. Returns whether it is new.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the blob is not there; [`StoreError::Taken`] when another token has the callback;
    /// [`StoreError`] when the transaction failed.
    pub async fn canary_token_put(&self, token: CanaryToken) -> Result<bool, StoreError> {
        self.change(Token(token)).await
    }

    /// Makes or updates a trigger. A new one is counted by its token, whose last time moves forwards only. An attacker
    /// that is not there is left out, and the answer says so.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the token is not there; [`StoreError::Taken`] when the trigger is there with another
    /// token; [`StoreError`] when the transaction failed.
    pub async fn canary_trigger_put(&self, trigger: CanaryTrigger) -> Result<TriggerStored, StoreError> {
        self.change(Trigger(trigger)).await
    }
}

struct Blob(CanaryBlob);
struct Token(CanaryToken);
struct Trigger(CanaryTrigger);

impl Change for Blob {
    type Done = bool;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Stop> {
        let blob = &self.0;
        let key = keys::find(tx, "canary_blob", blob.id.as_bytes()).await?;
        let names = ("canary_blob", "canary blob", blob.id.to_string());
        free(tx, names, ("sha256", &blob.sha256), key).await?;
        let columns = vec![
            ("sha256", blob.sha256.as_str().into()),
            ("filename", blob.filename.as_str().into()),
            ("content_type", blob.content_type.as_str().into()),
            ("size_bytes", blob.size_bytes.into()),
            ("uploaded_by", blob.uploaded_by.as_str().into()),
            ("uploaded_at", blob.uploaded_at.as_micros().into()),
        ];
        put(tx, "canary_blob", (key, blob.id.as_bytes()), columns).await?;
        Ok(key.is_none())
    }
}

impl Change for Token {
    type Done = bool;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Stop> {
        let token = &self.0;
        keys::fits(tx, "callback", &token.callback_token)?;
        let blob = match &token.blob {
            Some(id) => Some(keys::known(tx, ("canary_blob", "canary blob"), id.as_bytes()).await?),
            None => None,
        };
        let mut find =
            Query::new("SELECT id, trigger_count, last_triggered_at FROM canary_token WHERE uid = ");
        find.bind(token.id.as_bytes()).push(keys::locked(tx));
        let (mut count, mut last) = (token.trigger_count, token.last_triggered_at);
        let mut key = None;
        if let Some(row) = tx.first(&find).await? {
            key = Some(row.get(0)?);
            count = count.max(u64::try_from(row.get::<i64>(1)?).unwrap_or(0));
            last = last.max(row.get::<Option<i64>>(2)?.map(UtcMicros::from_micros));
        }
        let names = ("canary_token", "canary token", token.id.to_string());
        free(tx, names, ("callback_token", &token.callback_token), key).await?;
        let mut columns = columns(token, blob);
        columns.extend([("trigger_count", count.into()), ("last_triggered_at", time(last))]);
        put(tx, "canary_token", (key, token.id.as_bytes()), columns).await?;
        Ok(key.is_none())
    }
}

impl Change for Trigger {
    type Done = TriggerStored;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<TriggerStored, Stop> {
        let trigger = &self.0;
        // Locked, so that of two who touch it at once both are counted.
        let mut find = Query::new("SELECT id, last_triggered_at FROM canary_token WHERE uid = ");
        find.bind(trigger.token.as_bytes()).push(keys::locked(tx));
        let row = tx.first(&find).await?;
        let row = row.ok_or_else(|| keys::unknown("canary token", trigger.token.as_bytes()))?;
        let (token, last): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        let attacker = match trigger.attacker {
            Some(id) => keys::find(tx, "attacker", id.as_bytes()).await?,
            None => None,
        };
        let mut find = Query::new("SELECT id, token FROM canary_trigger WHERE uid = ");
        find.bind(trigger.id.as_bytes());
        let known: Option<(i64, i64)> =
            tx.first(&find).await?.map(|row| Ok::<_, sqlx::Error>((row.get(0)?, row.get(1)?))).transpose()?;
        if known.is_some_and(|(_, of)| of != token) {
            let why = "it is there as one of another token; give another id".to_owned();
            let id = trigger.id.to_string();
            return Err(StoreError::Taken { noun: "canary trigger", id, why }.into());
        }
        let key = known.map(|(key, _)| key);
        let time = trigger.occurred_at.as_micros();
        let columns = vec![
            ("token", token.into()),
            ("occurred_at", time.into()),
            ("src_ip", trigger.src_ip.as_str().into()),
            ("user_agent", text(trigger.user_agent.as_ref())),
            ("request_path", text(trigger.request_path.as_ref())),
            ("dns_qname", text(trigger.dns_qname.as_ref())),
            ("raw_headers", trigger.raw_headers.as_str().into()),
            ("attacker", attacker.into()),
        ];
        put(tx, "canary_trigger", (key, trigger.id.as_bytes()), columns).await?;
        if key.is_none() {
            let count = Query::new(
                "UPDATE canary_token SET trigger_count = trigger_count + 1, last_triggered_at = ? WHERE id = ?",
            );
            tx.run(&count.with(last.map_or(time, |last| last.max(time))).with(token)).await?;
        }
        Ok(TriggerStored { new: key.is_none(), attacker: trigger.attacker.filter(|_| attacker.is_some()) })
    }
}

fn columns(token: &CanaryToken, blob: Option<i64>) -> Columns {
    vec![
        ("kind", token.kind.as_str().into()),
        ("decky_name", token.decky_name.as_str().into()),
        ("topology_id", text(token.topology_id.as_ref())),
        ("canary_blob", blob.into()),
        ("instrumenter", text(token.instrumenter.as_ref())),
        ("generator", text(token.generator.as_ref())),
        ("placement_path", token.placement_path.as_str().into()),
        ("callback_token", token.callback_token.as_str().into()),
        ("secret_seed", token.secret_seed.as_str().into()),
        ("placed_at", token.placed_at.as_micros().into()),
        ("created_by", token.created_by.as_str().into()),
        ("state", token.state.as_str().into()),
        ("last_error", text(token.last_error.as_ref())),
        ("fingerprint_nonce", text(token.fingerprint_nonce.as_ref())),
    ]
}

/// No other row has this value.
async fn free(
    tx: &mut Tx<'_>,
    (table, noun, id): (&str, &'static str, String),
    (column, value): (&str, &str),
    own: Option<i64>,
) -> Result<(), Stop> {
    let mut find = Query::new(&format!("SELECT id, uid FROM {table} WHERE {column} = "));
    find.bind(value);
    let Some(row) = tx.first(&find).await? else { return Ok(()) };
    if own == Some(row.get(0)?) {
        return Ok(());
    }
    let other = uuid::Uuid::from_bytes(keys::sixteen(row.get(1)?)?);
    Err(StoreError::Taken { noun, id, why: format!("{other} has its {column}") }.into())
}

async fn put(
    tx: &mut Tx<'_>,
    table: &str,
    (key, id): (Option<i64>, &[u8; 16]),
    mut columns: Columns,
) -> Result<(), Stop> {
    match key {
        Some(key) => tx.run(&update(table, columns, ("id", key))).await?,
        None => {
            columns.push(("uid", id.into()));
            tx.run(&insert(table, columns)).await?
        }
    };
    Ok(())
}
