//! Names as a server keeps them.

use std::borrow::Cow;

use crate::batch::Batch;
use crate::error::StoreError;
use crate::record::{NAME, characters_too_many};
use crate::sql::{Dialect, without_nul};

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

/// This name is not too long.
pub(crate) fn fits(noun: &'static str, name: &str) -> Result<(), StoreError> {
    match characters_too_many(name) {
        Some(characters) => Err(StoreError::NameTooLong { noun, characters, limit: NAME }),
        None => Ok(()),
    }
}
