//! Where the commands of a line run.

use std::sync::Arc;

use crate::mapped::Mapped;

/// Bytes in a path that is remembered.
const MAX_LENGTH: usize = 1024;

/// The directory that the line went to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    /// Absolute, or begins with `~`. None when it is not known.
    pub(crate) path: Option<Arc<str>>,
    previous: Option<Arc<str>>,
    /// The command that has just ended was a `cd`.
    changed: bool,
    /// What follows runs only if that `cd` failed.
    otherwise: bool,
}

impl Directory {
    pub(crate) fn new(path: Option<Arc<str>>) -> Self {
        Self { path, ..Self::default() }
    }

    /// A command ended.
    pub(crate) fn command(&mut self, argv: &[Mapped]) {
        self.changed = argv.first().is_some_and(|program| program.as_str() == "cd");
        // `cd /tmp || cd /var`: a directory that is named first is the one that most machines have.
        if self.changed && !(self.otherwise && self.path.is_some()) {
            let path = self.target(argv);
            self.previous = std::mem::replace(&mut self.path, path);
        }
    }

    /// The command that has just ended was a `cd`.
    pub(crate) const fn changed(&self) -> bool {
        self.changed
    }

    /// `||` came, or else another separator.
    pub(crate) const fn separate(&mut self, otherwise: bool) {
        self.otherwise = otherwise && self.changed;
    }

    /// Where `cd` goes. None for what is not literal.
    fn target(&self, argv: &[Mapped]) -> Option<Arc<str>> {
        let mut arguments =
            argv.iter().skip(1).map(Mapped::as_str).filter(|it| it.len() < 2 || !it.starts_with('-'));
        match arguments.next() {
            None | Some("~" | "~/") => Some("~".into()),
            Some("-") => self.previous.clone(),
            Some(to) if to.contains(['$', '`', '*', '?', '[']) => None,
            Some(to) if to.starts_with('/') => join("", to),
            Some(to) if to.starts_with('~') => {
                let (home, rest) = to.split_once('/').unwrap_or((to, ""));
                join(home, rest)
            }
            Some("") => self.path.clone(),
            Some(to) => join(self.path.as_deref()?, to),
        }
    }
}

/// A path below another, without `.` and `..`. None for one that leaves a home, and for one that is too long.
fn join(base: &str, path: &str) -> Option<Arc<str>> {
    if base.len() + path.len() > MAX_LENGTH {
        return None;
    }
    let mut joined = base.strip_suffix('/').unwrap_or(base).to_owned();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match joined.rfind('/') {
                Some(slash) => joined.truncate(slash),
                None if joined.is_empty() => {}
                None => return None,
            },
            _ => {
                joined.push('/');
                joined.push_str(part);
            }
        }
    }
    Some(if joined.is_empty() { "/".into() } else { joined.into() })
}
