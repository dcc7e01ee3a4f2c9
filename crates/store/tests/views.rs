//! The schema as it grows: rows of the first version survive, and DECNET's tables are there as views.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::mem::discriminant;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sqlx::error::ErrorKind;
use sqlx::migrate::Migrator;
use sqlx::{
    AssertSqlSafe, Column, Connection, Executor, MySqlConnection, PgConnection, Row, SqliteConnection,
    TypeInfo as _,
};
use vespid_store::Store;
use vespid_testkit::server::{Kind, Server};

const BEFORE: &str = include_str!("views/before.sql");
const AFTER: &str = include_str!("views/after.sql");
const EXPECTED: &str = include_str!("views/expected.txt");

/// DECNET 1.2.1's tables and their columns, in its order.
const DECNET: [(&str, &str); 10] = [
    (
        "ttp_tag",
        "uuid source_kind source_id attacker_uuid identity_uuid session_id decky_id tactic technique_id \
         sub_technique_id confidence rule_id rule_version evidence attack_release mitre_url created_at",
    ),
    ("ttp_rule", "rule_id rule_version source_path yaml_content updated_at updated_by"),
    ("ttp_rule_state", "rule_id state confidence_max expires_at reason set_by set_at"),
    (
        "attackers",
        "uuid ip identity_id first_seen last_seen event_count service_count decky_count services deckies \
         traversal_path is_traversal bounty_count credential_count fingerprints commands country_code \
         country_source asn as_name bgp_prefix asn_source rpki_status rpki_source ptr_record rotation_count \
         last_rotation_at ipv6_leak_count last_ipv6_leak_at last_ipv6_link_local last_ipv6_iid_kind \
         last_ipv6_mac_oui updated_at",
    ),
    (
        "attacker_identities",
        "uuid schema_version campaign_id first_seen_at last_seen_at created_at updated_at confidence \
         observation_count ja3_hashes hassh_hashes ja4h_hashes ja4_quic_hashes http_versions_seen \
         tls_cert_sha256 ipv6_link_local_iids payload_simhashes c2_endpoints kd_digraph_simhash \
         merged_into_uuid notes",
    ),
    (
        "campaigns",
        "uuid schema_version first_seen_at last_seen_at created_at updated_at confidence identity_count \
         ja3_hashes hassh_hashes tls_cert_sha256 payload_simhashes c2_endpoints merged_into_uuid notes",
    ),
    (
        "attacker_intel",
        "uuid attacker_uuid attacker_ip schema_version greynoise_classification greynoise_name \
         greynoise_tags greynoise_raw greynoise_queried_at abuseipdb_score abuseipdb_categories \
         abuseipdb_raw abuseipdb_queried_at feodo_listed feodo_malware_family feodo_raw feodo_queried_at \
         threatfox_listed threatfox_threat_types threatfox_ioc_types threatfox_malware_families \
         threatfox_raw threatfox_queried_at aggregate_verdict cached_at expires_at",
    ),
    ("canary_blobs", "uuid sha256 filename content_type size_bytes uploaded_by uploaded_at"),
    (
        "canary_tokens",
        "uuid kind decky_name topology_id blob_uuid instrumenter generator placement_path callback_token \
         secret_seed placed_at last_triggered_at trigger_count created_by state last_error \
         fingerprint_nonce",
    ),
    (
        "canary_triggers",
        "uuid token_uuid occurred_at src_ip user_agent request_path dns_qname raw_headers attacker_id",
    ),
];

/// What the tables of the first version hold.
const FIRST: [&str; 6] = [
    "SELECT id, name FROM decky",
    "SELECT id, uid, ip, first_seen, last_seen, event_count FROM attacker",
    "SELECT id, decky, name, attacker, service, client_version, hassh, login, first_seen, last_seen, \
     event_count, command_count FROM session",
    "SELECT id, uid, kind, time, decky, attacker, session, body FROM event",
    "SELECT id, name, version, title, description, source_path, yaml, digest FROM rule",
    "SELECT id, uid, event, attacker, session, rule, technique, tactic, confidence, attack_release, \
     created_at, tagged_at, span, via FROM tag",
];

