//! R0003, R0004, R0059 and the fingerprints of HTTP clients.

use serde_json::json;

use super::{check, native, row};

#[test]
fn secrets_seen_in_several_places() {
    let identity = |fields| native("identity", fields);
    let credential = |fields| native("credential", fields);
    check(vec![
        row(
            "R0003",
            identity(json!({ "shared_password_hash": "5e88", "account_count": 3 })),
            &["T1110.003@0.9"],
        ),
        row("R0003", identity(json!({ "shared_password_hash": "5e88", "account_count": 2 })), &[]),
        row("R0003", identity(json!({ "account_count": 3 })), &[]),
        row("R0004", credential(json!({ "credential_hash": "5e88", "reuse_count": 1 })), &["T1110.004@0.9"]),
        row("R0004", credential(json!({ "credential_hash": "5e88", "target_count": 2 })), &["T1110.004@0.9"]),
        row("R0004", credential(json!({ "credential_hash": "5e88", "reuse_count": 0 })), &[]),
    ]);
}

#[test]
fn addresses_on_the_link() {
    let leak = |addr| native("ipv6_leak", json!({ "addr": addr, "vector": "active_echo" }));
    check(vec![
        row("R0059", leak("fe80::5efe:c0ff:fe00:201"), &["T1090@0.85"]),
        row("R0059", leak("FE80::1"), &["T1090@0.85"]),
        row("R0059", leak("2001:db8::1"), &[]),
        row("R0059", leak("fe80:nonsense"), &[]),
    ]);
}

/// DECNET has these without rules: a list of three shapes, every settings frame, every QUIC handshake.
#[test]
fn clients_by_their_fingerprint() {
    let client = |fields| native("http_fingerprint", fields);
    check(vec![
        row(
            "HFP-0001",
            client(json!({ "ja4h": "ge11cn060000_4e59edc1297a_4da5efaf0cbd_0a" })),
            &["T1071.001@0.85"],
        ),
        row(
            "HFP-0001",
            client(json!({ "ja4h": "ge11nn030000_fe444ad14866_000000000000_000000000000" })),
            &["T1595@0.49"],
        ),
        row(
            "HFP-0001",
            client(
                json!({ "ja4h": "ge11nn030000_fe444ad14866_000000000000_000000000000", "user_agent": "Mozilla/5.0 (X11)" }),
            ),
            &["T1036.012@0.75"],
        ),
        row(
            "HFP-0001",
            client(json!({ "ja4h": "ge20cr13enus_974ebe531c03_b66fa821d02c_e97928733c74" })),
            &[],
        ),
        row(
            "HFP-0002",
            client(json!({ "fingerprint_type": "http2_settings", "settings": "1:65536", "protocol": "h2" })),
            &[],
        ),
        row(
            "HFP-0003",
            client(json!({ "ja4_quic": "q13d0312h3_55b375c5d22e_06cda9e17597", "protocol": "h3" })),
            &[],
        ),
        row(
            "HFP-0003",
            client(json!({ "ja4": "t13d190900_9dc949149365_97f8aa674fd9" })),
            &["T1071.001@0.85"],
        ),
    ]);
}
