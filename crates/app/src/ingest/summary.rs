//! What a run did, in numbers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::Result;
use vespid_engine::states::Withheld;
use vespid_model::UtcMicros;
use vespid_model::clock::{Clock, SystemClock};
use vespid_store::Committed;

use crate::live::News;

/// Counted while reading and committing.
pub(crate) struct Summary {
    pub(crate) interrupted: bool,
    /// The input being read is a pipe or device.
    pub(super) stream: bool,
    pub(super) inputs: u64,
    pub(super) lines: u64,
    pub(super) blank: u64,
    /// Good lines that are no events, by reason.
    pub(super) passed: BTreeMap<&'static str, u64>,
    /// Bytes of the inputs that an earlier run had stored.
    pub(super) skipped: u64,
    /// Lines that became no event, by reason.
    pub(super) dead: BTreeMap<&'static str, u64>,
    /// Dead letters of the bytes that an earlier run had stored.
    pub(super) dead_before: u64,
    pub(super) committed: Committed,
    problems: Vec<String>,
    /// Rules whose text changed while their version did not.
    changed: Vec<String>,
    /// What operators withheld.
    withheld: Withheld,
    /// How often rules changed while they ran, and how many faults were in what changed.
    reloads: u64,
    reload_problems: u64,
    begun: UtcMicros,
}

impl Summary {
    pub(super) fn begin(problems: Vec<String>, changed: Vec<String>) -> Self {
        Self {
            interrupted: false,
            stream: false,
            inputs: 0,
            lines: 0,
            blank: 0,
            passed: BTreeMap::new(),
            skipped: 0,
            dead: BTreeMap::new(),
            dead_before: 0,
            committed: Committed::default(),
            problems,
            changed,
            withheld: Withheld::default(),
            reloads: 0,
            reload_problems: 0,
            begun: SystemClock.now(),
        }
    }

    pub(super) fn begin_input(&mut self, skipped: u64, dead_before: u64) {
        self.inputs += 1;
        self.skipped += skipped;
        self.dead_before += dead_before;
    }

    pub(super) fn withhold(&mut self, withheld: Withheld) {
        self.withheld.disabled += withheld.disabled;
        self.withheld.clipped += withheld.clipped;
    }

    /// Counts what became of the rules while they ran, and says it at once: the run may last for weeks.
    pub(super) fn reload(&mut self, news: &News) -> io::Result<()> {
        let mut err = io::stderr().lock();
        if let Some(why) = &news.failed {
            writeln!(err, "rules stay as they are: {why}")?;
        }
        for problem in &news.problems {
            self.reload_problems += 1;
            writeln!(err, "{problem} (what ran before, if anything, goes on)")?;
        }
        if news.reloaded {
            self.reloads += 1;
            writeln!(err, "rules reloaded")?;
        }
        say_changed(&mut err, &news.changed)
    }

    /// True when a line of the inputs, read now or before, or a rule could not be used.
    pub(crate) fn has_faults(&self) -> bool {
        !self.dead.is_empty() || self.dead_before > 0 || !self.problems.is_empty() || self.reload_problems > 0
    }
}

/// Prints the summary to standard output and faults of rules to standard error.
pub(crate) fn print(summary: &Summary) -> Result<()> {
    for problem in &summary.problems {
        writeln!(io::stderr(), "{problem}")?;
    }
    say_changed(&mut io::stderr(), &summary.changed)?;
    let micros = SystemClock.now().as_micros() - summary.begun.as_micros();
    write(&mut io::stdout().lock(), summary, micros)?;
    Ok(())
}

fn say_changed(err: &mut impl Write, rules: &[String]) -> io::Result<()> {
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(
        err,
        "changed without a new version: {}; tags that only the old text gave stay, with that text (raise vespid.version)",
        rules.join(", ")
    )
}

/// `3 (bad_time 1, not_json 2)`
fn counted(reasons: &BTreeMap<&'static str, u64>) -> String {
    let sum = reasons.values().sum::<u64>();
    let each: Vec<_> = reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
    if each.is_empty() { sum.to_string() } else { format!("{sum} ({})", each.join(", ")) }
}

fn write(out: &mut impl Write, summary: &Summary, micros: i64) -> io::Result<()> {
    let done = &summary.committed;
    if summary.interrupted {
        let rest = if summary.stream {
            "what a pipe gave in the last moment may not be, and cannot be read again."
        } else {
            "run the same command again to go on."
        };
        writeln!(out, "Interrupted. What was read is stored; {rest}")?;
    }
    let seconds = format!("{}.{:02}", micros / 1_000_000, micros / 10_000 % 100);
    let inputs = if summary.inputs == 1 { "input" } else { "inputs" };
    write!(out, "lines         {} read from {} {inputs}", summary.lines, summary.inputs)?;
    if summary.skipped > 0 {
        write!(out, "; {} bytes were read before", summary.skipped)?;
    }
    writeln!(out)?;
    writeln!(out, "events        {} new, {} already known", done.events_new, done.events_duplicate)?;
    writeln!(out, "sessions      {} new", done.sessions_new)?;
    writeln!(out, "attackers     {} new", done.attackers_new)?;
    let changed =
        if done.tags_changed > 0 { format!("{} changed, ", done.tags_changed) } else { String::new() };
    let removed =
        if done.tags_removed > 0 { format!("{} removed, ", done.tags_removed) } else { String::new() };
    writeln!(
        out,
        "tags          {} new, {changed}{removed}{} already known, {} below the confidence floor",
        done.tags_new, done.tags_duplicate, done.tags_floored
    )?;
    let Withheld { disabled, clipped } = summary.withheld;
    let (disabled, clipped) = (disabled + done.windows_disabled, clipped + done.windows_clipped);
    if disabled + clipped > 0 {
        writeln!(out, "rule states   {disabled} tags of disabled rules not made, {clipped} clipped")?;
    }
    let (reloads, faults) = (summary.reloads, summary.reload_problems);
    if reloads + faults > 0 {
        writeln!(out, "rules         reloaded {reloads} times, {faults} faults in what changed")?;
    }
    if !summary.passed.is_empty() {
        writeln!(out, "passed over   {}", counted(&summary.passed))?;
    }
    write!(out, "dead letters  {}", counted(&summary.dead))?;
    if summary.dead_before > 0 {
        write!(out, "; {} in what was read before", summary.dead_before)?;
    }
    writeln!(out)?;
    if summary.blank > 0 {
        writeln!(out, "blank lines   {}", summary.blank)?;
    }
    writeln!(out, "seconds       {seconds}")
}
