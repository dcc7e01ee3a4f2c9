//! Rules as they are now: what operators say of them, and the folder that they come from, looked at twice a second.

mod folder;
mod follow;
mod load;
mod running;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::task::block_in_place;
use tokio::time::Instant;
use vespid_attack::Catalogue;
use vespid_engine::{RuleFile, States};
use vespid_model::clock::Clock;
use vespid_store::Store;

use crate::clock::clock;
use crate::judge::ByRules;
use crate::rules;
use folder::Folder;
pub(crate) use follow::Following;
use follow::{follow, say_changed};
pub(crate) use load::{Loaded, load};
use running::{Next, Running};

/// Between two looks.
const EVERY: Duration = Duration::from_millis(500);

/// The rules that workers tag with, and where they come from. [`follow()`] looks at them.
struct Rules {
    store: Store,
    attack: Cow<'static, Catalogue>,
    folder: Option<Folder>,
    running: Running,
    states: States,
    due: Instant,
    /// Why the last look failed: said once.
    failed: Option<String>,
    clock: Box<dyn Clock>,
}

/// What a look found.
#[derive(Default)]
pub(crate) struct News {
    /// The rules have other texts now; the digest of the engine is another.
    pub(crate) reloaded: bool,
    /// What is wrong with files that changed. Of those that were there, the rules of before still run.
    pub(crate) problems: Vec<String>,
    /// Rules whose text changed while their version did not.
    pub(crate) changed: Vec<String>,
    /// Why the look failed, where the one before did not: all is as it was.
    pub(crate) failed: Option<String>,
}

impl Rules {
    /// Compiles and registers rules and reads what operators say of them. `folder` is where the files are from; files
    /// that the program carries do not change. Gives what is wrong with any of them, too.
    ///
    /// # Errors
    /// When no rule can run, or the database cannot be used.
    async fn load(
        store: &Store,
        files: Vec<RuleFile>,
        folder: Option<&Path>,
        attack: Cow<'static, Catalogue>,
    ) -> Result<(Self, News)> {
        let (engine, problems) = rules::engine(&files, &attack)?;
        let changed = store.rule_register(rules::texts(&engine)).await?;
        let (clock, said) = (clock(), rules::said(&problems, &files));
        let rules = Self {
            states: States::at(&store.rule_states().await?, clock.now()),
            store: store.clone(),
            attack,
            folder: folder.map(Folder::new),
            running: Running::new(files, engine, problems),
            due: Instant::now() + EVERY,
            failed: None,
            clock,
        };
        Ok((rules, News { problems: said, changed, ..News::default() }))
    }

    /// The rules as they are now.
    fn judge(&self) -> Arc<ByRules> {
        Arc::new(ByRules { engine: Arc::clone(&self.running.engine), states: self.states.clone() })
    }

    /// Looks at the database, the clock and the folder. What cannot be looked at stays as it is and is looked at again
    /// the next time: a worker does not end because somebody moves a folder.
    async fn refresh(&mut self) -> News {
        let mut news = News::default();
        if let Err(error) = self.look(&mut news).await {
            let why = format!("{error:#}");
            if self.failed.as_ref() != Some(&why) {
                news.failed = Some(why.clone());
            }
            self.failed = Some(why);
            if let Some(folder) = &mut self.folder {
                folder.again();
            }
        } else {
            self.failed = None;
        }
        self.due = Instant::now() + EVERY;
        news
    }

    async fn look(&mut self, news: &mut News) -> Result<()> {
        self.states = States::at(&self.store.rule_states().await?, self.clock.now());
        let Some(folder) = &mut self.folder else { return Ok(()) };
        #[expect(
            clippy::disallowed_methods,
            reason = "compared with times of files, which a fixed clock has not made"
        )]
        let now = std::time::SystemTime::now();
        // Reading and compiling takes its time, which others of this thread must not wait for.
        let next = block_in_place(|| {
            let disk = folder.changed(now)?;
            Ok::<_, anyhow::Error>(disk.and_then(|disk| self.running.next(disk, &self.attack)))
        })?;
        let Some(Next { running, problems }) = next else { return Ok(()) };
        // Tags to come are of these texts.
        news.changed = self.store.rule_register(rules::texts(&running.engine)).await?;
        news.reloaded = running.engine.digest() != self.running.engine.digest();
        news.problems = problems;
        self.running = running;
        Ok(())
    }
}
