//! Reads a labelled file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use vespid_attack::{Catalogue, Status};
use vespid_model::TechniqueId;

/// A labelled file.
pub(crate) struct Labels {
    /// By command, the techniques that it is to be named with; none means that nothing is to be named.
    pub(crate) commands: BTreeMap<String, BTreeSet<TechniqueId>>,
    /// No command has more than one label: other names may be right too.
    pub(crate) single: bool,
    /// Labels that counted as their successors.
    pub(crate) followed: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    command: String,
    #[serde(default)]
    technique_id: Option<TechniqueId>,
    #[serde(default)]
    technique_ids: Option<Vec<TechniqueId>>,
}

/// Reads a file, one JSON object a line. Labels of the same command come together.
pub(crate) fn read(path: &Path, attack: &Catalogue) -> Result<Labels> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut labels = Labels { commands: BTreeMap::new(), single: true, followed: 0 };
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = || format!("{}:{}", path.display(), number + 1);
        let line: Line = serde_json::from_str(line).with_context(place)?;
        let own = labels.commands.entry(line.command).or_default();
        for id in line.technique_id.into_iter().chain(line.technique_ids.into_iter().flatten()) {
            let Some(technique) = attack.technique(id) else {
                bail!("{}: ATT&CK {} has no {id}", place(), attack.release());
            };
            match attack.successor(id) {
                Some(by) if technique.status != Status::Live => {
                    labels.followed += 1;
                    own.insert(by);
                }
                _ => {
                    own.insert(id);
                }
            }
        }
        labels.single &= own.len() <= 1;
    }
    Ok(labels)
}
