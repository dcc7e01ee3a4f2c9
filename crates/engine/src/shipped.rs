//! The rule pack that the binary carries.

use crate::pack::RuleFile;

/// The files of `rules/`, in the order of their paths.
pub fn shipped_rules() -> Vec<RuleFile> {
    const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));
    FILES.iter().map(|(path, text)| RuleFile { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
}
