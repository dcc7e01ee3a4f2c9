//! Canary tokens and the files they are made of.

use vespid_model::canary::{CanaryBlob, CanaryToken};

use super::Run;
use super::line::{Bad, Line};
use super::source::Table;
use super::stored::refused;
use crate::error::StoreError;

static BLOBS: Table = Table {
    name: "canary_blobs",
    columns: &["uuid", "sha256", "filename", "content_type", "size_bytes", "uploaded_by", "uploaded_at"],
    large: &[],
    rows: 1000,
};

static TOKENS: Table = Table {
    name: "canary_tokens",
    columns: &[
        "uuid",
        "kind",
        "decky_name",
        "topology_id",
        "blob_uuid",
        "instrumenter",
        "generator",
        "placement_path",
        "callback_token",
        "secret_seed",
        "placed_at",
        "last_triggered_at",
        "trigger_count",
        "created_by",
        "state",
        "last_error",
        "fingerprint_nonce",
    ],
    large: &["last_error"],
    rows: 1000,
};

impl Run<'_> {
    pub(super) async fn canary(&mut self) -> Result<(), StoreError> {
        self.blobs().await?;
        self.tokens().await?;
        self.triggers().await?;
        self.token_counts().await
    }

    async fn blobs(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&BLOBS).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            for line in &lines {
                match blob(line) {
                    Ok(blob) => {
                        let stored = self.store.canary_blob_put(blob).await;
                        self.told_of(&line.key(), stored)?;
                    }
                    Err(bad) => self.told.reject(&line.key(), &bad),
                }
            }
        }
    }

    /// Tokens come before their triggers, which then count up from nothing.
    async fn tokens(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&TOKENS).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            for line in &lines {
                let key = line.key();
                match token(line) {
                    Ok(mut token) => {
                        (token.trigger_count, token.last_triggered_at) = (0, None);
                        if let Some(blob) = self.without_missing_blob(&mut token).await? {
                            let why = "blob_uuid names a blob that is not there and was left out";
                            self.told.changed(&key, why, blob);
                        }
                        let stored = self.store.canary_token_put(token).await;
                        self.told_of(&key, stored)?;
                    }
                    Err(bad) => self.told.reject(&key, &bad),
                }
            }
        }
    }

    /// A token may say that it was touched more often than there are triggers of it. What is wrong was told before.
    async fn token_counts(&mut self) -> Result<(), StoreError> {
        let Some((mut reading, _)) = self.source.read(&TOKENS).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            for mut token in lines.iter().filter_map(|line| token(line).ok()) {
                if token.trigger_count == 0 && token.last_triggered_at.is_none() {
                    continue;
                }
                self.without_missing_blob(&mut token).await?;
                if let Err(error) = self.store.canary_token_put(token).await {
                    refused(error)?;
                }
            }
        }
    }

    /// Takes a blob that is not here out of a token, and returns it.
    async fn without_missing_blob(&self, token: &mut CanaryToken) -> Result<Option<String>, StoreError> {
        let Some(blob) = token.blob else { return Ok(None) };
        let there = self.store.having("canary_blob", [*blob.as_bytes()]).await?;
        Ok(token.blob.take_if(|_| there.is_empty()).map(|blob| blob.to_string()))
    }

    pub(super) fn told_of(&mut self, key: &str, stored: Result<bool, StoreError>) -> Result<(), StoreError> {
        match stored {
            Ok(new) => self.told.stored(new),
            Err(error) => {
                let (reason, detail) = refused(error)?;
                self.told.reject_for(key, &reason, detail);
            }
        }
        Ok(())
    }
}

fn blob(line: &Line) -> Result<CanaryBlob, Bad> {
    Ok(CanaryBlob {
        id: line.id("uuid")?,
        sha256: line.text("sha256")?,
        filename: line.text("filename")?,
        content_type: line.text("content_type")?,
        size_bytes: line.count("size_bytes")?,
        uploaded_by: line.text("uploaded_by")?,
        uploaded_at: line.time("uploaded_at")?,
    })
}

fn token(line: &Line) -> Result<CanaryToken, Bad> {
    Ok(CanaryToken {
        id: line.id("uuid")?,
        kind: line.text("kind")?,
        decky_name: line.text("decky_name")?,
        topology_id: line.maybe_text("topology_id")?,
        blob: line.maybe_id("blob_uuid")?,
        instrumenter: line.maybe_text("instrumenter")?,
        generator: line.maybe_text("generator")?,
        placement_path: line.text("placement_path")?,
        callback_token: line.text("callback_token")?,
        secret_seed: line.text("secret_seed")?,
        placed_at: line.time("placed_at")?,
        last_triggered_at: line.maybe_time("last_triggered_at")?,
        trigger_count: line.count("trigger_count")?,
        created_by: line.text("created_by")?,
        state: line.text("state")?,
        last_error: line.maybe_text("last_error")?,
        fingerprint_nonce: line.maybe_text("fingerprint_nonce")?,
    })
}
