//! What to ask next.

use std::env;

use vespid_export::{Report, printable};
use vespid_model::rows::Scope;

use crate::cli::{DEFAULT_DATABASE, Database};

/// A command as the user can type it: this program the way it was called, with the database if it is not the default.
pub(crate) fn command(db: &Database, words: &str) -> String {
    let program = env::args_os().next().unwrap_or_else(|| "vespid".into());
    line(&program.to_string_lossy(), &db.shown(), words)
}

/// The next questions after a report.
pub(crate) fn after(db: &Database, report: &Report) -> Vec<String> {
    let example = report.sessions.iter().max_by_key(|row| row.tags).filter(|row| row.tags > 0);
    let mut hints = Vec::new();
    if let (Scope::Fleet, Some(attacker)) = (&report.scope, report.attackers.first()) {
        let words = format!("report --attacker {}", attacker.ip);
        hints.push(format!("What did one of them do:  {}", command(db, &words)));
    }
    if let Some(row) = example {
        let words = format!("explain {}", named(&row.key.session));
        hints.push(format!("Why do you say so:        {}", command(db, &words)));
    }
    hints
}

fn line(program: &str, db: &str, words: &str) -> String {
    let db = if db == DEFAULT_DATABASE { String::new() } else { format!(" --db {}", word(db)) };
    match words.split_once(' ') {
        Some((first, rest)) => format!("{} {first}{db} {rest}", word(program)),
        None => format!("{} {words}{db}", word(program)),
    }
}

/// A name that might be taken for an option stands behind `--`.
fn named(name: &str) -> String {
    if name.starts_with('-') { format!("-- {}", word(name)) } else { word(name) }
}

/// A text as one word of a shell. People paste hints, and a session's name is the attacker's side of the connection.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '/' | '-');
    let shown = printable(text);
    if !shown.is_empty() && shown.chars().all(plain) {
        return shown.into_owned();
    }
    format!("'{}'", shown.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_names_the_program_and_the_database() {
        assert_eq!(line("vespid", DEFAULT_DATABASE, "serve"), "vespid serve");
        assert_eq!(line("a b/vespid", "x.db", "explain s1"), "'a b/vespid' explain --db x.db s1");
    }

    #[test]
    fn a_pasted_hint_runs_nothing() {
        assert_eq!(named("b25d5d9d322e"), "b25d5d9d322e");
        assert_eq!(named("a; rm -rf ~"), "'a; rm -rf ~'");
        assert_eq!(named("a'$(id)\n"), r"'a'\''$(id)\n'");
        assert_eq!(named("--db=x"), "-- '--db=x'");
        assert_eq!(named("-e $(id)"), "-- '-e $(id)'");
    }
}
