//! `vespid retag`

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;
use vespid_engine::{Engine, Pack, Problem, RuleFile, States};
use vespid_export::text::count;
use vespid_model::id::RuleId;
use vespid_model::release::Release;
use vespid_model::{Confidence, Tag};
use vespid_store::{Rejudged, Replaced, Retagged, Store, StoredEvent, StoredTag};

use crate::cli::Database;
use crate::clock::clock;
use crate::exit::Exit;
use crate::judge::ByRules;
use crate::moment::Moment;
use crate::rules;
use crate::stop::Stop;
use crate::whatif::{self, Difference, Pass, by_event};

/// The longest pause for other writers after a transaction.
const PAUSE: Duration = Duration::from_millis(120);

#[derive(Debug, Args)]
pub(crate) struct RetagArgs {
    #[command(flatten)]
    db: Database,
    /// Use the Sigma rules of this folder instead of those that the program carries
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Only events from then on: a time or an age, such as 90d
    #[arg(long, value_name = "TIME|AGE")]
    since: Option<Moment>,
    /// The ATT&CK release; that of the newest stored tags if not given
    #[arg(long, value_name = "RELEASE")]
    attack_release: Option<Release>,
    /// Only tell the difference
    #[arg(long)]
    dry_run: bool,
    /// Show so many tags of each kind of difference
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    samples: usize,
}

pub(crate) async fn run(args: &RetagArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let attack = rules::catalogue_for(&store, args.attack_release).await?;
    let files = rules::files(args.rules.as_deref())?;
    let (engine, problems) = Engine::new(Pack::load(&files, &attack), &attack);
    let spared = spared(&problems, &files)?;
    let now = clock().now();
    let states = States::at(&store.rule_states().await?, now);
    let texts = rules::texts(&engine);
    if !args.dry_run {
        store.rule_register(texts.clone()).await?;
    }
    let engine = Arc::new(engine);
    let mut retag = Retag {
        store: &store,
        engine: &engine,
        states: states.clone(),
        spared,
        texts: store.rule_keys(&texts).await?,
        difference: Difference::new(args.samples),
        done: Replaced::default(),
    };
    let stop = Stop::flag()?;
    let mut pass = Pass::new(&store, args.since.map(|since| since.before(now))).await?;
    let mut interrupted = false;
    while let Some(part) = pass.next().await? {
        let wanted = retag.look(&part).await?;
        if !args.dry_run && !wanted.is_empty() {
            let begun = Instant::now();
            retag.done += store.event_tags_replace(wanted, &retag.spared, now).await?;
            tokio::time::sleep(begun.elapsed().min(PAUSE)).await;
        }
        if stop.load(Ordering::Relaxed) {
            interrupted = true;
            break;
        }
    }
    // Nobody knows what a correlation that cannot run would say of its windows.
    let judging = retag.spared.is_empty();
    let mut windows = Rejudged::default();
    if judging && !interrupted {
        let judge = Arc::new(ByRules { engine: Arc::clone(&engine), states });
        let since = args.since.map(|since| since.before(now));
        let told = |told| retag.difference.compare_windows(&told);
        if args.dry_run {
            store.windows_look(judge, &texts, None, since, told).await?;
        } else {
            windows = store.windows_rejudge(judge, &texts, (since, None), now, told).await?;
        }
    }
    let mut out = io::stdout().lock();
    if interrupted {
        writeln!(out, "Interrupted. What was retagged is stored; run the same command again for the rest.")?;
    }
    whatif::text(&mut out, &retag.difference)?;
    if !judging {
        writeln!(out, "What several events show together stays as it is until all rules can run.")?;
    }
    if args.dry_run {
        writeln!(out, "Nothing was written.")?;
    } else {
        let Rejudged { new, removed, changed, .. } = windows;
        writeln!(
            out,
            "windows     {} added, {removed} removed, {changed} changed in place",
            count(new, "tag")
        )?;
        let Replaced { added, removed, changed, .. } = retag.done;
        writeln!(
            out,
            "written     {} added, {removed} removed, {changed} changed in place",
            count(added, "tag")
        )?;
    }
    store.close().await;
    Ok(if interrupted { Exit::Interrupted } else { Exit::Done })
}

struct Retag<'a> {
    store: &'a Store,
    engine: &'a Engine,
    states: States,
    /// Rules that cannot run: what they said stays.
    spared: Vec<RuleId>,
    texts: HashMap<(RuleId, u32), i64>,
    difference: Difference,
    done: Replaced,
}

impl Retag<'_> {
    /// Compares events with what the rules say of them; gives those whose tags are other ones.
    async fn look(&mut self, part: &[StoredEvent]) -> Result<Vec<Retagged>> {
        let keys: Vec<i64> = part.iter().map(|stored| stored.key).collect();
        let mut stored = by_event(self.store.event_tags(&keys, &[]).await?);
        let mut wanted = Vec::new();
        for event in part {
            let mut tags = self.engine.tag(&event.event).tags;
            self.states.apply(&mut tags);
            tags.retain(|tag| tag.confidence >= Confidence::FLOOR);
            let mut old = stored.remove(&event.key).unwrap_or_default();
            old.retain(|old| !self.spared.contains(&old.tag.rule));
            self.difference.compare(event, &old, &tags);
            // A text that is not stored yet, as when nothing is to be written, is another one than any.
            let text =
                |tag: &Tag| self.texts.get(&(tag.rule.clone(), tag.rule_version)).copied().unwrap_or(0);
            let tags: Vec<(Tag, i64)> = tags
                .into_iter()
                .map(|tag| {
                    let text = text(&tag);
                    (tag, text)
                })
                .collect();
            if !is_said(&old, &tags) {
                wanted.push(Retagged { key: event.key, event: event.event.id, tags });
            }
        }
        Ok(wanted)
    }
}

/// Are exactly these tags stored?
fn is_said(old: &[StoredTag], new: &[(Tag, i64)]) -> bool {
    old.len() == new.len()
        && new.iter().all(|(tag, text)| old.iter().any(|old| old.text == *text && old.is(tag)))
}

/// The rules that cannot run. Without the name of one, nobody knows whose tags to leave alone.
fn spared(problems: &[Problem], files: &[RuleFile]) -> Result<Vec<RuleId>> {
    let mut spared = Vec::new();
    for (problem, said) in problems.iter().zip(rules::said(problems, files)) {
        writeln!(io::stderr(), "{said}")?;
        match &problem.rule {
            Some(rule) => spared.push(RuleId::new(rule)),
            None => bail!(
                "{} cannot be read: the tags of its rules would be deleted; mend it first",
                problem.path
            ),
        }
    }
    if !spared.is_empty() {
        writeln!(io::stderr(), "what {} said stays as it is", count(spared.len() as u64, "such rule"))?;
    }
    Ok(spared)
}
