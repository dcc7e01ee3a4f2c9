//! Sessions that are told of without their events.

use vespid_model::rows::SessionPut;

use super::columns::{Columns, insert, text, update};
use super::keys;
use crate::error::StoreError;
use crate::sql::{Query, Row, Tx, without_nul};
use crate::store::Store;
use crate::write::{Change, Stop};

impl Store {
    /// Makes a session, or adds to one that is there: its times widen, of two texts the one that is less by its bytes
    /// stays, as when events tell them; what is counted stays. Events and tags make their sessions themselves. Returns
    /// whether it is new.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the attacker is not stored; [`StoreError::NameTooLong`] on servers;
    /// [`StoreError`] when the transaction failed.
    pub async fn session_put(&self, session: SessionPut) -> Result<bool, StoreError> {
        self.change(Put(session)).await
    }
}

struct Put(SessionPut);

impl Change for Put {
    type Done = bool;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Stop> {
        let put = &self.0;
        keys::fits(tx, "decky", &put.key.decky)?;
        keys::fits(tx, "session", &put.key.session)?;
        let ip = put.key.ip.to_canonical().to_string();
        let mut find = Query::new("SELECT id FROM attacker WHERE ip = ");
        find.bind(&*ip).push(keys::locked(tx));
        let Some(attacker) = tx.first(&find).await?.map(|row| row.get::<i64>(0)).transpose()? else {
            return Err(StoreError::Unknown { noun: "attacker", id: ip }.into());
        };
        let decky = decky(tx, &put.key.decky).await?;

        let mut find = Query::new(
            "SELECT id, first_seen, last_seen, service, client_version, hassh, login FROM session WHERE name = ",
        );
        find.bind(&*put.key.session)
            .push(" AND decky = ")
            .bind(decky)
            .push(" AND attacker = ")
            .bind(attacker);
        let texts = [
            ("service", &put.service),
            ("client_version", &put.client_version),
            ("hassh", &put.hassh),
            ("login", &put.login),
        ];
        let Some(row) = tx.first(&find).await? else {
            let mut columns: Columns = vec![
                ("decky", decky.into()),
                ("name", put.key.session.as_str().into()),
                ("attacker", attacker.into()),
                ("first_seen", put.first_seen.as_micros().into()),
                ("last_seen", put.last_seen.as_micros().into()),
            ];
            for (name, value) in texts {
                columns.push((name, text(least(None, value.as_deref()).as_ref())));
            }
            tx.run(&insert("session", columns)).await?;
            return Ok(true);
        };
        let first = row.get::<i64>(1)?.min(put.first_seen.as_micros());
        let last = row.get::<i64>(2)?.max(put.last_seen.as_micros());
        let mut columns: Columns = vec![("first_seen", first.into()), ("last_seen", last.into())];
        for (place, (name, value)) in texts.into_iter().enumerate() {
            columns.push((name, text(least(known(&row, 3 + place)?, value.as_deref()).as_ref())));
        }
        tx.run(&update("session", columns, ("id", row.get(0)?))).await?;
        Ok(false)
    }
}

fn known(row: &Row, place: usize) -> Result<Option<String>, sqlx::Error> {
    row.get(place)
}

/// The decky's key; it is made where it is new.
async fn decky(tx: &mut Tx<'_>, name: &str) -> Result<i64, sqlx::Error> {
    let mut find = Query::new("SELECT id FROM decky WHERE name = ");
    find.bind(name);
    if let Some(row) = tx.first(&find).await? {
        return row.get(0);
    }
    tx.run(&insert("decky", vec![("name", name.into())])).await?;
    tx.first(&find).await?.ok_or(sqlx::Error::RowNotFound)?.get(0)
}

fn least(known: Option<String>, told: Option<&str>) -> Option<String> {
    let told = told.map(|told| without_nul(told).into_owned());
    match (known, told) {
        (Some(known), Some(told)) => Some(known.min(told)),
        (known, told) => known.or(told),
    }
}
