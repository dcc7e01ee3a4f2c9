//! Entries of a CSV file.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};
use serde_json::Value;

use super::entry::Entry;
use super::read::Hand;
use super::trim::Trim;

/// Reads all rows.
pub(super) fn read(bytes: impl Read, columns: &[String], hand: &mut Hand<'_>) -> Result<(), csv::Error> {
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(Trim::new(bytes));
    let mut row = ByteRecord::new();
    while !hand.is_stopped() && rows.read_byte_record(&mut row)? {
        let cells: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
        // The line that names the columns may be a row or a comment.
        if !cells.iter().zip(columns).all(|(cell, column)| cell == column) {
            let mut entry = Entry::default();
            for (name, cell) in columns.iter().zip(cells) {
                entry.add(name, Value::String(cell.trim().to_owned()));
            }
            hand.entry(&entry);
        }
        hand.mark();
    }
    Ok(())
}
