//! Killed at any moment while logs grow and are rotated, the database is that of one reading.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::thread::{self, sleep};
use std::time::Duration;

use super::files::gzip;
use super::{Watch, all, assert_same};
use crate::interrupted::long_log;
use crate::program::Place;

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// A log with lines that are none.
fn text() -> Vec<u8> {
    let mut text = Vec::new();
    for (number, line) in long_log(6).split_inclusive(|byte| *byte == b'\n').enumerate() {
        text.extend_from_slice(line);
        if number % 97 == 0 {
            text.extend_from_slice(format!("bad line {number}\n").as_bytes());
        }
    }
    text
}

/// Writes the text in pieces that end anywhere, and rotates after every few hundred lines: by another name, by a copy that is
/// cut off, and compressed later.
fn write(folder: &Path, text: &[u8], mut random: Numbers) {
    let live = folder.join("cowrie.json");
    let mut log = OpenOptions::new().create(true).append(true).open(&live).unwrap();
    let (mut written, mut number, mut rotated) = (0, 0, Vec::new());
    while written < text.len() {
        let end = (written + 1 + random.below(20_000)).min(text.len());
        log.write_all(&text[written..end]).unwrap();
        written = end;
        sleep(Duration::from_millis(random.below(70) as u64));
        if random.below(12) > 0 {
            continue;
        }
        // To the end of the line.
        let rest = text[written..].iter().position(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        log.write_all(&text[written..written + rest]).unwrap();
        written += rest;
        number += 1;
        let old = folder.join(format!("cowrie.json.{number}"));
        if random.below(2) == 0 {
            fs::rename(&live, &old).unwrap();
            log = OpenOptions::new().create(true).append(true).open(&live).unwrap();
        } else {
            fs::copy(&live, &old).unwrap();
            log.set_len(0).unwrap();
        }
        rotated.push(old);
        // Some are compressed, while others look at them.
        if rotated.len() > 2 {
            let old = rotated.remove(0);
            let packed = gzip(&fs::read(&old).unwrap());
            let mut file = File::create(format!("{}.gz", old.display())).unwrap();
            for part in packed.chunks(packed.len() / 3 + 1) {
                file.write_all(part).unwrap();
                sleep(Duration::from_millis(20));
            }
            fs::remove_file(&old).unwrap();
        }
    }
}

#[test]
fn kills_and_rotations_lose_nothing_and_double_nothing() {
    let text = text();
    let clean = Place::new();
    let log = clean.write("cowrie.json", &text);
    clean.say(&["ingest", &log]);
    let expected = all(&clean);

    let place = Place::new();
    fs::create_dir(place.path("logs")).unwrap();
    let folder = place.path("logs");
    let mut random = Numbers(7);
    let mut kills = 0;
    thread::scope(|scope| {
        let (folder, text) = (&folder, &text);
        let writer = scope.spawn(move || write(folder, text, Numbers(42)));
        while !writer.is_finished() {
            let watch = Watch::start(&place, &["logs"]);
            sleep(Duration::from_millis(300 + random.below(1500) as u64));
            watch.kill();
            kills += 1;
        }
        writer.join().unwrap();
    });
    assert!(kills > 2, "{kills}");
    let watch = Watch::start(&place, &["logs"]);
    let count = clean.ask("SELECT COUNT(*) FROM event");
    watch.comes_to("SELECT COUNT(*) FROM event", &count);
    // Compressed ones are looked at last.
    sleep(Duration::from_secs(4));
    watch.end();
    eprintln!("{kills} kills");
    assert_same(&all(&place), &expected);
}
