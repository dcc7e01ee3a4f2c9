//! Who changed what.

use vespid_model::UtcMicros;

use super::columns::insert;
use super::{Stop, keys};
use crate::sql::Tx;

/// What is written down of a change.
pub(super) struct Note<'a> {
    pub(super) at: UtcMicros,
    pub(super) actor: &'a str,
    pub(super) action: &'a str,
    pub(super) subject: &'a str,
    pub(super) detail: &'a serde_json::Value,
}

/// Writes it down, in the transaction of the change itself.
pub(super) async fn note(tx: &mut Tx<'_>, note: Note<'_>) -> Result<(), Stop> {
    keys::fits(tx, "actor", note.actor)?;
    let columns = vec![
        ("at", note.at.as_micros().into()),
        ("actor", note.actor.into()),
        ("action", note.action.into()),
        ("subject", note.subject.into()),
        ("detail", note.detail.to_string().into()),
    ];
    tx.run(&insert("audit", columns)).await?;
    Ok(())
}
