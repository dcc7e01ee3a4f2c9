//! Names as a server keeps them.

use std::borrow::Cow;

use crate::batch::Batch;
use crate::error::StoreError;
use crate::sql::{Dialect, without_nul};

/// Characters of a name, which an index holds whole.
const LIMIT: usize = 255;

/// What a look-up by this name will give back.
pub(super) fn kept(dialect: Dialect, name: &str) -> Cow<'_, str> {
    if dialect == Dialect::Postgres { without_nul(name) } else { Cow::Borrowed(name) }
}

/// No name of the batch is too long.
pub(super) fn check(batch: &Batch) -> Result<(), StoreError> {
    for tagged in &batch.tagged {
        fits("decky", &tagged.event.decky)?;
        fits("session", tagged.event.session.as_deref().unwrap_or_default())?;
        for tag in &tagged.tags {
            fits("rule", tag.rule.as_str())?;
        }
    }
    Ok(())
}

pub(super) fn fits(noun: &'static str, name: &str) -> Result<(), StoreError> {
    // Few names are long in bytes; only those are counted.
    if name.len() <= LIMIT {
        return Ok(());
    }
    match name.chars().count() {
        ..=LIMIT => Ok(()),
        characters => Err(StoreError::NameTooLong { noun, characters, limit: LIMIT }),
    }
}
