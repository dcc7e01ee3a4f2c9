//! What a reader should not have to look for.

use anyhow::Result;

use crate::run::{self, answers, run_with};

const DENY: &str = "0.20.2";

/// Formatting, clippy, dependencies, documentation; warnings are errors.
pub(crate) fn run() -> Result<()> {
    run::run("cargo", &["fmt", "--all", "--check"])?;
    run::run("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    if !answers("cargo", &["deny", "--version"]) {
        run::run("cargo", &["install", "cargo-deny", "--version", DENY, "--locked"])?;
    }
    // The advisory database is no package: it needs the internet (`cargo deny check advisories`).
    run::run("cargo", &["deny", "check", "bans", "licenses", "sources"])?;
    run_with("cargo", &["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")])
}
