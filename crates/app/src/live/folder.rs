//! A folder of rules that somebody may edit while they run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use vespid_engine::RuleFile;

use crate::rules::{LONGEST_RULE, collect};

/// A file written so lately may still be written to: it is looked at the next time.
const YOUNG: Duration = Duration::from_millis(200);
/// A file may be changed twice within what its file system takes for one moment; after this long it was not.
const SETTLED: Duration = Duration::from_secs(2);

/// The folder and what was seen of it last.
pub(super) struct Folder {
    path: PathBuf,
    stamps: BTreeMap<PathBuf, Stamp>,
    /// None until the folder was read here, and while a file was young when it was.
    settled: bool,
}

/// What tells that a file may have changed.
#[derive(Clone, Copy, PartialEq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), stamps: BTreeMap::new(), settled: false }
    }

    /// The files, ordered by path, where any of them may have changed; None where none has, or one is just being
    /// written.
    ///
    /// Looking again and again at times and lengths, and at the texts where those differ, misses nothing on any file
    /// system, mounted or not, and needs no watcher that can lose an event.
    pub(super) fn changed(&mut self, now: SystemTime) -> Result<Option<Vec<RuleFile>>> {
        let stamps = self.stamps().with_context(|| format!("rules in {}", self.path.display()))?;
        if self.settled && stamps == self.stamps {
            return Ok(None);
        }
        // The time of a file from the future says nothing of its age.
        let younger = |than: Duration| {
            let age = |stamp: &Stamp| now.duration_since(stamp.modified?).ok();
            stamps.values().filter_map(age).any(|age| age < than)
        };
        if younger(YOUNG) {
            return Ok(None);
        }
        let files = stamps.keys().map(|path| self.read(path)).collect::<Result<_>>()?;
        self.settled = !younger(SETTLED);
        self.stamps = stamps;
        Ok(Some(files))
    }

    /// The next look reads all files: what was read last could not be used.
    pub(super) fn again(&mut self) {
        self.settled = false;
    }

    fn stamps(&self) -> Result<BTreeMap<PathBuf, Stamp>> {
        let mut paths = Vec::new();
        collect(&self.path, &mut paths)?;
        let stamp = |path: PathBuf| {
            let found = fs::metadata(&path).with_context(|| path.display().to_string())?;
            Ok((path, Stamp { modified: found.modified().ok(), length: found.len() }))
        };
        paths.into_iter().map(stamp).collect()
    }

    fn read(&self, path: &Path) -> Result<RuleFile> {
        let text = fs::read(path).with_context(|| path.display().to_string())?;
        if text.len() as u64 > LONGEST_RULE {
            bail!("{} is longer than {LONGEST_RULE} bytes: not a rule", path.display());
        }
        let name = path.strip_prefix(&self.path).unwrap_or(path).display().to_string();
        Ok(RuleFile { path: name, text: String::from_utf8_lossy(&text).into_owned() })
    }
}
