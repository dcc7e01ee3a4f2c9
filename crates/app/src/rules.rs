//! Which rules and which catalogue: reads them, compiles them, reports what is wrong.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result, bail};
use vespid_attack::Catalogue;
use vespid_engine::{Engine, Pack, Problem, RuleFile, lint, shipped_rules};
use vespid_model::release::Release;
use vespid_model::rows::Scope;
use vespid_store::{RuleText, Store};

/// No rule is longer; a folder given by mistake may hold anything.
pub(crate) const LONGEST_RULE: u64 = 1 << 20;

/// The files of a folder, else the shipped ones.
pub(crate) fn files(folder: Option<&Path>) -> Result<Vec<RuleFile>> {
    match folder {
        Some(folder) => read(folder).with_context(|| format!("rules in {}", folder.display())),
        None => Ok(shipped_rules()),
    }
}

/// The rule files that were named, and those of the folders that were; the shipped ones where nothing was.
pub(crate) fn named(paths: &[PathBuf]) -> Result<Vec<RuleFile>> {
    if paths.is_empty() {
        return Ok(shipped_rules());
    }
    let mut files = Vec::new();
    for path in paths {
        let whole = || path.display().to_string();
        if path.is_dir() {
            for file in read(path).with_context(whole)? {
                let name = path.join(&file.path).display().to_string();
                files.push(RuleFile { path: name, ..file });
            }
        } else {
            files.push(RuleFile { path: whole(), text: text(path).with_context(whole)? });
        }
    }
    Ok(files)
}

/// The engine over these rules, and what is wrong with any of them.
pub(crate) fn engine(files: &[RuleFile], attack: &Catalogue) -> Result<(Engine, Vec<Problem>)> {
    let (engine, problems) = Engine::new(Pack::load(files, attack), attack);
    if engine.rules().is_empty() {
        let first = problems.first().map(|problem| format!(": {problem}")).unwrap_or_default();
        bail!("no rule can run{first}");
    }
    Ok((engine, problems))
}

/// What is wrong, each with the line of its file where that is known.
pub(crate) fn said(problems: &[Problem], files: &[RuleFile]) -> Vec<String> {
    let said = |problem: &Problem| match lint::line(problem, files) {
        Some(line) => problem.at(line),
        None => problem.to_string(),
    };
    problems.iter().map(said).collect()
}

/// The texts of the rules that make tags, as the store keeps them.
pub(crate) fn texts(engine: &Engine) -> Vec<RuleText> {
    let named = engine.rules().iter().filter(|rule| !rule.emits.is_empty());
    let texts = named.map(|rule| RuleText {
        name: rule.id.to_string(),
        version: rule.version,
        title: rule.title.clone(),
        description: rule.description.clone(),
        source_path: rule.path.clone(),
        yaml: rule.source.clone(),
    });
    let correlations = engine.correlations().iter().map(|correlation| RuleText {
        name: correlation.id.to_string(),
        version: correlation.version,
        title: correlation.title.clone(),
        description: correlation.description.clone(),
        source_path: correlation.path.clone(),
        yaml: correlation.source.clone(),
    });
    texts.chain(correlations).collect()
}

/// The catalogue of a release: the one imported into this database, else the bundled one; the default release when
/// none is named.
pub(crate) async fn catalogue(
    store: Option<&Store>,
    release: Option<Release>,
) -> Result<Cow<'static, Catalogue>> {
    let release = release.unwrap_or_else(|| Catalogue::default_release().release());
    let known = match store {
        Some(store) => store.catalogue(release).await?,
        None => Catalogue::bundled(release).map(Cow::Borrowed),
    };
    known.with_context(|| {
        format!("ATT&CK {release} is neither bundled nor imported; see `vespid attack list`")
    })
}

/// The catalogue for tagging again what is stored: of the release that is named, else of the newest stored tags.
pub(crate) async fn catalogue_for(
    store: &Store,
    release: Option<Release>,
) -> Result<Cow<'static, Catalogue>> {
    match release {
        Some(release) => catalogue(Some(store), Some(release)).await,
        None => Ok(store.catalogue_of(&store.totals(&Scope::Fleet).await?.releases).await?),
    }
}

fn read(folder: &Path) -> Result<Vec<RuleFile>> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    if paths.is_empty() {
        bail!("no .yml or .yaml file");
    }
    paths
        .into_iter()
        .map(|path| {
            let text = text(&path).with_context(|| path.display().to_string())?;
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            Ok(RuleFile { path: name, text })
        })
        .collect()
}

/// The text of a rule file. Bytes that are no UTF-8 are replaced: the rule says what it cannot read.
pub(crate) fn text(path: &Path) -> Result<String> {
    if fs::metadata(path)?.len() > LONGEST_RULE {
        bail!("longer than {LONGEST_RULE} bytes: not a rule");
    }
    Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
}

pub(crate) fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") {
            paths.push(path);
        }
    }
    Ok(())
}
