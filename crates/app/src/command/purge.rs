//! `vespid purge`

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use vespid_export::text;
use vespid_model::UtcMicros;
use vespid_store::{Purged, Store};

use crate::cli::{Database, PurgeArgs};
use crate::clock::clock;
use crate::exit::Exit;

pub(crate) async fn run(db: &Database, args: &PurgeArgs) -> Result<Exit> {
    let age = i64::try_from(args.older_than.0.as_micros()).unwrap_or(i64::MAX);
    let Some(before) = clock().now().as_micros().checked_sub(age).map(UtcMicros::from_micros) else {
        bail!("--older-than goes back too far")
    };
    let store = Store::open_existing(&db.db).await?;
    let mut out = io::stdout().lock();
    if args.dry_run {
        let done = store.purge_preview(before).await?;
        writeln!(out, "Before {before} there are, and would be deleted:\n{}", table(&done))?;
    } else {
        let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {msg}")?);
        bar.enable_steady_tick(Duration::from_millis(200));
        let told = |done: &Purged| {
            bar.set_message(format!(
                "{}, {} deleted",
                text::count(done.tags, "tag"),
                text::count(done.events, "event")
            ));
        };
        let done = store.purge(before, args.keep_days, told).await?;
        bar.finish_and_clear();
        writeln!(out, "Deleted what happened before {before}:\n{}", table(&done))?;
        let (count, longest) = (done.transactions, done.longest.as_millis());
        writeln!(out, "{}, the longest took {longest} ms", text::count(count, "transaction"))?;
        if args.keep_days {
            writeln!(
                out,
                "What all attackers together did on each day stays counted, in the table rollup_day."
            )?;
        }
    }
    store.close().await;
    Ok(Exit::Done)
}

fn table(done: &Purged) -> String {
    let rows = [
        ("tag", done.tags),
        ("event", done.events),
        ("session", done.sessions),
        ("attacker", done.attackers),
        ("canary trigger", done.canary_triggers),
        ("dead letter", done.dead_letters),
    ];
    rows.map(|(noun, count)| format!("{count:>12} {noun}{}", if count == 1 { "" } else { "s" })).join("\n")
}
