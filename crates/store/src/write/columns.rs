//! Rows of many columns, each value beside its name.

use vespid_model::UtcMicros;

use crate::sql::{Query, Value};

/// Names of columns with their values.
pub(super) type Columns = Vec<(&'static str, Value)>;

pub(super) fn insert(table: &str, columns: Columns) -> Query {
    let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let mut query = Query::new(&format!("INSERT INTO {table} ({}) VALUES ", names.join(", ")));
    query.list(values);
    query
}

/// Sets columns of the row whose column `key` is `id`.
pub(super) fn update(table: &str, columns: Columns, (key, id): (&str, i64)) -> Query {
    let mut query = Query::new(&format!("UPDATE {table} SET "));
    for (place, (name, value)) in columns.into_iter().enumerate() {
        query.push(if place == 0 { "" } else { ", " }).push(name).push(" = ").bind(value);
    }
    query.push(&format!(" WHERE {key} = ")).bind(id);
    query
}

pub(super) fn text(text: Option<&String>) -> Value {
    Value::Text(text.cloned())
}

pub(super) fn time(time: Option<UtcMicros>) -> Value {
    Value::Int(time.map(UtcMicros::as_micros))
}

pub(super) fn flag(flag: bool) -> Value {
    Value::from(i64::from(flag))
}
