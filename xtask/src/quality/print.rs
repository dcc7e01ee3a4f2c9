//! A score as text.

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::path::Path;

use vespid_attack::Catalogue;
use vespid_model::TechniqueId;

use super::labels::Labels;
use super::score::{Judged, Score, Share};

/// A score for a reader; with the commands behind it when asked for.
pub(crate) fn show(
    path: &Path,
    labels: &Labels,
    score: &Score,
    attack: &Catalogue,
    with_misses: bool,
) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut out, path, labels, score, attack, with_misses);
    out
}

fn write(
    out: &mut String,
    path: &Path,
    labels: &Labels,
    score: &Score,
    attack: &Catalogue,
    with_misses: bool,
) -> fmt::Result {
    let Score { commands, wanted, named, .. } = score;
    writeln!(out, "{}: {commands} commands, {} labels", path.display(), wanted.all)?;
    row(out, "exact recall", wanted.exact, wanted.all)?;
    row(out, "parent recall", wanted.parent, wanted.all)?;
    row(out, "exact precision", named.exact, named.all)?;
    row(out, "parent precision", named.parent, named.all)?;
    writeln!(out, "names a command   {:<7.2} {} for {commands}", ratio(named.all, *commands), named.all)?;
    writeln!(out, "must name nothing {}, of which {} name something", score.plain, score.loud.len())?;
    if labels.single && wanted.all > 0 {
        writeln!(out, "one label a command: other names that are right count as wrong in precision")?;
    }
    if labels.followed > 0 {
        let (s, count) = if labels.followed == 1 {
            ("", "counts as its successor")
        } else {
            ("s", "count as their successors")
        };
        writeln!(out, "{} label{s} of a revoked technique {count}", labels.followed)?;
    }
    writeln!(out, "\nrecall by tactic      exact  parent  labels")?;
    let mut tactics: Vec<_> = score.tactics.iter().collect();
    tactics.sort_by_key(|(id, _)| attack.matrix_order(**id));
    for (id, share) in tactics {
        shares(out, attack.tactic(*id).map_or("", |tactic| &tactic.name), *share)?;
    }
    writeln!(out, "\nrecall by technique   exact  parent  labels")?;
    for (id, share) in &score.techniques {
        shares(out, &id.to_string(), *share)?;
    }
    if with_misses {
        section(out, "names where nothing is to be named", &score.loud)?;
        section(out, "not named as labelled", &score.misses)?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines in a file")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn row(out: &mut String, name: &str, part: usize, whole: usize) -> fmt::Result {
    if whole == 0 {
        return writeln!(out, "{name:<16}     -    of none");
    }
    writeln!(out, "{name:<16} {:>5.1} %  {part} of {whole}", 100.0 * ratio(part, whole))
}

fn shares(out: &mut String, name: &str, share: Share) -> fmt::Result {
    let Share { exact, parent, all } = share;
    let percent = |part| 100.0 * ratio(part, all);
    writeln!(out, "{name:<20} {:>5.1} %  {:>5.1} %  {all}", percent(exact), percent(parent))
}

fn section(out: &mut String, title: &str, commands: &[Judged]) -> fmt::Result {
    writeln!(out, "\n{title}: {}", commands.len())?;
    for Judged { command, wanted, named } in commands {
        writeln!(out, "  {}  wanted {}  named {}", command.escape_debug(), list(wanted), list(named))?;
    }
    Ok(())
}

fn list(ids: &BTreeSet<TechniqueId>) -> String {
    if ids.is_empty() {
        return "nothing".to_owned();
    }
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
