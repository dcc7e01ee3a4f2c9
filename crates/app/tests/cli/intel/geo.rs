//! Where attackers are, from database files.

use std::collections::BTreeMap;

use ipnet::IpNet;
use mmdb_writer::{Value, Writer};

use super::{came, text, told};
use crate::program::Place;

fn map(fields: &[(&str, Value)]) -> Value {
    Value::map(
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<BTreeMap<_, _>>(),
    )
}

/// A database file as MaxMind would make it, with these networks in it.
fn database(kind: &str, networks: &[(&str, Value)]) -> Vec<u8> {
    let mut writer = Writer::new(kind);
    for (network, value) in networks {
        writer.insert_value(network.parse::<IpNet>().unwrap(), value.clone()).unwrap();
    }
    writer.to_bytes().unwrap()
}

fn country(code: &str) -> Value {
    map(&[("country", map(&[("iso_code", code.into())]))])
}

fn network(number: u32, name: &str) -> Value {
    map(&[("autonomous_system_number", number.into()), ("autonomous_system_organization", name.into())])
}

fn known(place: &Place, ip: &str) -> String {
    let columns = ["country_code", "country_source", "asn", "as_name", "asn_source"];
    let columns = columns.map(|column| format!("coalesce({column}, '-')")).join(" || ' ' || ");
    text(place, &format!("SELECT {columns} FROM attackers WHERE ip = '{ip}'"))
}

#[test]
fn attackers_get_their_country_and_network() {
    let place = Place::new();
    came(&place, &["198.51.100.7", "203.0.113.7", "2001:db8::7"]);
    let long = "N".repeat(300);
    let countries = database(
        "GeoLite2-Country-Test",
        &[("198.51.100.0/24", country("FR")), ("2001:db8::/32", country("<script>"))],
    );
    let networks = database(
        "GeoLite2-ASN",
        &[
            ("198.51.100.0/25", network(64_500, "Example Net")),
            ("2001:db8::/48", network(4_200_000_001, &long)),
        ],
    );
    let countries = place.write("country.mmdb", &countries);
    let networks = place.write("asn.mmdb", &networks);
    let said = place.say(&["intel", "geo", "--country", &countries, "--asn", &networks]);
    assert_eq!(told(&said, "attackers"), "3, of 2 something else is stored now");
    assert_eq!((told(&said, "countries"), told(&said, "networks")), ("1 found", "2 found"));
    assert_eq!(known(&place, "198.51.100.7"), "FR GeoLite2-Country 64500 Example Net GeoLite2-ASN");
    assert_eq!(known(&place, "203.0.113.7"), "- - - - -");
    // A code that is none, and a name that is too long.
    assert_eq!(known(&place, "2001:db8::7"), format!("- - 4200000001 {} GeoLite2-ASN", "N".repeat(128)));

    let again = place.say(&["intel", "geo", "--country", &countries, "--asn", &networks]);
    assert_eq!(told(&again, "attackers"), "3, of 0 something else is stored now");
    // Another source takes the place of the first; what it does not know stays.
    let other =
        place.write("other.mmdb", &database("DBIP-Country-Lite", &[("198.51.100.0/24", country("DE"))]));
    place.say(&["intel", "geo", "--country", &other]);
    assert_eq!(known(&place, "198.51.100.7"), "DE DBIP-Country-Lit 64500 Example Net GeoLite2-ASN");
}

#[test]
fn a_file_that_is_no_database_is_told() {
    let place = Place::new();
    came(&place, &["198.51.100.7"]);
    let good = database("GeoLite2-Country", &[("198.51.100.0/24", country("FR"))]);
    let text = place.write("text.mmdb", b"no database");
    let torn = place.write("torn.mmdb", &good[good.len() / 2..]);
    for file in [&text, &torn, &place.path("none.mmdb").display().to_string()] {
        let run = place.run(&["intel", "geo", "--country", file]);
        let error = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.code() == Some(1) && error.starts_with(&format!("vespid: {file}: ")), "{error}");
    }
    assert_eq!(place.run(&["intel", "geo"]).status.code(), Some(2));
}
