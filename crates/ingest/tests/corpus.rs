//! Real logs of other people, where the folder of them is: read to their end, and a table of what became of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use vespid_ingest::decode::{Decoded, Decoder};
use vespid_ingest::source::file::{Item, LineReader, expand, head};

/// Where the logs are, if anywhere.
const FOLDER: &str = "VESPID_LOGS";

#[test]
fn every_log_is_read() {
    let Some(folder) = std::env::var_os(FOLDER).filter(|folder| Path::new(folder).is_dir()) else {
        eprintln!("{FOLDER} names no folder of logs: nothing to read");
        return;
    };
    let folder = folder.into_string().unwrap();
    let mut formats = 0;
    for input in expand(std::slice::from_ref(&folder)).unwrap() {
        let mut decoder = Decoder::sniffing(Arc::default());
        let known = decoder.look(head(&input).unwrap());
        let name = input.name().replace(&folder, "");
        if let Err(error) = known {
            println!("{name} | {} | {}", decoder.name().unwrap_or("-"), error.reason());
            continue;
        }
        formats += 1;
        let (mut lines, mut kinds, mut rest) =
            (0, BTreeMap::<String, u64>::new(), BTreeMap::<String, u64>::new());
        let mut reader = LineReader::open(&input, 0).unwrap();
        while let Some(item) = reader.next() {
            let Item::Line { bytes, .. } = item else { panic!("{name}: a line that cannot be read") };
            lines += 1;
            match decoder.decode(&bytes) {
                Ok(Decoded::Blank) => *rest.entry("blank".to_owned()).or_default() += 1,
                Ok(Decoded::Passed(it)) => *rest.entry(format!("passed {}", it.as_str())).or_default() += 1,
                Ok(Decoded::Events(events)) => {
                    for event in events {
                        *kinds.entry(event.kind().to_string()).or_default() += 1;
                    }
                }
                Err(error) => {
                    let count = rest.entry(format!("DEAD {}", error.reason())).or_default();
                    if *count == 0 {
                        println!("    {error}: {:.160}", String::from_utf8_lossy(&bytes));
                    }
                    *count += 1;
                }
            }
        }
        println!("{name} | {} | {lines} | {kinds:?} | {rest:?}", decoder.name().unwrap_or("-"));
    }
    assert!(formats > 0, "no log is of a known format");
}
