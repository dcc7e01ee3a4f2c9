//! The same data as DECNET keeps them on MySQL: times without a fraction, confidences of six digits.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection};
use vespid_model::rows::TagWithEvidence;
use vespid_store::Store;
use vespid_testkit::event::at;

use super::data::Golden;

const TABLES: [&str; 7] = [
    "campaigns",
    "attacker_identities",
    "attackers",
    "canary_blobs",
    "canary_tokens",
    "canary_triggers",
    "ttp_tag",
];

/// `from` is an empty database on a server, where the rows are copied to first; `full` is what was taken over from the
/// file.
pub(crate) async fn the_same_is_taken_over(from: &str, store: &Store, full: &Store, golden: &Golden) {
    let schema = std::fs::read_to_string(golden.path("schema.mysql.sql")).unwrap();
    let mut db = MySqlConnection::connect(from).await.unwrap();
    db.execute("ALTER DATABASE CHARACTER SET utf8mb4").await.unwrap();
    db.execute("SET SESSION foreign_key_checks = 0").await.unwrap();
    db.execute(sqlx::raw_sql(AssertSqlSafe(schema))).await.unwrap();
    for table in TABLES {
        for row in golden.rows("full.db", &format!("SELECT * FROM {table}")) {
            let names: Vec<&str> = row.keys().map(String::as_str).collect();
            let marks = vec!["?"; names.len()].join(", ");
            let insert = format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", "));
            let mut query = sqlx::query(AssertSqlSafe(insert));
            for value in row.values() {
                query = match value {
                    Value::Null => query.bind(None::<String>),
                    Value::String(text) => query.bind(text.clone()),
                    number => query.bind(number.to_string()),
                };
            }
            query.execute(&mut db).await.unwrap();
        }
    }
    let import = store.import_decnet(from, 3, at(0)).await.unwrap();
    let counts: Vec<_> =
        import.tables.iter().filter(|it| it.read > 0).map(|it| (it.table, it.new, it.rejected)).collect();
    let expected = [
        ("campaigns", 5, 0),
        ("attacker_identities", 20, 0),
        ("attackers", 60, 0),
        ("canary_blobs", 1, 0),
        ("canary_tokens", 5, 0),
        ("canary_triggers", 30, 0),
        ("ttp_tag", 491, 9),
    ];
    assert_eq!(counts, expected, "{import:#?}");
    assert!(store.doctor(10).await.unwrap().is_empty());

    let (ours, exact) = (all(store).await, all(full).await);
    for (ours, exact) in ours.iter().zip(&exact) {
        let off = ours.tag.created_at.as_micros() - exact.tag.created_at.as_micros();
        assert!(off.abs() < 1_000_000, "{ours:?}");
        let off = f64::from(ours.tag.confidence) - f64::from(exact.tag.confidence);
        assert!(off.abs() < 1e-6, "{ours:?}");
        let mut same = exact.clone();
        (same.tag.created_at, same.tag.confidence) = (ours.tag.created_at, ours.tag.confidence);
        assert_eq!(*ours, same);
    }
}

async fn all(store: &Store) -> Vec<TagWithEvidence> {
    let mut tags = store.tag_page(None, 1000).await.unwrap();
    assert_eq!(tags.len(), 491);
    for row in &mut tags {
        row.tag.tagged_at = at(0);
        row.evidence = serde_json::from_str::<Value>(&row.evidence).unwrap().to_string();
    }
    tags
}
