//! The beginning of a run: rules to tag with.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;
use tokio::task::JoinHandle;
use vespid_engine::RuleFile;
use vespid_model::release::Release;
use vespid_store::Store;

use super::{Following, News, Rules, follow, say_changed};
use crate::rules;

/// Rules that are compiled, and looked at.
pub(crate) struct Loaded {
    pub(crate) rules: Following,
    /// What is wrong with them. To be said by whoever loads them: [`News::say`].
    pub(crate) news: News,
    /// Looks at them until it is ended.
    pub(crate) looking: JoinHandle<()>,
}

/// Compiles these rules, which are from this folder or those that the program carries, and begins to look at them.
pub(crate) async fn load(
    store: &Store,
    files: Vec<RuleFile>,
    folder: Option<&Path>,
    release: Option<Release>,
) -> Result<Loaded> {
    let attack = rules::catalogue(Some(store), release).await?;
    let (rules, news) = Rules::load(store, files, folder, attack).await?;
    let (rules, looking) = follow(rules);
    Ok(Loaded { rules, news, looking })
}

impl News {
    /// Says on standard error what is wrong with rules that were loaded.
    pub(crate) fn say(&self) -> io::Result<()> {
        let mut err = io::stderr().lock();
        for problem in &self.problems {
            writeln!(err, "{problem}")?;
        }
        say_changed(&mut err, &self.changed)
    }
}
