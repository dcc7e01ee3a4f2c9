//! Files to lines, from any offset, in bounded memory.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write;
use std::path::Path;

use vespid_ingest::source::file::{Input, Item, LineReader, MAX_LINE, expand, fingerprint};

/// What a reader gives, in words.
fn told(input: &Input, resume: u64) -> Vec<String> {
    let mut reader = LineReader::open(input, resume).unwrap();
    let mut told = Vec::new();
    while let Some(item) = reader.next() {
        told.push(match item {
            Item::Line { offset, bytes, terminated } => {
                let end = if terminated { "" } else { "~" };
                format!("{offset}:{}{end}", String::from_utf8_lossy(&bytes))
            }
            Item::TooLong { offset, length, head, .. } => format!("{offset}:long {length} {}", head.len()),
            Item::Failed { offset, .. } => format!("{offset}:failed"),
        });
    }
    told
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Input {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    expand(&[path.display().to_string()]).unwrap().remove(0)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn lines_have_offsets_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        told(&write(folder.path(), "a", b"one\n\ntwo\r\nthree"), 0),
        ["0:one", "4:", "5:two\r", "10:three~"]
    );
    assert!(told(&write(folder.path(), "b", b""), 0).is_empty());
}

#[test]
fn packed_files_are_the_same_whatever_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..5000).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n") + "\n";
    let plain = told(&write(folder.path(), "plain", text.as_bytes()), 0);
    assert_eq!(plain.len(), 5000);
    let (first, second) = text.split_at(7777);
    let two = |pack: fn(&[u8]) -> Vec<u8>| [pack(first.as_bytes()), pack(second.as_bytes())].concat();
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap();
    for (name, bytes) in [("g.log", two(gzip)), ("b.log", two(bzip2)), ("z.gz", two(zstd))] {
        let input = write(folder.path(), name, &bytes);
        assert_eq!(told(&input, 0), plain, "{name}");
        assert_eq!(told(&input, 14), plain[2..], "{name}");
    }
}

#[test]
fn reading_may_go_on_at_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"ab\ncde\n\nf";
    for (name, bytes) in [("plain", text.to_vec()), ("packed", gzip(text))] {
        let input = write(folder.path(), name, &bytes);
        for resume in 0..=text.len() {
            let rest = write(folder.path(), "rest", &text[resume..]);
            let shifted: Vec<_> = told(&rest, 0)
                .iter()
                .map(|line| {
                    let (offset, text) = line.split_once(':').unwrap();
                    format!("{}:{text}", offset.parse::<usize>().unwrap() + resume)
                })
                .collect();
            assert_eq!(told(&input, resume as u64), shifted, "{name} from {resume}");
        }
    }
}

#[test]
fn a_file_that_became_shorter_is_read_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"ab\ncde\n";
    for (name, bytes) in [("plain", text.to_vec()), ("packed", gzip(text))] {
        let input = write(folder.path(), name, &bytes);
        let begin = |resume| LineReader::open(&input, resume).unwrap().offset();
        assert_eq!((begin(7), begin(8)), (7, 0), "{name}");
        assert_eq!(told(&input, 8), ["0:ab", "3:cde"], "{name}");
    }
}

#[test]
fn a_line_of_fifty_megabytes_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = b"before\n".to_vec();
    text.extend(vec![b'x'; 50 << 20]);
    text.extend(b"\nafter\n");
    let input = write(folder.path(), "a", &text);
    assert_eq!(told(&input, 0), ["0:before", "7:long 52428800 256", "52428808:after"]);
    let longest = [vec![b'y'; MAX_LINE], b"\n".to_vec(), vec![b'z'; MAX_LINE + 1]].concat();
    let told = told(&write(folder.path(), "b", &longest), 0);
    assert!(told[0].starts_with("0:yy"));
    assert_eq!(told[1], format!("{}:long {} 256", MAX_LINE + 1, MAX_LINE + 1));
}

#[test]
fn a_cut_off_archive_gives_its_whole_lines_first() {
    let folder = tempfile::tempdir().unwrap();
    let text: String =
        (0..90_000).map(|line| format!("{line} {}", line * 7919 % 10007)).collect::<Vec<_>>().join("\n")
            + "\n";
    let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap();
    for (name, packed) in [("g", gzip(text.as_bytes())), ("b", bzip2(text.as_bytes())), ("z", zstd)] {
        let input = write(folder.path(), name, &packed[..packed.len() / 2]);
        let mut told = told(&input, 0);
        let last = told.pop().unwrap();
        assert!(last.ends_with(":failed"), "{name}: {last}");
        assert!(!told.iter().any(|line| line.ends_with('~')), "{name}: half a line was given");
        let lines: Vec<_> = text.lines().take(told.len()).collect();
        assert!(told.iter().zip(lines).all(|(told, line)| told.ends_with(&format!(":{line}"))), "{name}");
    }
}

#[test]
fn a_file_is_known_again_by_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let small = fingerprint(&write(folder.path(), "a", b"one\n"), 1024).unwrap().unwrap();
    assert_eq!(small.length, 4);
    let grown = write(folder.path(), "a", b"one\ntwo\n");
    assert_eq!(fingerprint(&grown, small.length).unwrap(), Some(small));
    let rotated = write(folder.path(), "a", b"new\ntwo\n");
    assert_ne!(fingerprint(&rotated, small.length).unwrap(), Some(small));
    assert_eq!(
        fingerprint(&write(folder.path(), "z", &gzip(b"one\n")), 1024).unwrap(),
        Some(small),
        "packed since"
    );
    // FNV-1a of "a", from the algorithm's own test vectors.
    let vector = fingerprint(&write(folder.path(), "v", b"a"), 9).unwrap().unwrap();
    assert_eq!(vector.hash, 0xaf63_dc4c_8601_ec8c);
    assert_eq!(fingerprint(&Input::Stdin, 9).unwrap(), None);
}

#[test]
fn a_packed_pipe_may_begin_slowly() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let writer = std::thread::spawn({
        let path = path.clone();
        move || {
            let packed = gzip(b"one\ntwo\n");
            let mut pipe = fs::OpenOptions::new().write(true).open(path).unwrap();
            pipe.write_all(&packed[..1]).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(50));
            pipe.write_all(&packed[1..]).unwrap();
        }
    });
    let input = expand(&[path.display().to_string()]).unwrap().remove(0);
    assert_eq!(told(&input, 0), ["0:one", "4:two"]);
    writer.join().unwrap();
}

#[test]
fn names_that_are_not_utf8_are_read_and_stay_apart() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    for name in [&b"a\xff.json"[..], &b"a\\xff.json"[..]] {
        fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "x\n").unwrap();
    }
    assert_eq!(expand(&[folder.path().display().to_string()]).unwrap().len(), 2);
}
