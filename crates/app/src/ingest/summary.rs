//! What a run did, in numbers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::Result;
use vespid_engine::states::Withheld;
use vespid_export::text::count;
use vespid_model::UtcMicros;
use vespid_model::clock::{Clock, SystemClock};
use vespid_store::Committed;

use super::tally::Tally;
use crate::live::News;

/// Counted while reading and committing.
pub(crate) struct Summary {
    pub(crate) interrupted: bool,
    /// The input being read is a pipe or device.
    pub(super) stream: bool,
    pub(super) tally: Tally,
    pub(super) inputs: u64,
    /// Bytes of the inputs that an earlier run had stored.
    pub(super) skipped: u64,
    /// Dead letters of the bytes that an earlier run had stored.
    pub(super) dead_before: u64,
    /// Of the rules, when they were loaded.
    news: News,
    /// How often rules changed while they ran, and how many faults were in what changed.
    pub(super) reloads: u64,
    pub(super) reload_problems: u64,
    begun: UtcMicros,
}

impl Summary {
    pub(super) fn begin(news: News) -> Self {
        Self {
            interrupted: false,
            stream: false,
            tally: Tally::default(),
            inputs: 0,
            skipped: 0,
            dead_before: 0,
            news,
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

    /// True when a line of the inputs, read now or before, or a rule could not be used.
    pub(crate) fn has_faults(&self) -> bool {
        !self.tally.dead.is_empty()
            || self.dead_before > 0
            || !self.news.problems.is_empty()
            || self.reload_problems > 0
    }
}

/// Prints the summary to standard output and faults of rules to standard error.
pub(crate) fn print(summary: &Summary) -> Result<()> {
    summary.news.say()?;
    let micros = SystemClock.now().as_micros() - summary.begun.as_micros();
    write(&mut io::stdout().lock(), summary, micros)?;
    Ok(())
}

/// `3 (bad_time 1, not_json 2)`
fn counted(reasons: &BTreeMap<&'static str, u64>) -> String {
    let sum = reasons.values().sum::<u64>();
    let each: Vec<_> = reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
    if each.is_empty() { sum.to_string() } else { format!("{sum} ({})", each.join(", ")) }
}

/// What operators' states withheld of single events and of windows; None where nothing was.
pub(crate) fn withheld(events: Withheld, done: &Committed) -> Option<String> {
    let disabled = events.disabled + done.windows_disabled;
    let clipped = events.clipped + done.windows_clipped;
    (disabled + clipped > 0)
        .then(|| format!("{} of disabled rules not made, {clipped} clipped", count(disabled, "tag")))
}

fn write(out: &mut impl Write, summary: &Summary, micros: i64) -> io::Result<()> {
    let (tally, done) = (&summary.tally, &summary.tally.committed);
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
    write!(out, "lines         {} read from {} {inputs}", tally.lines, summary.inputs)?;
    if summary.skipped > 0 {
        write!(out, "; {} read before", count(summary.skipped, "byte"))?;
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
    if let Some(withheld) = withheld(tally.withheld, done) {
        writeln!(out, "rule states   {withheld}")?;
    }
    let (reloads, faults) = (summary.reloads, summary.reload_problems);
    if reloads + faults > 0 {
        writeln!(
            out,
            "rules         reloaded {}, {} in what changed",
            count(reloads, "time"),
            count(faults, "fault")
        )?;
    }
    if !tally.passed.is_empty() {
        writeln!(out, "passed over   {}", counted(&tally.passed))?;
    }
    write!(out, "dead letters  {}", counted(&tally.dead))?;
    if summary.dead_before > 0 {
        write!(out, "; {} in what was read before", summary.dead_before)?;
    }
    writeln!(out)?;
    if tally.blank > 0 {
        writeln!(out, "blank lines   {}", tally.blank)?;
    }
    writeln!(out, "seconds       {seconds}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_withheld_of_windows_counts_too() {
        let done = Committed { windows_disabled: 2, windows_clipped: 5, ..Committed::default() };
        assert_eq!(withheld(Withheld::default(), &Committed::default()), None);
        assert_eq!(
            withheld(Withheld { disabled: 1, clipped: 0 }, &done).as_deref(),
            Some("3 tags of disabled rules not made, 5 clipped")
        );
    }
}
