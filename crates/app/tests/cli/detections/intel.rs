//! R0054 to R0058: what providers say of an address.

use serde_json::{Value, json};

use super::{Row, check, native, row};

fn intel(fields: Value) -> Value {
    native("intel", fields)
}

fn abuseipdb(score: i64, categories: &[i64]) -> Value {
    intel(json!({ "abuseipdb_score": score, "abuseipdb_categories": categories }))
}

/// Every category of the table alone, at a score of 100.
#[test]
fn each_category_of_abuseipdb() {
    check(vec![
        row("R0054", abuseipdb(100, &[5]), &["T1110@0.7"]),
        row("R0054", abuseipdb(100, &[7]), &["T1566@0.7"]),
        row("R0054", abuseipdb(100, &[9]), &["T1090@0.6"]),
        // DECNET says T1496; mail sent out uses up the connection, which is T1496.002.
        row("R0054", abuseipdb(100, &[11]), &["T1496.002@0.6", "T1566@0.7"]),
        row("R0054", abuseipdb(80, &[11]), &["T1496.002@0.48", "T1566@0.56"]),
        row("R0054", abuseipdb(79, &[11]), &["T1496.002@0.474"]),
        row("R0054", abuseipdb(100, &[13]), &["T1090@0.6"]),
        // DECNET says T1046 too, which is what one does after a foothold; reporters see it from outside.
        row("R0054", abuseipdb(100, &[14]), &["T1595@0.7"]),
        row("R0054", abuseipdb(100, &[15]), &["T1190@0.7"]),
        row("R0054", abuseipdb(100, &[16]), &["T1190@0.7"]),
        // DECNET says T1566; the category is the spoofing of senders.
        row("R0054", abuseipdb(100, &[17]), &["T1684.002@0.7"]),
        row("R0054", abuseipdb(100, &[18]), &["T1110@0.7"]),
        row("R0054", abuseipdb(100, &[19]), &["T1595@0.7"]),
        // DECNET says T1078 (valid accounts); the category is a host that somebody took over.
        row("R0054", abuseipdb(100, &[20]), &["T1584@0.6"]),
        row("R0054", abuseipdb(100, &[21]), &["T1190@0.7"]),
        row("R0054", abuseipdb(100, &[22]), &["T1110@0.7"]),
        row("R0054", abuseipdb(100, &[23]), &["T1190@0.7"]),
        row("R0054", abuseipdb(100, &[4, 10, 12, 99]), &[]),
        row("R0054", abuseipdb(100, &[]), &[]),
        row("R0054", intel(json!({ "abuseipdb_categories": [18] })), &[]),
    ]);
}

/// The score scales, and the floor is where DECNET has it: 43 for 0.7, 50 for 0.6.
#[test]
fn the_score_scales_down_to_the_floor() {
    check(vec![
        row("R0054", abuseipdb(85, &[18, 22]), &["T1110@0.595"]),
        row("R0054", abuseipdb(43, &[18]), &["T1110@0.301"]),
        row("R0054", abuseipdb(42, &[18]), &[]),
        row("R0054", abuseipdb(50, &[9]), &["T1090@0.3"]),
        row("R0054", abuseipdb(49, &[9]), &[]),
        row("R0054", abuseipdb(0, &[18]), &[]),
    ]);
}

#[test]
fn greynoise_feodo_and_threatfox() {
    let greynoise = |class: &str, tags: &[&str]| {
        intel(json!({ "greynoise_classification": class, "greynoise_tags": tags }))
    };
    let threatfox =
        |types: &[&str]| intel(json!({ "threatfox_listed": true, "threatfox_threat_types": types }));
    let rows: Vec<Row> = vec![
        // DECNET names T1595.002; that something scans does not say for weaknesses.
        row("R0055", greynoise("scanner", &[]), &["T1595@0.7"]),
        row("R0055", greynoise("malicious", &[]), &["T1071@0.35"]),
        // DECNET says T1090; Tor is the multi-hop proxy.
        row("R0055", greynoise("unknown", &["tor_exit_node"]), &["T1090.003@0.7"]),
        row("R0055", greynoise("unknown", &["SSH Bruteforcer"]), &["T1110@0.7"]),
        row("R0055", greynoise("benign", &["web_crawler"]), &["T1595@0.7"]),
        // DECNET says T1588; frameworks are tools.
        row("R0055", greynoise("malicious", &["cobalt_strike"]), &["T1071@0.7", "T1588.002@0.7"]),
        row("R0055", greynoise("x", &["metasploit"]), &["T1071@0.7", "T1588.002@0.7"]),
        row("R0055", greynoise("x", &["sliver"]), &["T1071@0.7", "T1588.002@0.7"]),
        row("R0055", greynoise("x", &["havoc"]), &["T1071@0.7", "T1588.002@0.7"]),
        row("R0055", greynoise("benign", &[]), &[]),
        row("R0055", intel(json!({ "greynoise_classification": "malicious" })), &["T1071@0.35"]),
        row(
            "R0056",
            intel(json!({ "feodo_listed": true, "feodo_malware_family": "QakBot" })),
            &["T1071.001@0.85", "T1588.001@0.85"],
        ),
        row("R0056", intel(json!({ "feodo_listed": false })), &[]),
        row("R0057", threatfox(&["botnet_cc"]), &["T1071@0.8", "T1588.001@0.8"]),
        row("R0057", threatfox(&["payload_delivery"]), &["T1105@0.75", "T1588.001@0.8"]),
        row("R0057", threatfox(&["payload"]), &["T1588.001@0.8"]),
        row("R0057", threatfox(&["cc_skimming"]), &["T1056@0.7"]),
        row("R0057", threatfox(&["other"]), &[]),
    ];
    check(rows);
}

/// R0058: where all providers together say so, a little more, but no tag that was not there.
#[test]
fn agreement_raises_and_makes_nothing() {
    let agreed = |mut fields: Value| {
        fields["aggregate_verdict"] = "malicious".into();
        intel(fields)
    };
    check(vec![
        row("R0058", agreed(json!({})), &[]),
        row(
            "R0058",
            agreed(json!({ "abuseipdb_score": 85, "abuseipdb_categories": [22] })),
            &["T1110@0.645"],
        ),
        row("R0058", agreed(json!({ "abuseipdb_score": 40, "abuseipdb_categories": [22] })), &[]),
        row("R0058", agreed(json!({ "greynoise_classification": "malicious" })), &["T1071@0.4"]),
        row("R0058", agreed(json!({ "feodo_listed": true })), &["T1071.001@0.9", "T1588.001@0.9"]),
        row(
            "R0058",
            intel(json!({ "aggregate_verdict": "benign", "feodo_listed": true })),
            &["T1071.001@0.85", "T1588.001@0.85"],
        ),
    ]);
}
