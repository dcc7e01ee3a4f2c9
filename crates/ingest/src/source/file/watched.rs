//! Paths that are looked at again and again.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::expand::{is_log, live_name};
use crate::source::SourceError;

/// Files of one place. A folder of more is no folder of logs.
const MOST: usize = 50_000;

/// A place, and what of it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// All logs below a folder.
    Folder(PathBuf),
    /// The files of a pattern.
    Pattern(String),
    /// Files of one folder by their names, and what they are called when they are rotated or compressed.
    Files(PathBuf, Vec<String>),
}

/// A regular file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub path: PathBuf,
    /// Where it was before it was rotated or compressed.
    pub live: PathBuf,
    /// Its device and inode: what stays when it gets another name.
    pub id: (u64, u64),
    /// Its length in bytes.
    pub length: u64,
    /// When it was last written to.
    pub modified: Option<SystemTime>,
}

impl Watched {
    /// The places that these arguments name. A file need not be there yet, but its folder; a pattern may fit nothing yet.
    ///
    /// # Errors
    /// [`SourceError`] for what cannot be followed.
    pub fn all(arguments: &[String]) -> Result<Vec<Self>, SourceError> {
        let mut places = Vec::new();
        let mut files: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
        for argument in arguments {
            let path = Path::new(argument);
            let found = fs::metadata(path).ok();
            if argument == "-" || found.as_ref().is_some_and(|found| !found.is_file() && !found.is_dir()) {
                return Err(SourceError::NoFile(argument.clone()));
            } else if found.as_ref().is_some_and(fs::Metadata::is_dir) {
                places.push(Self::Folder(canonical(path)?));
            } else if found.is_none() && argument.contains(['*', '?', '[']) {
                glob::Pattern::new(argument)
                    .map_err(|error| SourceError::BadPattern { pattern: argument.clone(), error })?;
                // The whole path is the file's name.
                let here = canonical(Path::new("."))?;
                let here = glob::Pattern::escape(&here.display().to_string());
                let whole = if path.is_absolute() { argument.clone() } else { format!("{here}/{argument}") };
                places.push(Self::Pattern(whole));
            } else {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = folder.unwrap_or(Path::new("."));
                let (Some(name), true) = (path.file_name(), folder.is_dir()) else {
                    return Err(SourceError::Missing(argument.clone()));
                };
                files.entry(canonical(folder)?).or_default().push(name.to_string_lossy().into_owned());
            }
        }
        places.extend(files.into_iter().map(|(folder, names)| Self::Files(folder, names)));
        Ok(places)
    }

    /// For messages: what is followed here.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Folder(path) => vec![path.display().to_string()],
            Self::Pattern(pattern) => vec![pattern.clone()],
            Self::Files(path, names) => {
                names.iter().map(|name| path.join(name).display().to_string()).collect()
            }
        }
    }

    /// All of them.
    pub fn name(&self) -> String {
        self.names().join(", ")
    }

    /// The files that are there now: each once, those of one log together, the oldest first. Only looked at, not opened. A
    /// folder within that cannot be read is left out.
    ///
    /// # Errors
    /// [`SourceError`] when the place itself cannot be read, or holds too much.
    pub fn list(&self) -> Result<Vec<Found>, SourceError> {
        let mut found = BTreeMap::new();
        match self {
            Self::Folder(path) => walk(path, &mut found)?,
            Self::Pattern(pattern) => {
                let paths = glob::glob(pattern)
                    .map_err(|error| SourceError::BadPattern { pattern: pattern.clone(), error })?;
                for path in paths.flatten() {
                    add(path, &mut found)?;
                }
            }
            Self::Files(path, names) => {
                let is_meant = |name: &str| names.iter().any(|it| it == name || it == live_name(name));
                for entry in
                    fs::read_dir(path).map_err(SourceError::io(path.display().to_string()))?.flatten()
                {
                    if entry.file_name().to_str().is_some_and(is_meant) {
                        add(entry.path(), &mut found)?;
                    }
                }
            }
        }
        let mut found: Vec<Found> = found.into_values().collect();
        found.sort_by(|a, b| (&a.live, a.modified, &a.path).cmp(&(&b.live, b.modified, &b.path)));
        Ok(found)
    }
}

/// By device and inode: a file with several names is one.
type All = BTreeMap<(u64, u64), Found>;

/// Links to folders are not followed: they may lead in a circle.
fn walk(folder: &Path, found: &mut All) -> Result<(), SourceError> {
    let entries = fs::read_dir(folder).map_err(SourceError::io(folder.display().to_string()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            match walk(&path, found) {
                // It may be gone by now.
                Ok(()) | Err(SourceError::Io { .. }) => {}
                too_much @ Err(_) => return too_much,
            }
        } else if is_log(&path) {
            add(path, found)?;
        }
    }
    Ok(())
}

fn add(path: PathBuf, found: &mut All) -> Result<(), SourceError> {
    let Ok(metadata) = fs::metadata(&path) else { return Ok(()) };
    if !metadata.is_file() {
        return Ok(());
    }
    if found.len() == MOST {
        return Err(SourceError::TooMany(MOST));
    }
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let live = path.with_file_name(live_name(&name));
    let id = (metadata.dev(), metadata.ino());
    let one = Found { live, path, id, length: metadata.len(), modified: metadata.modified().ok() };
    found.insert(id, one);
    Ok(())
}

fn canonical(path: &Path) -> Result<PathBuf, SourceError> {
    fs::canonicalize(path).map_err(SourceError::io(path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_and_what_it_was_rotated_to_belong_together() {
        for name in [
            "x.json",
            "x.json.1",
            "x.json.12.gz",
            "x.json.2026-11-23",
            "x.json-20261123",
            "x.json-20261123.zst",
            "x.json.gz",
        ] {
            assert_eq!(live_name(name), "x.json", "{name}");
        }
        for name in ["cowrie-2.json", "a-1.b.log", "x", "x-1", "log_auth.csv"] {
            assert_eq!(live_name(name), name);
        }
    }

    #[test]
    fn places_are_looked_at_as_they_are_now() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let names = |watched: &Watched| -> Vec<String> {
            let short = |found: &Found| found.path.file_name().unwrap().to_string_lossy().into_owned();
            watched.list().unwrap().iter().map(short).collect()
        };
        let places = Watched::all(&[path("a.json"), path("b.log"), path(""), path("*.txt")]).unwrap();
        assert_eq!(places.len(), 3, "two files of one folder are one place");
        assert!(places.iter().all(|place| names(place).is_empty()));
        for name in ["c.json", "a.json.1", "b.log", "x.txt", "a.json", "a.json2"] {
            fs::write(path(name), "x").unwrap();
        }
        fs::hard_link(path("b.log"), path("z.log")).unwrap();
        fs::File::open(path("a.json.1")).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        let [folder, pattern, files] = &places[..] else { panic!("{places:?}") };
        assert_eq!(names(folder).len(), 4, "a file with two names is one: {:?}", names(folder));
        assert_eq!(names(pattern), ["x.txt"]);
        assert_eq!(names(files), ["a.json.1", "a.json", "b.log"]);
    }

    #[test]
    fn what_cannot_be_followed_is_said() {
        for argument in ["-", "/dev/null", "/no/such/folder/x.json"] {
            let error = Watched::all(&[argument.to_owned()]).unwrap_err().to_string();
            assert!(error.starts_with(argument), "{error}");
        }
    }
}
