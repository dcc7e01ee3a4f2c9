//! Programs by name.

/// A program with an assumed absolute path: shells in `/bin`, everything else in `/usr/bin`. A name with a slash is
/// kept as typed.
pub(crate) fn path(name: &str) -> String {
    if name.contains('/') {
        name.to_owned()
    } else if is_shell(name) || name == "busybox" {
        format!("/bin/{name}")
    } else {
        format!("/usr/bin/{name}")
    }
}

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
