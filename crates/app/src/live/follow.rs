//! Rules for all who tag: looked at in one place, and handed on as a whole.

use std::io::{self, Write};
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use super::{News, Rules};
use crate::judge::ByRules;

/// The rules as they are now.
#[derive(Clone)]
pub(crate) struct Now {
    pub(crate) rules: Arc<ByRules>,
    /// How often they changed while they ran, and how many faults were in what changed.
    reloads: u64,
    reload_problems: u64,
}

/// The rules as one of those who tag has them. Clones are for others.
#[derive(Clone)]
pub(crate) struct Following {
    channel: watch::Receiver<Now>,
    now: Now,
}

impl Following {
    /// What it has.
    pub(crate) const fn now(&self) -> &Now {
        &self.now
    }

    /// Are there others by now? Asked before each event.
    pub(crate) fn is_behind(&self) -> bool {
        // Nobody looks any more when the program ends.
        self.channel.has_changed().unwrap_or(false)
    }

    /// How often rules changed until now while they ran, and how many faults were in what changed.
    pub(crate) fn counted(&self) -> (u64, u64) {
        let latest = self.channel.borrow();
        (latest.reloads, latest.reload_problems)
    }

    /// Takes them over. True when the rules have other texts, and not only other states.
    pub(crate) fn take(&mut self) -> bool {
        let next = self.channel.borrow_and_update().clone();
        let reloaded = next.rules.engine.digest() != self.now.rules.engine.digest();
        self.now = next;
        reloaded
    }
}

/// Looks at the rules twice a second for as long as the task runs, and says what it found on standard error.
pub(super) fn follow(mut rules: Rules) -> (Following, JoinHandle<()>) {
    let mut now = Now { rules: rules.judge(), reloads: 0, reload_problems: 0 };
    let (sender, channel) = watch::channel(now.clone());
    let following = Following { channel, now: now.clone() };
    let looking = tokio::spawn(async move {
        loop {
            sleep_until(rules.due).await;
            let news = rules.refresh().await;
            now.rules = rules.judge();
            now.reloads += u64::from(news.reloaded);
            now.reload_problems += news.problems.len() as u64;
            // Whoever started the program may have closed its standard error.
            let _ = say(&news);
            sender.send_replace(now.clone());
        }
    });
    (following, looking)
}

/// Said at once: the run may last for weeks.
fn say(news: &News) -> io::Result<()> {
    let mut err = io::stderr().lock();
    if let Some(why) = &news.failed {
        writeln!(err, "rules stay as they are: {why}")?;
    }
    for problem in &news.problems {
        writeln!(err, "{problem} (what ran before, if anything, goes on)")?;
    }
    if news.reloaded {
        writeln!(err, "rules reloaded")?;
    }
    say_changed(&mut err, &news.changed)
}

/// Rules whose text changed while their version did not.
pub(crate) fn say_changed(err: &mut impl Write, rules: &[String]) -> io::Result<()> {
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(
        err,
        "changed without a new version: {}; tags that only the old text gave stay, with that text (raise vespid.version)",
        rules.join(", ")
    )
}
