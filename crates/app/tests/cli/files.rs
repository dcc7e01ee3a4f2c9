//! The database as a file that people copy, move and protect.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::program::{Place, sample};

/// A user who owns nothing.
const NOBODY: u32 = 65_534;

#[test]
fn the_file_alone_is_the_database() {
    let (place, elsewhere) = (Place::new(), Place::new());
    let log = place.write("cowrie.json", &sample());
    place.say(&["ingest", &log]);
    fs::copy(place.path("vespid.db"), elsewhere.path("vespid.db")).unwrap();
    assert_eq!(elsewhere.tags(), place.tags());
    assert!(!place.path("vespid.db-wal").exists(), "nothing is left in a journal");
}

#[test]
fn who_may_not_write_may_read() {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    place.say(&["ingest", &log]);
    let report = place.say(&["report"]);
    // Root may write anything, so that the reader must be somebody else, who reaches this copy of the program.
    let program = place.path("vespid");
    if fs::hard_link(env!("CARGO_BIN_EXE_vespid"), &program).is_err() {
        fs::copy(env!("CARGO_BIN_EXE_vespid"), &program).unwrap();
    }
    let somebody = |args: &[&str]| {
        let mut command = Command::new(&program);
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.args(args).current_dir(place.path("")).env_clear().output()
    };
    fs::set_permissions(place.path("vespid.db"), Permissions::from_mode(0o444)).unwrap();
    // A folder that the reader may not write to, and one that everybody may.
    for mode in [0o555, 0o777] {
        fs::set_permissions(place.path(""), Permissions::from_mode(mode)).unwrap();
        let Ok(read) = somebody(&["report"]) else {
            eprintln!("skipped: no other user can run here, or the temporary folder is out of their reach");
            break;
        };
        let refused = somebody(&["ingest", &log]).unwrap();
        let said = String::from_utf8_lossy(&read.stdout);
        assert!(read.status.success(), "{mode:o}: {}", String::from_utf8_lossy(&read.stderr));
        assert_eq!(said.lines().nth(1), report.lines().nth(1), "{mode:o}");
        assert_eq!(refused.status.code(), Some(1), "{mode:o}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("vespid.db"), "{mode:o}");
        assert!(
            !place.path("vespid.db-wal").exists(),
            "{mode:o}: a reader's journal would lock the owner out"
        );
    }
    fs::set_permissions(place.path(""), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.path("vespid.db"), Permissions::from_mode(0o644)).unwrap();
    place.say(&["ingest", &log, "--reread"]);
}

#[test]
fn a_misspelt_argument_leaves_no_database_behind() {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    for args in [&["ingest", "missing.json"][..], &["ingest", &log, "--rules", "missing"]] {
        assert_eq!(place.run(args).status.code(), Some(1));
        assert!(!place.path("vespid.db").exists(), "{args:?}");
    }
}

/// What is printed as the next command can be typed.
#[test]
fn hints_are_commands() {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    let said = place.say(&["quickstart", "--db", "my own.db", &log]);
    let after = |words: &str| said.lines().find_map(|line| Some(line.split_once(words)?.1.trim())).unwrap();
    for hint in [after("What did one of them do:"), after("Why do you say so:")] {
        let output = Command::new("sh").args(["-c", hint]).current_dir(place.path("")).output().unwrap();
        assert!(output.status.success(), "{hint}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(after("The same as pages: run").contains("serve --db 'my own.db'`"), "{said}");
}
