//! Where the installed programs are, and who may run them.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::fail;

/// The first of these folders that has the program, else the program's own name, to be looked up in `PATH`.
pub(super) fn find(program: &str, folders: &[PathBuf]) -> PathBuf {
    folders
        .iter()
        .map(|folder| folder.join(program))
        .find(|path| path.exists())
        .unwrap_or_else(|| program.into())
}

/// PostgreSQL's folders, newest release first; Debian keeps each release in its own.
pub(super) fn postgres_folders() -> Vec<PathBuf> {
    let entries = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut releases: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    releases.sort_unstable();
    releases
        .iter()
        .rev()
        .map(|release| Path::new("/usr/lib/postgresql").join(release.to_string()).join("bin"))
        .collect()
}

/// Are we root? Servers do not run as root by themselves.
pub(super) fn root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// User and group number of an account.
pub(super) fn account(name: &str) -> (u32, u32) {
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let found = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (known, _, user, group) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        Some((user.parse().ok()?, group.parse().ok()?)).filter(|_| known == name)
    });
    found.unwrap_or_else(|| fail(&format!("there is no account {name}; cargo xtask services makes it")))
}
