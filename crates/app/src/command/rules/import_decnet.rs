//! `vespid rules import-decnet`

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use vespid_attack::Catalogue;
use vespid_engine::decnet::{Converted, Outcome, convert};
use vespid_export::printable;

use crate::exit::Exit;
use crate::rules;

#[derive(Debug, Args)]
pub(crate) struct ImportDecnetArgs {
    /// The folder with DECNET's rule files
    dir: PathBuf,
    /// Where the Sigma files go, each named after its rule
    #[arg(long, value_name = "DIR", default_value = "decnet-rules")]
    out: PathBuf,
    /// Replace files there that say something else
    #[arg(long)]
    force: bool,
    /// Exit with code 3 when a rule could not be taken over
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &ImportDecnetArgs) -> Result<Exit> {
    let attack = Catalogue::default_release();
    let mut files = BTreeMap::new();
    let (mut built_in, mut refused) = (0, 0);
    let mut out = io::stdout().lock();
    for path in found(&args.dir)? {
        let shown = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = rules::text(&path).with_context(|| path.display().to_string())?;
        let said = match convert(&text, attack) {
            Outcome::Converted(Converted { rule, text, changes }) => {
                let said = [vec![format!("rule {rule}")], changes].concat().join("; ");
                if files.insert(format!("{rule}.yml"), text).is_none() {
                    said
                } else {
                    bail!("{shown}: an earlier file has a rule {rule} too");
                }
            }
            Outcome::BuiltIn { rule, lifter, instead } => {
                built_in += 1;
                format!("rule {rule} is bound to the lifter {lifter}: Vespid has this built in: {instead}")
            }
            Outcome::Refused(why) => {
                refused += 1;
                format!("left out: {why}")
            }
        };
        writeln!(out, "{}", printable(&format!("{shown}: {said}")))?;
    }
    let written = write(&args.out, &files, args.force)?;
    let folder = args.out.display().to_string();
    writeln!(
        out,
        "{} in {} ({written} written), {built_in} built in, {refused} left out",
        files.len(),
        printable(&folder)
    )?;
    Ok(if args.strict && refused > 0 { Exit::Strict } else { Exit::Done })
}

/// The files that DECNET would read: by their names, in their order.
fn found(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.retain(|path| path.is_file() && is_rule(path));
    paths.sort();
    if paths.is_empty() {
        bail!("{}: no rule file, such as R0010.yaml", folder.display());
    }
    Ok(paths)
}

fn is_rule(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or_default();
    !stem.is_empty() && stem.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// Writes what is not there yet. Nothing at all, where a file says something else and may not be replaced.
fn write(folder: &Path, files: &BTreeMap<String, String>, force: bool) -> Result<usize> {
    let mut new = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(old) if old == text.as_bytes() => {}
            Ok(_) if !force => {
                bail!("{} is there already and says something else: --force replaces it", path.display());
            }
            Ok(_) => new.push((path, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => new.push((path, text)),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        }
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (path, text) in &new {
        fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    Ok(new.len())
}
