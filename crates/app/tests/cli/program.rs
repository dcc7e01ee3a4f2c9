//! Running the program in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with a database.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name).display().to_string()
    }

    /// The program with this folder's database, a fixed clock and nothing of the user's.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vespid"));
        command.args(args).current_dir(self.0.path()).env_clear().env("SOURCE_DATE_EPOCH", "1800000000");
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Standard output of a run that must end well.
    pub(crate) fn say(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Every tag, by its line.
    pub(crate) fn tags(&self) -> Vec<String> {
        self.say(&["export", "--format", "jsonl"]).lines().map(str::to_owned).collect()
    }

    /// A number, or text, asked of the database itself.
    pub(crate) fn ask(&self, sql: &str) -> String {
        self.try_ask(sql).unwrap()
    }

    /// None while there is no such table yet.
    pub(crate) fn try_ask(&self, sql: &str) -> Option<String> {
        let db = rusqlite::Connection::open(self.path("vespid.db")).unwrap();
        db.query_row(sql, [], |row| Ok(format!("{:?}", row.get_ref(0)?))).ok()
    }
}

/// The bundled log of a real Cowrie.
pub(crate) fn sample() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/samples/cowrie-a.json")).unwrap()
}

/// The summary's line that begins with this word.
pub(crate) fn line<'a>(summary: &'a str, word: &str) -> &'a str {
    summary.lines().find(|line| line.starts_with(word)).unwrap_or("").trim_start_matches(word).trim()
}
