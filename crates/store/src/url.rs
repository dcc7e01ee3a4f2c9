//! The `--db` argument.

use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// The file behind `sqlite:PATH`, `sqlite://PATH` or a plain path.
pub(crate) fn sqlite_path(url: &str) -> Result<PathBuf, StoreError> {
    let path = match url.split_once(':') {
        Some(("sqlite", rest)) => rest.strip_prefix("//").unwrap_or(rest),
        Some((scheme, rest)) if rest.starts_with("//") || ["mysql", "postgres"].contains(&scheme) => {
            return Err(StoreError::BadUrl(format!("{scheme}:...")));
        }
        _ => url,
    };
    if path.is_empty() || path == ":memory:" {
        return Err(StoreError::BadUrl(url.to_owned()));
    }
    Ok(Path::new(path).to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_spellings_one_file() {
        for url in ["sqlite:a/b.db", "sqlite://a/b.db", "a/b.db"] {
            assert_eq!(sqlite_path(url).unwrap(), Path::new("a/b.db"), "{url}");
        }
        assert_eq!(sqlite_path("sqlite:///var/b.db").unwrap(), Path::new("/var/b.db"));
    }

    #[test]
    fn a_password_in_a_refused_address_is_not_repeated() {
        for url in ["mysql://root:secret@h/d", "postgres://u:secret@h/d", "oracle://u:secret@h"] {
            let error = sqlite_path(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(sqlite_path("sqlite:").is_err());
    }
}
