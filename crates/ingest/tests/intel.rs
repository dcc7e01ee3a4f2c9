//! Files of providers, by hand after what the providers describe, read as they are downloaded.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use proptest::prelude::*;
use vespid_ingest::intel::{Given, Item, answer, read};
use vespid_ingest::source::file::expand;
use vespid_model::listing::Provider;

const FILES: [&str; 11] = [
    "abuseipdb-blacklist.json",
    "abuseipdb-check.json",
    "abuseipdb-plain.txt",
    "feodo.csv",
    "feodo.json",
    "greynoise-community.json",
    "greynoise-v2.json",
    "greynoise-v3.json",
    "threatfox-api.json",
    "threatfox.csv",
    "threatfox.json",
];

fn path(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/intel").join(name).display().to_string()
}

/// Each entry as a line: its feed, address, time and words; what it is about; or what is wrong.
fn lines(name: &str, given: Given) -> Vec<String> {
    let mut lines = Vec::new();
    for input in expand(&[path(name)]).unwrap() {
        read(&input, given, &mut |item| {
            lines.push(line(item));
            true
        })
        .unwrap();
    }
    lines
}

fn line(item: Item) -> String {
    match item {
        Item::Said(said) => {
            let seen = said.seen.map_or("-".to_owned(), |seen| seen.to_string());
            let body = serde_json::to_string(&said.body()).unwrap();
            format!("{} {} {seen} {body}", said.feed.name(), said.ip)
        }
        Item::Passed(what) => format!("passed {what}"),
        Item::Bad { detail, .. } => format!("bad {detail}"),
    }
}

#[test]
fn every_format_says_what_it_says() {
    let plain = Given { provider: Some(Provider::AbuseIpDb), plain_score: 100 };
    let all: Vec<String> = FILES
        .iter()
        .flat_map(|name| {
            let given = if name.ends_with("txt") { plain } else { Given::default() };
            [format!("{name}:")].into_iter().chain(lines(name, given))
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

/// A table and a document of one list say the same.
#[test]
fn the_form_of_a_list_does_not_matter() {
    let good = |name| {
        let mut all = lines(name, Given::default());
        all.retain(|line| !line.starts_with("bad") && !line.starts_with("passed"));
        all
    };
    assert_eq!(good("feodo.csv"), good("feodo.json"));
    assert_eq!(good("threatfox.csv"), good("threatfox.json"));
    assert_eq!(good("threatfox-api.json"), good("threatfox.json")[..1]);
    assert_eq!(good("greynoise-v3.json")[0].replace("ssh-b", "SSH B"), {
        // Version 2 writes the names of tags, version 3 has short ones too.
        good("greynoise-v2.json")[0].replace("\"Mirai\",", "")
    });
}

fn failure(bytes: &[u8], given: Given) -> String {
    answer("x", bytes, given, &mut |_| true).unwrap_err().to_string()
}

#[test]
fn a_file_that_is_none_says_what_to_do() {
    let given = Given::default();
    for (bytes, expected) in [
        (&b"PK\x03\x04"[..], "x: a ZIP archive; unpack it first"),
        (b"<html>no</html>", "x: not a file of a known provider"),
        (b"192.0.2.1\n", "x: a plain list of addresses, which does not say whose; give --provider"),
        (br#"[{"ip_address": "192.0.2.1", "malware": "x"},"#, "x: after 1 of its entries: EOF while parsing"),
        (br#"[{"a": "\xff"}]"#, "x: after 0 of its entries: "),
    ] {
        let error = failure(bytes, given);
        assert!(error.starts_with(expected), "{error}");
    }
    let error = failure(b"192.0.2.1\n", Given { provider: Some(Provider::GreyNoise), ..given });
    assert!(error.contains("that provider has none"), "{error}");
}

/// No entry is so long that it would fill the memory, whatever it is made of.
#[test]
fn an_entry_has_an_end() {
    let long = 17 << 20;
    for bytes in [
        format!(r#"[{{"name": "{}"}}]"#, "x".repeat(long)),
        format!(r#"{{"tags": [{}]}}"#, "[],".repeat(long / 3)),
        "[".repeat(300),
        format!("# dst_ip\n\"{}", "x".repeat(long)),
    ] {
        let error = failure(bytes.as_bytes(), Given::default());
        assert!(error.contains("16 MiB") || error.contains("recursion limit"), "{error}");
    }
    // A file has none: much more than one entry may have.
    let entry = br#"{"ip_address": "192.0.2.1", "malware": "QakBot", "padding": ""},"#.repeat(400_000);
    let bytes = [&b"["[..], &entry, b"{}]"].concat();
    let (mut said, mut bad) = (0, 0);
    answer("x", &bytes, Given::default(), &mut |item| {
        match item {
            Item::Said(_) => said += 1,
            _ => bad += 1,
        }
        true
    })
    .unwrap();
    assert_eq!((said, bad, bytes.len() > long), (400_000, 1, true));
}

#[test]
fn who_wants_no_more_gets_no_more() {
    for name in FILES {
        let bytes = std::fs::read(path(name)).unwrap();
        let mut seen = 0;
        let given = Given { provider: name.ends_with("txt").then_some(Provider::AbuseIpDb), plain_score: 1 };
        answer("x", &bytes, given, &mut |_| {
            seen += 1;
            false
        })
        .unwrap();
        assert_eq!(seen, 1, "{name}");
    }
}

proptest! {
    /// Bytes may be anything: there is an answer or an error, and never a time or score that cannot be.
    #[test]
    fn damage_is_counted(
        file in 0..FILES.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
        provider in 0..=Provider::ALL.len(),
    ) {
        let mut bytes = std::fs::read(path(FILES[file])).unwrap();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let given = Given { provider: Provider::ALL.get(provider).copied(), plain_score: 100 };
        let mut wrong = Vec::new();
        let _ = answer("x", &bytes, given, &mut |item| {
            if let Item::Said(said) = &item {
                let body = said.body();
                let score = body.abuseipdb_score.is_none_or(|score| (0..=100).contains(&score));
                if !score || body.providers.len() != 1 || body.greynoise_tags.iter().any(|tag| tag.len() > 512) {
                    wrong.push(item);
                }
            }
            true
        });
        prop_assert!(wrong.is_empty(), "{wrong:?}");
    }
}
