//! Rows of many columns, read one after the other.

use vespid_model::UtcMicros;

use super::column;
use crate::error::StoreError;
use crate::sql::{Column, Row};

/// A row and the place of the next column.
pub(super) struct Fields<'r> {
    row: &'r Row,
    next: usize,
}

impl<'r> Fields<'r> {
    pub(super) const fn of(row: &'r Row) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub(super) fn get<T: Column>(&mut self) -> Result<T, StoreError> {
        let value = self.row.get(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// A moment.
    pub(super) fn time(&mut self) -> Result<UtcMicros, StoreError> {
        self.get().map(UtcMicros::from_micros)
    }

    /// A moment, or NULL.
    pub(super) fn maybe_time(&mut self) -> Result<Option<UtcMicros>, StoreError> {
        Ok(self.get::<Option<i64>>()?.map(UtcMicros::from_micros))
    }

    /// How many.
    pub(super) fn count(&mut self) -> Result<u64, StoreError> {
        self.get().map(column::count)
    }

    /// How many, or NULL.
    pub(super) fn maybe_count(&mut self) -> Result<Option<u64>, StoreError> {
        Ok(self.get::<Option<i64>>()?.map(column::count))
    }

    /// Yes or no, or NULL.
    pub(super) fn maybe_flag(&mut self) -> Result<Option<bool>, StoreError> {
        Ok(self.get::<Option<i64>>()?.map(|flag| flag != 0))
    }

    /// A row's own id, or that of another.
    pub(super) fn id<T>(&mut self, column: &'static str, id: fn([u8; 16]) -> T) -> Result<T, StoreError> {
        column::id(column, self.get()?).map(id)
    }

    /// The id of another row, or NULL.
    pub(super) fn maybe_id<T>(
        &mut self,
        column: &'static str,
        id: fn([u8; 16]) -> T,
    ) -> Result<Option<T>, StoreError> {
        self.get::<Option<Vec<u8>>>()?.map(|bytes| column::id(column, bytes).map(id)).transpose()
    }
}
