//! R0033 and R0041 to R0048: messages.

use serde_json::{Value, json};

use super::{check, native, row};

fn mail(fields: Value) -> Value {
    native("email", fields)
}

#[test]
fn what_a_message_shows() {
    let wallet = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT";
    check(vec![
        // DECNET says T1486; no mail encrypts anything: it wants money (T1657).
        row("R0033", mail(json!({ "body_text": format!("send bitcoin to {wallet}") })), &["T1657@0.9"]),
        row("R0033", mail(json!({ "body_text": "send bitcoin" })), &[]),
        // DECNET says T1496 and T1586.002. The connection is used up (T1496.002); no account was taken over, the name
        // is forged (T1684.002).
        row(
            "R0041",
            mail(json!({ "rcpt_count": 10, "from_domain": "bank.example", "mail_from_domain": "x.test" })),
            &["T1496.002@0.85", "T1684.002@0.85"],
        ),
        row(
            "R0041",
            mail(json!({ "rcpt_count": 10, "from_domain": "a.example", "mail_from_domain": "a.example" })),
            &[],
        ),
        row("R0042", mail(json!({ "rcpt_count": 25, "body_simhash": "8f3a" })), &["T1566@0.85"]),
        row("R0042", mail(json!({ "rcpt_count": 25, "body_simhash": "" })), &[]),
        row("R0042", mail(json!({ "rcpt_count": 24, "body_simhash": "8f3a" })), &[]),
        // DECNET says T1588.001 (malware); a kit is a tool.
        row(
            "R0043",
            mail(json!({ "x_mailer": "Leaf", "matched_kit": "leafmailer" })),
            &["T1566@0.9", "T1588.002@0.85"],
        ),
        row("R0043", mail(json!({ "x_mailer": "Thunderbird" })), &[]),
        // DECNET says T1036.005, which is about names of files and services; the domain was acquired (T1583.001).
        row(
            "R0044",
            mail(json!({ "urls": ["http://a/", "https://www.xn--pple-43d.example/x"] })),
            &["T1566.002@0.9", "T1583.001@0.8"],
        ),
        row("R0044", mail(json!({ "urls": ["https://a.example/xn--x"] })), &[]),
        // DECNET says T1036; release 19 has a technique of its own for it.
        row(
            "R0045",
            mail(json!({ "from_domain": "bank.example", "return_path_domain": "x.test" })),
            &["T1684.002@0.85"],
        ),
        row(
            "R0045",
            mail(json!({ "from_domain": "bank.example", "mail_from_domain": "x.test" })),
            &["T1684.002@0.85"],
        ),
        row("R0045", mail(json!({ "spf_pass": false })), &["T1684.002@0.85"]),
        row("R0045", mail(json!({ "dkim_signed": false })), &["T1684.002@0.51"]),
        row(
            "R0045",
            mail(json!({ "from_domain": "bank.example", "dkim_signed": true, "spf_pass": true })),
            &[],
        ),
        row("R0045", mail(json!({ "from_domain": "bank.example" })), &[]),
        // DECNET says T1204.002 too; nobody opened it here.
        row("R0046", mail(json!({ "attachment_macros": true })), &["T1566.001@0.9"]),
        row(
            "R0046",
            mail(json!({ "attachment_password_protected": true })),
            &["T1027.013@0.9", "T1566.001@0.9"],
        ),
        row("R0046", mail(json!({ "html_smuggling": true })), &["T1027.006@0.9", "T1566.001@0.9"]),
        row("R0046", mail(json!({ "mal_hash_match": true })), &["T1566.001@0.9"]),
        row("R0046", mail(json!({ "attachment_extensions": ["pdf", "ISO"] })), &["T1566.001@0.9"]),
        row("R0046", mail(json!({ "attachment_extensions": ["pdf"], "attachment_macros": false })), &[]),
        // DECNET says T1566.003 (through another service). ATT&CK has business mail of somebody else under
        // impersonation; it has no link (T1566.002) and comes from outside (T1534).
        row(
            "R0047",
            mail(json!({ "subject": "Urgent invoice", "body_text": "please transfer" })),
            &["T1684.001@0.85"],
        ),
        row("R0047", mail(json!({ "subject": "Urgent invoice", "body_text": "see you" })), &[]),
        // DECNET says T1027 and is as sure of T1071.003; that it is a message of an implant is the less likely.
        row("R0048", mail(json!({ "body_base64_bytes": 4096 })), &["T1027.013@0.9", "T1071.003@0.5"]),
        row("R0048", mail(json!({ "body_base64_bytes": 4095 })), &[]),
        // A message of which nothing was checked shows nothing.
        row("G15", mail(json!({ "subject": "hello", "rcpt_count": 1, "body_text": "hello" })), &[]),
    ]);
}
