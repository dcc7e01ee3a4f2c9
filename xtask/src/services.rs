//! The programs that tests start: real ones, from Debian's packages.

use std::path::Path;

use anyhow::{Result, bail};

use crate::run::{answers, run_unattended};

/// A program and the Debian package that has it; `*` stands for one folder, as a release's.
const NEEDED: &[(&str, &str)] = &[
    ("/usr/bin/chromium", "chromium"),
    ("/usr/bin/logger", "bsdutils"),
    ("/usr/sbin/mariadbd", "mariadb-server"),
    ("/usr/lib/postgresql/*/bin/initdb", "postgresql"),
];

/// Installs what is missing when it may, and says what to install when it may not. Tests start servers of their own;
/// where systemd runs, installing one starts the system's too, which no test uses.
pub(crate) fn install() -> Result<()> {
    let missing: Vec<&str> =
        NEEDED.iter().filter(|(program, _)| !exists(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_root() || !answers("apt-get", &["--version"]) {
        bail!("the tests need {0}; install it, on Debian with: apt-get install {0}", missing.join(" "));
    }
    run_unattended("apt-get", &["update", "-qq"], APT)?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(missing);
    run_unattended("apt-get", &args, APT)
}

/// A package that asks something would wait for ever.
const APT: &[(&str, &str)] = &[("DEBIAN_FRONTEND", "noninteractive")];

fn exists(program: &str) -> bool {
    match program.split_once("/*/") {
        Some((folder, rest)) => std::fs::read_dir(folder)
            .is_ok_and(|entries| entries.flatten().any(|entry| entry.path().join(rest).exists())),
        None => Path::new(program).exists(),
    }
}

fn is_root() -> bool {
    // The owner of our own process's folder, without a library for one number.
    std::os::unix::fs::MetadataExt::uid(&match std::fs::metadata("/proc/self") {
        Ok(metadata) => metadata,
        Err(_) => return false,
    }) == 0
}
