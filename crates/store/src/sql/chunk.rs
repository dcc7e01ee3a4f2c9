//! Statements over many rows, cut where servers would refuse them.
//!
//! Their sizes are powers of two: so there are few texts, and a connection keeps all of them prepared. To forget one is
//! dear on MariaDB and MySQL: closing has no answer, and what is sent after it waits for the server's delayed
//! acknowledgement, forty milliseconds.

use sqlx::Error;

use super::{Query, Row, Tx, Value};

/// Rows or values of one statement: more gains nothing, and PostgreSQL counts its values in sixteen bits.
pub(crate) const ROWS: usize = 512;
/// The same where a statement looks through all its rows for each.
pub(crate) const FEW: usize = 128;
/// A quarter of what MariaDB takes by default.
const BYTES: usize = 4 << 20;

/// Statements that insert rows; `into` ends with `VALUES `. A row that is there already is an error.
pub(crate) fn inserts(into: &str, rows: impl Iterator<Item = Vec<Value>>) -> Vec<Query> {
    upserts(into, rows, "")
}

/// The same with what becomes of a row that is there.
pub(crate) fn upserts(into: &str, rows: impl Iterator<Item = Vec<Value>>, on_conflict: &str) -> Vec<Query> {
    let mut rows = rows.peekable();
    let mut statements = Vec::new();
    while let Some(mut chunk) = next(&mut rows) {
        while !chunk.is_empty() {
            let rest = chunk.split_off(1 << chunk.len().ilog2());
            let mut query = Query::new(into);
            query.rows(std::mem::replace(&mut chunk, rest)).push(on_conflict);
            statements.push(query);
        }
    }
    statements
}

/// Queries that go `before (values) after`.
pub(crate) fn selects(before: &str, values: impl Iterator<Item = Value>, after: &str) -> Vec<Query> {
    let values: Vec<Value> = values.collect();
    let query = |chunk: &[Value]| {
        let mut query = Query::new(before);
        query.list(padded(chunk)).push(after);
        query
    };
    values.chunks(ROWS).map(query).collect()
}

/// As many as a power of two, where one that comes twice does no harm.
pub(crate) fn padded<T: Clone>(chunk: &[T]) -> Vec<T> {
    let mut padded = chunk.to_vec();
    if let Some(last) = chunk.last() {
        padded.resize(chunk.len().next_power_of_two(), last.clone());
    }
    padded
}

/// Runs all statements.
pub(crate) async fn run(tx: &mut Tx<'_>, statements: Vec<Query>) -> Result<(), Error> {
    for statement in statements {
        tx.run(&statement).await?;
    }
    Ok(())
}

/// The rows of all queries.
pub(crate) async fn all(tx: &mut Tx<'_>, queries: Vec<Query>) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for query in queries {
        rows.extend(tx.all(&query).await?);
    }
    Ok(rows)
}

fn next(rows: &mut std::iter::Peekable<impl Iterator<Item = Vec<Value>>>) -> Option<Vec<Vec<Value>>> {
    let mut chunk = vec![rows.next()?];
    let mut bytes = size(&chunk[0]);
    while chunk.len() < ROWS
        && let Some(row) = rows.next_if(|row| bytes + size(row) <= BYTES)
    {
        bytes += size(&row);
        chunk.push(row);
    }
    Some(chunk)
}

fn size(row: &[Value]) -> usize {
    let value = |value: &Value| match value {
        Value::Int(_) | Value::Real(_) => 8,
        Value::Text(text) => text.as_ref().map_or(0, String::len),
        Value::Bytes(bytes) => bytes.as_ref().map_or(0, Vec::len),
    };
    row.iter().map(value).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(row: &[Value], times: usize) -> Vec<usize> {
        let statements = inserts("", std::iter::repeat_n(row.to_vec(), times));
        statements.iter().map(Query::value_count).collect()
    }

    #[test]
    fn statements_end_by_rows_and_by_bytes_and_have_few_sizes() {
        let small = [Value::from(1_u32)];
        assert_eq!(sizes(&small, 1024 + 7), [512, 512, 4, 2, 1]);
        assert_eq!(sizes(&[Value::from("x".repeat(BYTES / 2))], 3), [2, 1]);
        assert_eq!(sizes(&[Value::from("x".repeat(BYTES + 1))], 2), [1, 1], "one row goes whatever its size");
        assert!(sizes(&small, 0).is_empty());

        let select = |times| selects("", std::iter::repeat_n(Value::from(1_u32), times), "");
        let counts: Vec<_> = select(512 + 5).iter().map(Query::value_count).collect();
        assert_eq!(counts, [512, 8]);
        assert!(select(0).is_empty());
    }
}
