//! R0006: logins with default credentials.

use serde_json::json;

use super::{Row, check, cowrie};

/// DECNET says it of every attempt; one that was refused used no account.
#[test]
fn default_credentials_that_were_let_in() {
    let pairs = [("root", "root"), ("admin", "admin"), ("admin", "password"), ("pi", "raspberry")];
    let row = |(username, password): (&str, &str), eventid, expected| Row {
        detection: "R0006",
        line: cowrie(eventid, json!({ "username": username, "password": password })),
        expected,
        among_others: true,
    };
    let let_in = pairs.iter().map(|pair| row(*pair, "login.success", &["T1078.001"] as &[_]));
    // An empty password is no vendor's: it is a valid account for now.
    let empty = row(("root", ""), "login.success", &["T1078"]);
    check(let_in.chain([empty]).collect());
}
