//! The programs that tests start: real ones, from Debian's packages.

use std::path::Path;

use anyhow::{Result, bail};

use crate::run::{answers, run_with};

/// A program and the Debian package that has it.
const NEEDED: &[(&str, &str)] = &[("/usr/bin/chromium", "chromium")];

/// Installs what is missing when it may, and says what to install when it may not.
pub(crate) fn install() -> Result<()> {
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|(program, _)| !Path::new(program).exists())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_root() || !answers("apt-get", &["--version"]) {
        bail!("the tests need {0}; install it, on Debian with: apt-get install {0}", missing.join(" "));
    }
    // Nobody is there to answer questions.
    let quiet = [("DEBIAN_FRONTEND", "noninteractive")];
    run_with("apt-get", &["update", "-qq"], &quiet)?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(missing);
    run_with("apt-get", &args, &quiet)
}

fn is_root() -> bool {
    // The owner of our own process's folder, without a library for one number.
    std::os::unix::fs::MetadataExt::uid(&match std::fs::metadata("/proc/self") {
        Ok(metadata) => metadata,
        Err(_) => return false,
    }) == 0
}
