//! What a file is, by its beginning.

use std::net::IpAddr;

/// The form of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    /// A table with these columns.
    Table(Vec<String>),
    /// One address a line.
    Plain,
    Zip,
    /// None that is known.
    Unknown,
}

/// Columns that a table of a known provider has.
const TELLING: [&str; 2] = ["ioc_value", "dst_ip"];

/// By the first bytes, whole lines of them at best.
pub(super) fn form(head: &[u8]) -> Form {
    if head.starts_with(b"PK\x03\x04") {
        return Form::Zip;
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() || text.starts_with(['{', '[']) {
        return Form::Json;
    }
    for line in text.lines() {
        let named = line.trim_start_matches(['#', ' ']);
        let columns: Vec<String> =
            named.split(',').map(|cell| cell.trim().trim_matches('"').to_owned()).collect();
        if columns.iter().any(|column| TELLING.contains(&&**column)) {
            return Form::Table(columns);
        }
        if !line.starts_with('#') && !line.trim().is_empty() {
            let plain = line.trim().parse::<IpAddr>().is_ok();
            return if plain { Form::Plain } else { Form::Unknown };
        }
    }
    // Comments, and nothing else.
    Form::Plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_known_by_their_beginning() {
        for (head, expected) in [
            ("", Form::Json),
            ("\u{feff} [\n", Form::Json),
            ("{\"data\":", Form::Json),
            ("PK\x03\x04abc", Form::Zip),
            ("192.0.2.1\n192.0.2.2\n", Form::Plain),
            ("# a list\n2001:db8::1\n", Form::Plain),
            ("<html>", Form::Unknown),
            ("a,b\n1,2\n", Form::Unknown),
        ] {
            assert_eq!(form(head.as_bytes()), expected, "{head}");
        }
        let columns = |names: &[&str]| Form::Table(names.iter().map(|name| (*name).to_owned()).collect());
        let fox = "#### \n#\n# \"first_seen_utc\",\"ioc_id\",\"ioc_value\"\n\"2026-01-01\", \"1\", \"x\"\n";
        assert_eq!(form(fox.as_bytes()), columns(&["first_seen_utc", "ioc_id", "ioc_value"]));
        assert_eq!(form(b"# first_seen_utc,dst_ip\n"), columns(&["first_seen_utc", "dst_ip"]));
    }
}
