//! Imported ATT&CK releases.

use vespid_attack::Catalogue;
use vespid_model::UtcMicros;
use vespid_model::release::Release;

use crate::error::StoreError;
use crate::sql::{Query, Tx, Value};
use crate::store::Store;
use crate::write::{Change, Stop};

impl Store {
    /// Keeps an imported ATT&CK release; one that is there is replaced.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn catalogue_put(&self, attack: &Catalogue, now: UtcMicros) -> Result<(), StoreError> {
        self.change(Import { release: attack.release(), body: attack.to_jsonl(), now }).await
    }
}

struct Import {
    release: Release,
    body: String,
    now: UtcMicros,
}

impl Change for Import {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let (release, now) = (self.release.code(), self.now.as_micros());
        let replace =
            Query::new("UPDATE attack_catalogue SET body = ?, imported_at = ? WHERE attack_release = ?");
        // Rows found, not rows changed: the same text again is found too.
        if tx.run(&replace.with(&*self.body).with(now).with(release)).await? == 0 {
            let mut insert =
                Query::new("INSERT INTO attack_catalogue (attack_release, body, imported_at) VALUES ");
            insert.list([release.into(), Value::from(&*self.body), now.into()]);
            tx.run(&insert).await?;
        }
        Ok(())
    }
}
