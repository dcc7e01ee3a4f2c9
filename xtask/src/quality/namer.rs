//! What the rules name a command.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use anyhow::{Context, Result};
use vespid_attack::Catalogue;
use vespid_engine::{Engine, Pack, RuleFile, shipped_rules};
use vespid_model::body::Command;
use vespid_model::event::Event;
use vespid_model::{Body, Confidence, TechniqueId, UtcMicros};

/// A rule pack.
pub(crate) struct Namer(Engine);

impl Namer {
    /// The rules of a folder, else the shipped ones. What is wrong with any goes to standard error.
    pub(crate) fn new(folder: Option<&Path>, attack: &Catalogue) -> Result<Self> {
        let mut files = Vec::new();
        match folder {
            Some(folder) => read(folder, &mut files).with_context(|| folder.display().to_string())?,
            None => files = shipped_rules(),
        }
        let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
        for problem in problems {
            eprintln!("{problem}");
        }
        Ok(Self(engine))
    }

    /// The techniques that the store would keep.
    pub(crate) fn name(&self, command: &str) -> BTreeSet<TechniqueId> {
        let body = Body::Command(Command { command_text: command.to_owned(), script: false });
        let event =
            Event::new(UtcMicros::EARLIEST, IpAddr::V4(Ipv4Addr::LOCALHOST), "decky", Some("session"), body);
        let tags = self.0.tag(&event).tags.into_iter();
        tags.filter(|tag| tag.confidence >= Confidence::FLOOR).map(|tag| tag.technique).collect()
    }
}

fn read(folder: &Path, files: &mut Vec<RuleFile>) -> Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for path in entries.iter().map(fs::DirEntry::path) {
        if path.is_dir() {
            read(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") {
            files.push(RuleFile { path: path.display().to_string(), text: fs::read_to_string(&path)? });
        }
    }
    Ok(())
}
