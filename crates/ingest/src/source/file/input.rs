//! One thing to read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A regular file, by its absolute path, and its length in bytes when it was found.
    File(PathBuf, u64),
    /// Standard input.
    Stdin,
    /// A pipe or device: read once, from its beginning.
    Stream(PathBuf),
}

impl Input {
    /// Its name: the absolute path, or `-`. Bytes that are not UTF-8 are written as `\xNN` and a backslash as `\\`,
    /// so that two paths never have one name.
    pub fn name(&self) -> String {
        match self {
            Self::File(path, _) | Self::Stream(path) => spell(path),
            Self::Stdin => "-".to_owned(),
        }
    }

    /// Its length in bytes, None for what has no end yet.
    pub fn len(&self) -> Option<u64> {
        match self {
            Self::File(_, length) => Some(*length),
            Self::Stdin | Self::Stream(_) => None,
        }
    }

    /// True for an empty file.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

fn spell(path: &Path) -> String {
    let mut name = String::new();
    for chunk in std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).utf8_chunks() {
        name.push_str(&chunk.valid().replace('\\', r"\\"));
        for byte in chunk.invalid() {
            // Writing to a String does not fail.
            let _ = write!(name, "\\x{byte:02x}");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn odd_names_stay_apart() {
        let path = PathBuf::from(OsStr::from_bytes(b"/a\xff\xc3\xa9"));
        assert_eq!(Input::File(path, 0).name(), r"/a\xffé");
        assert_eq!(Input::File(PathBuf::from(r"/a\xffé"), 0).name(), r"/a\\xffé");
    }
}
