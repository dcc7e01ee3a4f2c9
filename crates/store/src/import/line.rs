//! A row of the source, read by the names of its columns, leniently.

use std::str::FromStr;
use std::sync::Arc;

use vespid_model::time::TimeError;
use vespid_model::{Confidence, UtcMicros};

use super::cell::Cell;

/// A row. A column that the source has not is NULL.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) columns: Arc<[&'static str]>,
    pub(super) cells: Vec<Cell>,
}

/// Why a row cannot be read: the column and what is wrong.
pub(super) type Bad = String;

impl Line {
    /// The primary key, which is the first column, for people.
    pub(super) fn key(&self) -> String {
        self.cells.first().map(Cell::shown).unwrap_or_default()
    }

    fn cell(&self, column: &str) -> &Cell {
        let place = self.columns.iter().position(|name| *name == column);
        place.and_then(|place| self.cells.get(place)).unwrap_or(&Cell::Null)
    }

    pub(super) fn maybe_text(&self, column: &str) -> Result<Option<String>, Bad> {
        match self.cell(column) {
            Cell::Null => Ok(None),
            Cell::Int(value) => Ok(Some(value.to_string())),
            Cell::Real(value) => Ok(Some(value.to_string())),
            Cell::Text(text) => Ok(Some(text.clone())),
            Cell::Bytes(bytes) | Cell::Broken(bytes) => match String::from_utf8(bytes.clone()) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(format!("{column} is no text in UTF-8")),
            },
        }
    }

    pub(super) fn text(&self, column: &str) -> Result<String, Bad> {
        present(column, self.maybe_text(column)?)
    }

    /// Bytes; MySQL gives them in hexadecimal.
    pub(super) fn maybe_bytes(&self, column: &str) -> Result<Option<Vec<u8>>, Bad> {
        match self.cell(column) {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) | Cell::Broken(bytes) => Ok(Some(bytes.clone())),
            Cell::Text(text) => Ok(Some(unhex(text).unwrap_or_else(|| text.clone().into_bytes()))),
            Cell::Int(_) | Cell::Real(_) => Err(format!("{column} holds no bytes")),
        }
    }

    pub(super) fn maybe_real(&self, column: &str) -> Result<Option<f64>, Bad> {
        match self.cell(column) {
            Cell::Null => Ok(None),
            #[expect(clippy::cast_precision_loss, reason = "a confidence or the like")]
            Cell::Int(value) => Ok(Some(*value as f64)),
            Cell::Real(value) => Ok(Some(*value)),
            Cell::Text(text) => text.trim().parse().map(Some).map_err(|_| format!("{column} is no number")),
            Cell::Bytes(_) | Cell::Broken(_) => Err(format!("{column} is no number")),
        }
    }

    pub(super) fn maybe_confidence(&self, column: &str) -> Result<Option<Confidence>, Bad> {
        let value = self.maybe_real(column)?;
        value.map(Confidence::new).transpose().map_err(|_| format!("{column} is outside 0 to 1"))
    }

    pub(super) fn maybe_int(&self, column: &str) -> Result<Option<i64>, Bad> {
        match self.cell(column) {
            Cell::Null => Ok(None),
            Cell::Int(value) => Ok(Some(*value)),
            Cell::Text(text) => {
                text.trim().parse().map(Some).map_err(|_| format!("{column} is no whole number"))
            }
            Cell::Real(_) | Cell::Bytes(_) | Cell::Broken(_) => Err(format!("{column} is no whole number")),
        }
    }

    pub(super) fn maybe_count(&self, column: &str) -> Result<Option<u64>, Bad> {
        let value = self.maybe_int(column)?;
        value.map(u64::try_from).transpose().map_err(|_| format!("{column} is negative"))
    }

    /// 0 where nothing stands.
    pub(super) fn count(&self, column: &str) -> Result<u64, Bad> {
        Ok(self.maybe_count(column)?.unwrap_or(0))
    }

    pub(super) fn version(&self, column: &str) -> Result<u32, Bad> {
        let value = self.maybe_int(column)?.unwrap_or(1);
        u32::try_from(value).map_err(|_| format!("{column} is no version"))
    }

    pub(super) fn maybe_flag(&self, column: &str) -> Result<Option<bool>, Bad> {
        Ok(self.maybe_int(column)?.map(|value| value != 0))
    }

    /// Times without a zone are UTC.
    pub(super) fn maybe_time(&self, column: &str) -> Result<Option<UtcMicros>, Bad> {
        match self.cell(column) {
            Cell::Null => Ok(None),
            Cell::Text(text) => match UtcMicros::parse(text) {
                Ok(time) => Ok(Some(time)),
                Err(TimeError::Implausible) => Err(format!("{column} is outside the years 1990 to 2099")),
                Err(TimeError::Unreadable) => Err(format!("{column} is no date and time")),
            },
            _ => Err(format!("{column} is no date and time")),
        }
    }

    pub(super) fn time(&self, column: &str) -> Result<UtcMicros, Bad> {
        present(column, self.maybe_time(column)?)
    }

    /// A UUID, with or without its dashes.
    pub(super) fn maybe_id<T: FromStr>(&self, column: &str) -> Result<Option<T>, Bad> {
        let text = self.maybe_text(column)?;
        text.map(|text| text.parse()).transpose().map_err(|_| format!("{column} is no UUID"))
    }

    pub(super) fn id<T: FromStr>(&self, column: &str) -> Result<T, Bad> {
        present(column, self.maybe_id(column)?)
    }
}

