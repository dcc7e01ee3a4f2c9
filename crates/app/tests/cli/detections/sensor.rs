//! R0030 to R0040: what a sensor worked out of a session.

use serde_json::{Value, json};

use super::{check, native, row};

fn session(action: &str, mut fields: Value) -> Value {
    fields["action"] = action.into();
    native("session", fields)
}

#[test]
fn what_a_session_shows() {
    let wallet = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
    let query = |text: &str| session("database_query", json!({ "op_text": text, "service": "redis" }));
    let file =
        |service: &str, path: &str| session("file_request", json!({ "service": service, "path": path }));
    check(vec![
        // DECNET says T1071 beside T1071.001; the sub-technique says it.
        row(
            "R0030",
            session(
                "peer_fingerprint",
                json!({ "jarm": "07d14d16d21d21d00042d43d000000aa99ce74e2c6d013c745aa52b5cc042d" }),
            ),
            &["T1071.001@0.85"],
        ),
        row(
            "R0030",
            session("peer_fingerprint", json!({ "matched_framework": "sliver" })),
            &["T1071.001@0.85"],
        ),
        row(
            "R0030",
            session("peer_fingerprint", json!({ "hassh": "92674389fa1e47a27ddd8d9b63ecd42b" })),
            &[],
        ),
        // DECNET says T1029 at 0.85, under command and control: it is of exfiltration, and even time shows no data.
        row(
            "R0031",
            session("beacon", json!({ "beacon_interval_s": 60, "beacon_jitter_pct": 0.15 })),
            &["T1029@0.5", "T1071@0.8"],
        ),
        row("R0031", session("beacon", json!({ "beacon_interval_s": 9, "beacon_jitter_pct": 0.0 })), &[]),
        row("R0031", session("beacon", json!({ "beacon_interval_s": 60, "beacon_jitter_pct": 0.2 })), &[]),
        // DECNET says 0.95; what empties Redis is mostly a worm that makes room for its job or key.
        row("R0032", query("FLUSHALL"), &["T1485@0.5"]),
        row("R0032", query("DROP DATABASE shop"), &["T1485@0.95"]),
        row("R0032", query("TRUNCATE TABLE users"), &["T1485@0.95"]),
        row("R0032", query("db.dropDatabase()"), &["T1485@0.95"]),
        row("R0032", query("DELETE /_all"), &["T1485@0.95"]),
        row("R0032", query("GET key"), &[]),
        row(
            "R0033",
            session("note", json!({ "note_text": format!("Files are encrypted, pay BTC to {wallet}") })),
            &["T1486@0.9", "T1657@0.85"],
        ),
        // Without a word of encryption it is the theft alone.
        row(
            "R0033",
            session("note", json!({ "body_text": format!("Pay bitcoin to {wallet}") })),
            &["T1657@0.85"],
        ),
        row("R0033", session("note", json!({ "body_text": "pay bitcoin" })), &[]),
        row("R0034", session("transfer", json!({ "bytes_out": 1_048_576 })), &["T1567@0.85"]),
        row("R0034", session("transfer", json!({ "request_count": 50 })), &["T1567@0.85"]),
        row("R0034", session("transfer", json!({ "bytes_out": 1_048_575, "request_count": 49 })), &[]),
        // DECNET says T1213; release 16 gave databases a sub-technique.
        row(
            "R0035",
            session("transfer", json!({ "rows_read": 10_000, "service": "mysql" })),
            &["T1213.006@0.85"],
        ),
        row("R0035", session("transfer", json!({ "bytes_read": 5_242_880 })), &["T1213.006@0.85"]),
        row("R0035", session("transfer", json!({ "rows_read": 9_999, "bytes_read": 5_242_879 })), &[]),
        row("R0036", file("ftp", "/var/www/.env"), &["T1552.001@0.9"]),
        row("R0036", file("ftp", "/site/.git/config"), &["T1552.001@0.9"]),
        row("R0036", file("ftp", "/root/.aws/credentials"), &["T1552.001@0.9"]),
        row("R0036", file("ftp", "/site/wp-config.php"), &["T1552.001@0.9"]),
        // DECNET says T1552.001; private keys are T1552.004.
        row("R0036", file("ftp", "/root/.ssh/id_rsa"), &["T1552.004@0.9"]),
        row("R0036", file("ftp", "/environment"), &[]),
        row("R0037", file("ftp", "/var/run/secrets/kubernetes.io/serviceaccount/token"), &["T1552.007@0.95"]),
        row(
            "R0038",
            session("container_request", json!({ "signals": ["privileged:true"] })),
            &["T1611@0.95"],
        ),
        row("R0038", session("container_request", json!({ "signals": ["x", "bind:/:/"] })), &["T1611@0.95"]),
        row("R0038", session("container_request", json!({ "signals": ["bind:/etc"] })), &["T1611@0.95"]),
        row(
            "R0038",
            session("container_request", json!({ "signals": ["bind:/var/run/docker.sock"] })),
            &["T1611@0.95"],
        ),
        row("R0038", session("container_request", json!({ "signals": ["privileged:false"] })), &[]),
        row("R0039", session("name_poisoning", json!({ "llmnr_poisoned": true })), &["T1557.001@0.9"]),
        row("R0039", session("name_poisoning", json!({ "llmnr_poison_count": 1 })), &["T1557.001@0.9"]),
        row("R0039", session("name_poisoning", json!({ "llmnr_poison_count": 0 })), &[]),
        row(
            "R0040",
            session("file_request", json!({ "service": "tftp", "tftp_filename": "router-confg" })),
            &["T1602.002@0.9"],
        ),
        row("R0040", file("tftp", "sw1.cfg"), &["T1602.002@0.9"]),
        row("R0040", file("tftp", "startup-config"), &["T1602.002@0.9"]),
        row("R0040", file("tftp", "running-config.bak"), &["T1602.002@0.9"]),
        row("R0040", file("tftp", "arm7"), &[]),
        row("R0026", query("CONFIG SET dir /root/.ssh"), &["T1098.004@0.9"]),
    ]);
}
