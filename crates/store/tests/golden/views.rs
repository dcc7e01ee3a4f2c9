//! DECNET's tables, as the views show them, beside the rows of the source: every column of every row.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Column, Connection, MySqlConnection, PgConnection, Row, SqliteConnection};

use super::data::{Golden, hex, tolerable};

/// Tables that have rows, the columns that are compared as JSON, and those that are corrected.
const TABLES: [(&str, &[&str], &[&str]); 7] = [
    ("campaigns", &[], &["identity_count"]),
    ("attacker_identities", &[], &[]),
    ("attackers", &[], &[]),
    ("canary_blobs", &[], &[]),
    ("canary_tokens", &[], &["trigger_count", "last_triggered_at"]),
    ("canary_triggers", &[], &[]),
    ("ttp_tag", &["evidence"], &["mitre_url", "sub_technique_id"]),
];

type Cells = BTreeMap<String, Option<String>>;

pub(crate) async fn are_the_sources_rows(url: &str, golden: &Golden) {
    let (mut compared, mut corrected) = (0, BTreeMap::<String, u32>::new());
    for (table, json, corrections) in TABLES {
        let ours = view(url, table).await;
        let rows = golden.rows("full.db", &format!("SELECT * FROM {table}"));
        let theirs: BTreeMap<String, Cells> =
            rows.iter().map(|row| (shown(&row["uuid"]).unwrap(), source(row))).collect();
        let ghosts = theirs.iter().filter(|(_, row)| is_ghost(row)).count();
        assert_eq!(ours.len() + ghosts, theirs.len(), "{table}");
        for (id, row) in &ours {
            for (column, value) in &theirs[id] {
                let found = row.get(column).unwrap_or_else(|| panic!("{table} has no {column}"));
                let same = if json.contains(&&**column) {
                    parsed(found.as_deref()) == parsed(value.as_deref())
                } else {
                    found == value
                };
                if !same {
                    assert!(
                        corrections.contains(&&**column),
                        "{table} {id} {column}: {found:?}, not {value:?}"
                    );
                    assert_eq!(*found, correction(golden, column, &theirs[id]), "{table} {id} {column}");
                    *corrected.entry(format!("{table}.{column}")).or_default() += 1;
                }
                compared += 1;
            }
        }
    }
    let expected = BTreeMap::from(
        [
            ("campaigns.identity_count", 4),
            ("canary_tokens.last_triggered_at", 5),
            ("canary_tokens.trigger_count", 5),
            ("ttp_tag.mitre_url", 7),
            ("ttp_tag.sub_technique_id", 6),
        ]
        .map(|(column, count)| (column.to_owned(), count)),
    );
    assert_eq!((compared, &corrected), (11_184, &expected));
}

/// What Vespid says instead, from the rows of the source.
fn correction(golden: &Golden, column: &str, row: &Cells) -> Option<String> {
    let id = row["uuid"].clone().unwrap();
    let one = |query: &str| {
        let query = query.replace('?', &format!("'{id}'"));
        shown(golden.rows("full.db", &query)[0].values().next().unwrap())
    };
    match column {
        "identity_count" => one("SELECT COUNT(*) FROM attacker_identities WHERE campaign_id = ?"),
        "trigger_count" => one("SELECT COUNT(*) FROM canary_triggers WHERE token_uuid = ?"),
        "last_triggered_at" => one("SELECT MAX(occurred_at) FROM canary_triggers WHERE token_uuid = ?"),
        "sub_technique_id" => row[column].clone().filter(|sub| !sub.is_empty()),
        "mitre_url" => {
            let sub = row["sub_technique_id"].clone().filter(|sub| !sub.is_empty());
            let path = sub.or_else(|| row["technique_id"].clone()).unwrap().replace('.', "/");
            Some(format!("https://attack.mitre.org/techniques/{path}"))
        }
        _ => panic!("{column}"),
    }
}

fn is_ghost(row: &Cells) -> bool {
    row.values().flatten().any(|value| value.starts_with("ghost-"))
}

fn source(row: &super::data::Row) -> Cells {
    row.iter().map(|(column, value)| (column.clone(), shown(value))).collect()
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.as_f64().unwrap().to_string()),
        _ => panic!("{value}"),
    }
}

fn parsed(text: Option<&str>) -> Option<Value> {
    text.map(|text| serde_json::from_str(&tolerable(text)).unwrap())
}

fn is_moment(column: &str) -> bool {
    column.ends_with("_at") || ["first_seen", "last_seen"].contains(&column)
}

/// The rows of a view: numbers and texts as texts, bytes in hexadecimal digits.
async fn view(url: &str, view: &str) -> BTreeMap<String, Cells> {
    macro_rules! rows {
        ($connection:ty, $moment:expr) => {{
            let mut db = <$connection>::connect(url).await.unwrap();
            let query = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {view}")));
            let first = query.fetch_optional(&mut db).await.unwrap();
            let Some(first) = first else { return BTreeMap::new() };
            let names: Vec<String> = first.columns().iter().map(|it| it.name().to_owned()).collect();
            let moment: fn(&str) -> String = $moment;
            let asked = names.iter().map(|name| if is_moment(name) { moment(name) } else { name.clone() });
            let query = format!("SELECT {} FROM {view}", asked.collect::<Vec<_>>().join(", "));
            let mut all = BTreeMap::new();
            for row in sqlx::query(AssertSqlSafe(query)).fetch_all(&mut db).await.unwrap() {
                let mut cells = Cells::new();
                for (at, name) in names.iter().enumerate() {
                    let cell = if name == "kd_digraph_simhash" {
                        let bytes = row.get::<Option<Vec<u8>>, _>(at);
                        bytes.map(|bytes| hex(&bytes))
                    } else if let Ok(text) = row.try_get::<Option<String>, _>(at) {
                        text
                    } else if let Ok(number) = row.try_get::<Option<i64>, _>(at) {
                        number.map(|number| number.to_string())
                    } else if let Ok(number) = row.try_get::<Option<i32>, _>(at) {
                        number.map(|number| number.to_string())
                    } else {
                        row.get::<Option<f64>, _>(at).map(|number| number.to_string())
                    };
                    cells.insert(name.clone(), cell);
                }
                all.insert(cells["uuid"].clone().unwrap(), cells);
            }
            all
        }};
    }
    match url.split(':').next().unwrap() {
        "mysql" => rows!(MySqlConnection, |name| format!("CAST({name} AS CHAR)")),
        "postgres" => rows!(PgConnection, |name| format!("to_char({name}, 'YYYY-MM-DD HH24:MI:SS.US')")),
        _ => rows!(SqliteConnection, ToOwned::to_owned),
    }
}
