//! The files.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value, json};

pub(crate) struct Golden(PathBuf);

pub(crate) type Row = Map<String, Value>;

impl Golden {
    pub(crate) fn find() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden");
        let folder = std::env::var_os("VESPID_GOLDEN").map_or(beside, PathBuf::from);
        if folder.join("full.db").exists() {
            return Some(Self(folder));
        }
        eprintln!("SKIPPED: {} is not there, set VESPID_GOLDEN; nothing was compared", folder.display());
        None
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// The lines of a file. What JSON lacks is as the documents say: half characters and infinite numbers.
    pub(crate) fn lines(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(&tolerable(line)).unwrap()).collect()
    }

    /// All rows of a table: numbers and texts, bytes in hexadecimal digits.
    pub(crate) fn rows(&self, database: &str, query: &str) -> Vec<Row> {
        let path = format!("file:{}?immutable=1", self.path(database));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let db = Connection::open_with_flags(path, flags).unwrap();
        let mut statement = db.prepare(query).unwrap();
        let names: Vec<String> = statement.column_names().iter().map(ToString::to_string).collect();
        let row = |row: &rusqlite::Row<'_>| {
            let value = |place| match row.get_ref(place).unwrap() {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(value) => json!(value),
                ValueRef::Real(value) => json!(value),
                ValueRef::Text(text) => json!(std::str::from_utf8(text).unwrap()),
                ValueRef::Blob(bytes) => {
                    json!(hex(bytes))
                }
            };
            Ok(names.iter().enumerate().map(|(place, name)| (name.clone(), value(place))).collect())
        };
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
    }
}

/// Python's JSON as JSON: for the few texts of these files.
pub(crate) fn tolerable(text: &str) -> String {
    let text = text.replace("-Infinity", "null").replace("Infinity", "null").replace("NaN", "null");
    text.replace("1e400", "null").replace(r"\ud800", r"\ufffd")
}

/// A column's time as DECNET's JSON has it.
pub(crate) fn shown(time: &str) -> String {
    let time = time.replace(' ', "T");
    time.strip_suffix(".000000").unwrap_or(&time).to_owned()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
