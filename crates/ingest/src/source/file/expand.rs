//! Arguments to inputs.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::Input;
use crate::source::SourceError;

/// The inputs that these arguments name: files, folders (all logs below them), patterns with `*`, `?` and `[...]`,
/// and `-` for standard input. In the order of the arguments, within a folder or pattern by path; the same file once.
///
/// # Errors
/// [`SourceError`] for an argument that names nothing, before anything is read.
pub fn expand(arguments: &[String]) -> Result<Vec<Input>, SourceError> {
    let mut inputs = Vec::new();
    for argument in arguments {
        let path = Path::new(argument);
        if argument == "-" {
            inputs.push(Input::Stdin);
        } else if path.is_dir() {
            let found = inputs.len();
            folder(path, &mut inputs)?;
            if inputs.len() == found {
                return Err(SourceError::EmptyFolder(argument.clone()));
            }
        } else if path.exists() {
            inputs.push(file(path)?);
        } else if argument.contains(['*', '?', '[']) {
            pattern(argument, &mut inputs)?;
        } else {
            return Err(SourceError::Missing(argument.clone()));
        }
    }
    let mut seen = HashSet::new();
    inputs.retain(|input| seen.insert(input.name()));
    Ok(inputs)
}

fn pattern(pattern: &str, inputs: &mut Vec<Input>) -> Result<(), SourceError> {
    let paths = glob::glob(pattern)
        .map_err(|error| SourceError::BadPattern { pattern: pattern.to_owned(), error })?;
    let found = inputs.len();
    for path in paths {
        let path = path.map_err(|error| SourceError::Io {
            name: error.path().display().to_string(),
            error: error.into(),
        })?;
        if !path.is_dir() {
            inputs.push(file(&path)?);
        }
    }
    if inputs.len() == found { Err(SourceError::NoMatch(pattern.to_owned())) } else { Ok(()) }
}

/// All logs below a folder. Links to folders are not followed: they may lead in a circle.
fn folder(folder_: &Path, inputs: &mut Vec<Input>) -> Result<(), SourceError> {
    let entries = fs::read_dir(folder_).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = entries.map_err(SourceError::io(folder_.display().to_string()))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folder(&path, inputs)?;
        } else if path.is_file() && is_log(&path) {
            inputs.push(file(&path)?);
        }
    }
    Ok(())
}

/// `x.json`, `x.log`, `x.csv`, `x.json.1`, `x.json.2026-11-23`, `x.json-20261123`, each also compressed.
pub(super) fn is_log(path: &Path) -> bool {
    let Some(name) = path.file_name().map(OsStr::to_string_lossy) else { return false };
    let kind = live_name(&name).rsplit_once('.').map(|(_, kind)| kind);
    matches!(kind, Some("json" | "jsonl" | "ndjson" | "log" | "csv" | "pcap" | "pcapng"))
}

/// The name that a log had before it was rotated or compressed: `x.json` for all of those.
pub(super) fn live_name(name: &str) -> &str {
    let packed = name.rsplit_once('.').filter(|(_, kind)| matches!(*kind, "gz" | "zst" | "bz2"));
    let name = packed.map_or(name, |(name, _)| name);
    let is_date = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
    let name = match name.rsplit_once('.') {
        Some((live, last)) if is_date(last) => live,
        _ => name,
    };
    // logrotate's own dates: a dash and digits, behind the name's last part.
    match name.rsplit_once('-') {
        Some((live, date)) if live.contains('.') && date.bytes().all(|byte| byte.is_ascii_digit()) => live,
        _ => name,
    }
}

fn file(path: &Path) -> Result<Input, SourceError> {
    let failed = || SourceError::io(path.display().to_string());
    let metadata = fs::metadata(path).map_err(failed())?;
    if metadata.is_file() {
        let path: PathBuf = fs::canonicalize(path).map_err(failed())?;
        Ok(Input::File(path, metadata.len()))
    } else {
        Ok(Input::Stream(path.to_path_buf()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_logs_in_order_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("sub")).unwrap();
        for name in [
            "b.json",
            "a.json.1",
            "c.json.2026-11-23.gz",
            "c.json-20261122",
            "x.json5",
            "notes.txt",
            "key.pem",
            "sub/d.log",
            "e.1",
        ] {
            fs::write(path(name), "x").unwrap();
        }
        let root = folder.path().display().to_string();
        let names = |arguments: &[String]| -> Vec<String> {
            let inputs = expand(arguments).unwrap();
            let short = |input: &Input| input.name().rsplit('/').next().unwrap_or_default().to_owned();
            inputs.iter().map(short).collect()
        };
        assert_eq!(
            names(std::slice::from_ref(&root)),
            ["a.json.1", "b.json", "c.json-20261122", "c.json.2026-11-23.gz", "d.log"]
        );
        assert_eq!(
            names(&[format!("{root}/*.json"), format!("{root}/b.json"), "-".to_owned()]),
            ["b.json", "-"]
        );
        assert_eq!(names(&[format!("{root}/notes.txt")]), ["notes.txt"], "a file that is named is read");
    }

    #[test]
    fn what_names_nothing_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().display().to_string();
        for argument in
            [format!("{root}/none.json"), format!("{root}/*.json"), root.clone(), format!("{root}/[")]
        {
            let error = expand(std::slice::from_ref(&argument)).unwrap_err().to_string();
            assert!(error.starts_with(&argument), "{error}");
        }
    }
}
