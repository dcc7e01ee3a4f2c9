//! Every exit code of the program.

use std::io::{self, Write};
use std::process::ExitCode;

/// How a run ended. Usage errors exit with 2, which is clap's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Done = 0,
    /// It could not be done.
    Failed = 1,
    /// Done, but `--strict` was given and some input was bad.
    Strict = 3,
    /// Stopped by the user; what was read until then is stored.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Says what went wrong, cause by cause. A reader that went away (`vespid export | head`) is no failure.
pub(crate) fn fail(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        return Exit::Done.into();
    }
    // Nowhere to report a failure to write to standard error.
    let _ = writeln!(io::stderr(), "vespid: {}", causes(error));
    Exit::Failed.into()
}

/// The causes one after the other, each said once: many errors repeat their cause.
fn causes(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !said.contains(&cause) {
            said.push_str(if said.is_empty() { "" } else { ": " });
            said.push_str(&cause);
        }
    }
    said
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::causes;

    #[test]
    fn causes_are_said_once() {
        let error = anyhow!("disk full").context("writing x: disk full").context("saving");
        assert_eq!(causes(&error), "saving: writing x: disk full");
    }
}
