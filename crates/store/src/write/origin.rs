//! Where attackers are.

use vespid_model::UtcMicros;
use vespid_model::actor::Origin;
use vespid_model::id::AttackerId;

use super::columns::{Columns, insert, text, update};
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Tx};

impl Store {
    /// Stores where attackers are, and leaves all else that is known of them. What is None is left, too.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when an attacker is not there; [`StoreError`] when the transaction failed.
    pub async fn origin_put(&self, all: Vec<(AttackerId, Origin)>, now: UtcMicros) -> Result<(), StoreError> {
        self.change(Put { all, now }).await
    }
}

struct Put {
    all: Vec<(AttackerId, Origin)>,
    now: UtcMicros,
}

impl Change for Put {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        for (id, origin) in &self.all {
            let attacker = keys::known(tx, ("attacker", "attacker"), id.as_bytes()).await?;
            let mut columns = columns(origin);
            columns.push(("updated_at", self.now.as_micros().into()));
            let mut find = Query::new("SELECT attacker FROM attacker_profile WHERE attacker = ");
            find.bind(attacker).push(keys::locked(tx));
            if tx.first(&find).await?.is_some() {
                tx.run(&update("attacker_profile", columns, ("attacker", attacker))).await?;
            } else {
                columns.push(("attacker", attacker.into()));
                tx.run(&insert("attacker_profile", columns)).await?;
            }
        }
        Ok(())
    }
}

fn columns(origin: &Origin) -> Columns {
    let mut columns = Columns::new();
    if origin.country_code.is_some() {
        columns.push(("country_code", text(origin.country_code.as_ref())));
        columns.push(("country_source", text(origin.country_source.as_ref())));
    }
    if origin.asn.is_some() {
        columns.push(("asn", origin.asn.into()));
        columns.push(("as_name", text(origin.as_name.as_ref())));
        columns.push(("asn_source", text(origin.asn_source.as_ref())));
    }
    columns
}