fn present<T>(column: &str, value: Option<T>) -> Result<T, Bad> {
    value.ok_or_else(|| format!("{column} is empty"))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cell: Cell) -> Line {
        Line { columns: Arc::new(["uuid", "x"]), cells: vec![Cell::Text("k".to_owned()), cell] }
    }

    fn text(text: &str) -> Line {
        line(Cell::Text(text.to_owned()))
    }

    #[test]
    fn what_either_database_gives_is_read_the_same() {
        for one in [line(Cell::Int(1)), text("1"), text(" 1 ")] {
            assert_eq!(one.maybe_flag("x"), Ok(Some(true)));
            assert_eq!(one.maybe_count("x"), Ok(Some(1)));
            assert_eq!(one.maybe_real("x"), Ok(Some(1.0)));
        }
        assert_eq!(text("0.7").maybe_real("x"), Ok(Some(0.7)));
        assert_eq!(text("00FF").maybe_bytes("x"), Ok(Some(vec![0, 255])));
        assert_eq!(line(Cell::Bytes(vec![0, 255])).maybe_bytes("x"), Ok(Some(vec![0, 255])));
        for time in ["2026-06-01 14:00:00", "2026-06-01 14:00:00.000000", "2026-06-01T14:00:00+00:00"] {
            assert_eq!(text(time).time("x").unwrap().as_micros(), 1_780_322_400_000_000, "{time}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_of_the_column() {
        let said = |bad: Result<Option<u64>, Bad>| bad.unwrap_err();
        assert_eq!(said(text("many").maybe_count("x")), "x is no whole number");
        assert_eq!(said(line(Cell::Int(-1)).maybe_count("x")), "x is negative");
        assert_eq!(text("yesterday").time("x").unwrap_err(), "x is no date and time");
        assert_eq!(text("0000-00-00 00:00:00").time("x").unwrap_err(), "x is no date and time");
        assert_eq!(text("1969-01-01 00:00:00").time("x").unwrap_err(), "x is outside the years 1990 to 2099");
        assert_eq!(line(Cell::Null).time("x").unwrap_err(), "x is empty");
        assert_eq!(line(Cell::Bytes(vec![255])).text("x").unwrap_err(), "x is no text in UTF-8");
        assert_eq!(text("").maybe_confidence("x").unwrap_err(), "x is no number");
        assert_eq!(text("").id::<vespid_model::id::TagId>("x").unwrap_err(), "x is no UUID");
        assert_eq!(text("1").maybe_text("not there"), Ok(None));
    }
}
