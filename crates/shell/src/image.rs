//! Programs by name.

use std::sync::Arc;

/// A program with an assumed absolute path: shells in `/bin`, everything else in `/usr/bin`. A name with a slash is
/// kept as typed. None for what is longer than a path can be.
pub(crate) fn path(name: &str) -> Option<Arc<str>> {
    if name.len() > MAX_PATH {
        return None;
    }
    Some(if name.contains('/') {
        name.into()
    } else if is_shell(name) || name == "busybox" {
        format!("/bin/{name}").into()
    } else {
        format!("/usr/bin/{name}").into()
    })
}

/// Bytes in a path, as Linux limits them (`PATH_MAX`).
const MAX_PATH: usize = 4096;

/// The part after the last slash.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Reads commands from its argument, a file or its input.
pub(crate) fn is_shell(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "mksh" | "csh" | "tcsh" | "rbash" | "fish"
    )
}
