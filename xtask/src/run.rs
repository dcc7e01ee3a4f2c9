//! Running other programs.

use std::ffi::OsStr;
use std::iter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Runs a program in the workspace's folder; its output is the user's.
pub(crate) fn run(program: &str, args: &[&str]) -> Result<()> {
    run_with(program, args, &[])
}

/// The same with environment variables.
pub(crate) fn run_with(program: &str, args: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    finish(Command::new(program).args(args).envs(variables.iter().copied()))
}

/// The same where the program must not ask anything.
pub(crate) fn run_unattended(program: &str, args: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    finish(Command::new(program).args(args).envs(variables.iter().copied()).stdin(Stdio::null()))
}

fn finish(command: &mut Command) -> Result<()> {
    let words: Vec<_> = iter::once(command.get_program()).chain(command.get_args()).collect();
    let shown = words.join(OsStr::new(" ")).display().to_string();
    println!("$ {shown}");
    let status = command.current_dir(root()).status().with_context(|| format!("starting {shown}"))?;
    ensure!(status.success(), "{shown}: {status}");
    Ok(())
}

/// Does this program answer?
pub(crate) fn answers(program: &str, args: &[&str]) -> bool {
    let quiet = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}