/// What 0002 has counted, and the same counted from the tags.
const COUNTED: [(&str, &str, &[&str]); 2] = [
    (
        "SELECT scope, subject, tactic, technique, attack_release, tags, first_seen, last_seen, \
         confidence_max FROM rollup_scope WHERE shard = 0",
        "SELECT scope, subject, tactic, technique, attack_release, COUNT(*), MIN(created_at), \
         MAX(created_at), MAX(confidence)
         FROM (
             SELECT 0 AS scope, 0 AS subject, id AS tag FROM tag
             UNION ALL SELECT 1, attacker, id FROM tag
             UNION ALL SELECT 4, session, id FROM tag WHERE session IS NOT NULL
         ) scopes
         JOIN tag ON tag.id = scopes.tag GROUP BY scope, subject, tactic, technique, attack_release",
        &[
            "0 0 1 1078001 19002 1 1795564800000000 1795564800000000 0.75",
            "0 0 7 1082000 19002 3 1795478400000000 1795564799999999 1",
            "1 1 1 1078001 19002 1 1795564800000000 1795564800000000 0.75",
            "1 1 7 1082000 19002 2 1795478400000000 1795478405000000 0.5",
            "1 2 7 1082000 19002 1 1795564799999999 1795564799999999 1",
            "4 1 1 1078001 19002 1 1795564800000000 1795564800000000 0.75",
            "4 1 7 1082000 19002 1 1795478400000000 1795478400000000 0.5",
            "4 2 7 1082000 19002 1 1795564799999999 1795564799999999 1",
        ],
    ),
    (
        "SELECT day * 86400000000, decky, kind, tactic, technique, tags, first_seen, last_seen, \
         confidence_max FROM rollup_day WHERE shard = 0",
        "SELECT time - time % 86400000000 AS day, event.decky, event.kind, tactic, technique, COUNT(*), \
         MIN(created_at), MAX(created_at), MAX(confidence)
         FROM tag JOIN event ON event.id = tag.event
         GROUP BY time - time % 86400000000, event.decky, event.kind, tactic, technique",
        &[
            "1795478400000000 1 0 7 1082000 1 1795478400000000 1795478400000000 0.5",
            "1795478400000000 2 0 7 1082000 1 1795564799999999 1795564799999999 1",
            "1795478400000000 2 3 7 1082000 1 1795478405000000 1795478405000000 0.25",
            "1795564800000000 1 1 1 1078001 1 1795564800000000 1795564800000000 0.75",
        ],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite:{}?mode=rwc", folder.path().join(name).display());
    rows_of_the_first_version_survive(&url("grown")).await;
    views_read_as_in_decnet(&url("fresh")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb() {
    let server = Server::start(Kind::MariaDb);
    rows_of_the_first_version_survive(&server.database("grown")).await;
    views_read_as_in_decnet(&server.database("fresh")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    let server = Server::start(Kind::Postgres);
    rows_of_the_first_version_survive(&server.database("grown")).await;
    views_read_as_in_decnet(&server.database("fresh")).await;
}

async fn rows_of_the_first_version_survive(url: &str) {
    let mut db = Database::connect(url).await;
    db.migrate_once().await;
    db.run(BEFORE).await.unwrap();
    let mut before = Vec::new();
    for query in FIRST {
        before.push(db.lines(query).await);
    }
    assert!(before.iter().all(|rows| rows.len() > 1), "{before:?}");
    migrate_to_the_end(url).await;

    for (query, before) in FIRST.into_iter().zip(before) {
        assert_eq!(db.lines(query).await, before, "{query}");
    }
    let filled = "SELECT id, kind, decky, identity, source_id, evidence FROM tag";
    assert_eq!(db.lines(filled).await, ["1 0 1 - - -", "2 1 1 - - -", "3 0 2 - - -", "4 3 2 - - -"]);
    for (counted, from_tags, expected) in COUNTED {
        assert_eq!(db.lines(counted).await, expected, "{counted}");
        assert_eq!(db.lines(from_tags).await, expected, "{from_tags}");
    }
    db.is_refused("DELETE FROM event WHERE id = 1", ErrorKind::ForeignKeyViolation).await;
    // 0002 makes tables of SQLite anew with foreign keys off.
    if let Database::Sqlite(_) = db {
        assert_eq!(db.lines("SELECT \"table\", rowid FROM pragma_foreign_key_check").await, [""; 0]);
    }
    if let Database::MySql(_) = db {
        assert_eq!(db.lines("SELECT id FROM gate").await, ["1"]);
    }
}

async fn views_read_as_in_decnet(url: &str) {
    migrate_to_the_end(url).await;
    let mut db = Database::connect(url).await;
    db.run(AFTER).await.unwrap();
    let rollups: Vec<_> = AFTER.lines().filter(|line| line.starts_with("INSERT INTO rollup_")).collect();
    assert_eq!(rollups.len(), 3);
    for again in rollups {
        db.is_refused(again, ErrorKind::UniqueViolation).await;
    }
    // No anchor; an event and a source; neither; no evidence.
    for values in [
        "NULL, 0, NULL, 'id', '{}'",
        "1, 0, 1, 'id', '{}'",
        "NULL, 0, 1, NULL, NULL",
        "NULL, 0, 1, 'id', NULL",
    ] {
        let tag = format!(
            "INSERT INTO tag (uid, rule, technique, tactic, confidence, attack_release, created_at, \
             tagged_at, span, event, kind, attacker, source_id, evidence)
             VALUES (X'{}', 1, 1, 1, 0.5, 1, 1, 1, '', {values})",
            "00".repeat(16)
        );
        db.is_refused(&tag, ErrorKind::CheckViolation).await;
    }

    let expected: Vec<&str> = EXPECTED.split("== ").skip(1).collect();
    assert_eq!(expected.len(), DECNET.len());
    for ((view, columns), expected) in DECNET.into_iter().zip(expected) {
        let described = db.columns(&format!("SELECT * FROM {view}")).await;
        let names: Vec<_> = described.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.join(" "), columns, "{view}");
        if let Some(moment) = db.moment() {
            let others: Vec<_> =
                described.iter().filter(|(name, kind)| is_moment(name) != (kind == moment)).collect();
            assert!(others.is_empty(), "{view}: {others:?}");
        }
        assert_eq!(db.view(view, &names).await.trim_end(), expected.trim_end(), "{view}");
    }
}

/// As the store does it.
async fn migrate_to_the_end(url: &str) {
    let url = url.split('?').next().unwrap();
    Store::open(url).await.unwrap().close().await;
}

/// Columns that hold bytes.
const BYTES: [&str; 3] = ["uid", "digest", "kd_digraph_simhash"];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn is_moment(column: &str) -> bool {
    column.ends_with("_at") || ["first_seen", "last_seen"].contains(&column)
}

enum Database {
    Sqlite(SqliteConnection),
    MySql(MySqlConnection),
    Postgres(PgConnection),
}

/// Does the same with any of the three.
macro_rules! each {
    ($database:expr, $connection:ident => $what:expr) => {
        match $database {
            Database::Sqlite($connection) => $what,
            Database::MySql($connection) => $what,
            Database::Postgres($connection) => $what,
        }
    };
}

impl Database {
    async fn connect(url: &str) -> Self {
        match url.split(':').next().unwrap() {
            "mysql" => {
                let mut connection = MySqlConnection::connect(url).await.unwrap();
                // A backslash in a text is then one, as in the other two.
                let mode = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'";
                connection.execute(mode).await.unwrap();
                Self::MySql(connection)
            }
            "postgres" => Self::Postgres(PgConnection::connect(url).await.unwrap()),
            _ => Self::Sqlite(SqliteConnection::connect(url).await.unwrap()),
        }
    }

    /// To the first version only.
    async fn migrate_once(&mut self) {
        let folder = match self {
            Self::Sqlite(_) => "sqlite",
            Self::MySql(_) => "mysql",
            Self::Postgres(_) => "postgres",
        };
        let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let all = Migrator::new(folder).await.unwrap();
        assert!(all.iter().count() > 1);
        let mut first = Migrator::with_migrations(all.iter().take(1).cloned().collect());
        // MariaDB does not understand how sqlx asks for a lock.
        first.set_locking(false);
        each!(self, connection => first.run(connection).await.unwrap());
    }

    /// Statements as SQLite and MySQL know them.
    async fn run(&mut self, statements: &str) -> Result<(), sqlx::Error> {
        let statements = match self {
            Self::Postgres(_) => statements.replace("X'", "'\\x"),
            _ => statements.to_owned(),
        };
        let statements = sqlx::raw_sql(AssertSqlSafe(statements));
        each!(self, connection => statements.execute(connection).await.map(drop))
    }

    async fn is_refused(&mut self, statement: &str, expected: ErrorKind) {
        let error = self.run(statement).await.unwrap_err();
        let kind = error.as_database_error().unwrap().kind();
        assert!(discriminant(&kind) == discriminant(&expected), "{statement}: {error}");
    }

    /// Names and types.
    async fn columns(&mut self, query: &str) -> Vec<(String, String)> {
        fn described<C: Column>(columns: &[C]) -> Vec<(String, String)> {
            let one = |column: &C| (column.name().to_owned(), column.type_info().name().to_owned());
            columns.iter().map(one).collect()
        }
        let query = sqlx::raw_sql(AssertSqlSafe(query.to_owned()));
        each!(self, connection => described(query.fetch_one(connection).await.unwrap().columns()))
    }

    /// The type of a moment, where it has one of its own.
    fn moment(&self) -> Option<&'static str> {
        match self {
            Self::Sqlite(_) => None,
            Self::MySql(_) => Some("DATETIME"),
            Self::Postgres(_) => Some("TIMESTAMP"),
        }
    }

    /// Rows of texts: numbers as they are written, bytes in hexadecimal digits.
    async fn rows(&mut self, query: &str) -> Vec<Vec<Option<String>>> {
        macro_rules! cell {
            ($row:expr, $at:expr) => {
                if BYTES.contains(&$row.column($at).name()) {
                    $row.get::<Option<Vec<u8>>, _>($at).map(|bytes| hex(&bytes))
                } else if let Ok(text) = $row.try_get::<Option<String>, _>($at) {
                    text
                } else if let Ok(number) = $row.try_get::<Option<i64>, _>($at) {
                    number.map(|number| number.to_string())
                } else if let Ok(number) = $row.try_get::<Option<i32>, _>($at) {
                    number.map(|number| number.to_string())
                } else {
                    $row.get::<Option<f64>, _>($at).map(|number| number.to_string())
                }
            };
        }
        each!(self, connection => {
            let rows = sqlx::query(AssertSqlSafe(query.to_owned())).fetch_all(connection).await.unwrap();
            rows.iter().map(|row| (0..row.len()).map(|at| cell!(row, at)).collect()).collect()
        })
    }

    /// A line for each row, sorted.
    async fn lines(&mut self, query: &str) -> Vec<String> {
        let shown = |cell: Option<String>| cell.unwrap_or_else(|| "-".to_owned());
        let line = |row: Vec<_>| row.into_iter().map(shown).collect::<Vec<_>>().join(" ");
        let mut lines: Vec<_> = self.rows(query).await.into_iter().map(line).collect();
        lines.sort();
        lines
    }

    /// The rows of a view, a line for each value; what is NULL is left out.
    async fn view(&mut self, view: &str, columns: &[&str]) -> String {
        let asked = columns.iter().map(|column| match self {
            Self::MySql(_) if is_moment(column) => format!("CAST({column} AS CHAR) AS {column}"),
            Self::Postgres(_) if is_moment(column) => {
                format!("to_char({column}, 'YYYY-MM-DD HH24:MI:SS.US') AS {column}")
            }
            _ => (*column).to_owned(),
        });
        let asked = asked.collect::<Vec<_>>().join(", ");
        let rows = self.rows(&format!("SELECT {asked} FROM {view} ORDER BY 1")).await;
        let mut text = format!("{view}\n");
        for row in rows {
            for (column, value) in columns.iter().zip(row) {
                let Some(value) = value else { continue };
                // Databases space JSON as they like.
                let listed = ["services", "deckies", "commands"].contains(column);
                let json = listed.then(|| serde_json::from_str::<Value>(&value).ok()).flatten();
                let value = json.map_or(value, |json| json.to_string());
                writeln!(text, "{column}: {value}").unwrap();
            }
            text.push('\n');
        }
        text
    }
}
