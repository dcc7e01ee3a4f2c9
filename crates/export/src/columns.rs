//! Aligned columns on a terminal.

use unicode_width::UnicodeWidthStr as _;

use crate::style::{Look, clip};
use crate::text::count;

/// One column of a table.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Right-aligned, never cut.
    Number,
    /// Left-aligned, never cut.
    Fixed,
    /// Left-aligned, cut when the table is too wide.
    Text,
    /// Left-aligned, cut when nothing else is left to cut.
    Name,
    /// Left-aligned, left out when the table is too wide.
    Extra,
}

impl Column {
    pub(crate) const fn number(title: &'static str) -> Self {
        Self { title, kind: Kind::Number }
    }

    pub(crate) const fn fixed(title: &'static str) -> Self {
        Self { title, kind: Kind::Fixed }
    }

    pub(crate) const fn text(title: &'static str) -> Self {
        Self { title, kind: Kind::Text }
    }

    pub(crate) const fn name(title: &'static str) -> Self {
        Self { title, kind: Kind::Name }
    }

    pub(crate) const fn extra(title: &'static str) -> Self {
        Self { title, kind: Kind::Extra }
    }
}

/// Space before the first column and between two.
const GAP: usize = 2;
/// A text column is not cut below this.
const NARROWEST: usize = 6;
/// For a text column to keep this much, extra columns are left out.
const READABLE: usize = 16;

/// Sets a table under a line of titles. Cells must be printable. A column without content is left out.
pub(crate) fn table(look: Look, columns: &[Column], rows: &[Vec<String>]) -> String {
    let widths = widths(look.width, columns, rows);
    let titles: Vec<String> = columns.iter().map(|column| column.title.to_owned()).collect();
    let mut text = look.dim(&line(columns, &widths, &titles));
    text.push('\n');
    for row in rows {
        text.push_str(&line(columns, &widths, row));
        text.push('\n');
    }
    text
}

/// A table, unless it is empty, and how many rows there are in all.
pub(crate) fn shown(table: &str, rows: usize, total: u64, noun: &str) -> String {
    let table = if rows == 0 { "" } else { table };
    match total - (rows as u64).min(total) {
        0 => format!("{table}{}\n", count(total, noun)),
        more => format!("{table}{}, {more} more than shown\n", count(total, noun)),
    }
}

fn widths(available: usize, columns: &[Column], rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let widest = rows.iter().filter_map(|row| row.get(place)).map(|cell| cell.width()).max();
            let widest =
                widest.filter(|widest| *widest > 0).map_or(0, |widest| widest.max(column.title.width()));
            // What is cut anyway need not be cut column by column.
            if matches!(column.kind, Kind::Text | Kind::Name) { widest.min(available) } else { widest }
        })
        .collect();
    let fits = |widths: &[usize]| {
        let shown = widths.iter().filter(|width| **width > 0);
        shown.map(|width| width + GAP).sum::<usize>() <= available
    };
    for place in (0..columns.len()).rev().filter(|place| columns[*place].kind == Kind::Extra) {
        if fits(&narrowed(&widths, columns)) {
            break;
        }
        widths[place] = 0;
    }
    for kind in [Kind::Text, Kind::Name] {
        while !fits(&widths) {
            let texts = widths.iter_mut().zip(columns).filter(|(_, column)| column.kind == kind);
            match texts.map(|(width, _)| width).max_by_key(|width| **width) {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
    }
    widths
}

/// The widths with text no wider than what still identifies it.
fn narrowed(widths: &[usize], columns: &[Column]) -> Vec<usize> {
    let width = |(width, column): (&usize, &Column)| match column.kind {
        Kind::Text => (*width).min(READABLE),
        Kind::Number | Kind::Fixed | Kind::Name | Kind::Extra => *width,
    };
    widths.iter().zip(columns).map(width).collect()
}

fn line(columns: &[Column], widths: &[usize], cells: &[String]) -> String {
    let mut text = String::new();
    for ((column, width), cell) in columns.iter().zip(widths).zip(cells) {
        if *width == 0 {
            continue;
        }
        let cell = clip(cell, *width);
        let blank = " ".repeat(width.saturating_sub(cell.width()));
        text.push_str(&" ".repeat(GAP));
        match column.kind {
            Kind::Number => text.extend([blank, cell]),
            Kind::Fixed | Kind::Text | Kind::Name | Kind::Extra => text.extend([cell, blank]),
        }
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_text_gives_way_and_empty_columns_vanish() {
        let head = [Column::fixed("ip"), Column::text("name"), Column::text("none"), Column::number("n")];
        let row = |ip: &str, name: &str, n: &str| vec![ip.into(), name.into(), String::new(), n.into()];
        let rows = [row("192.0.2.1", "a name that is far too long", "7"), row("192.0.2.10", "b", "1,000")];
        assert_eq!(
            table(Look { colour: false, width: 30 }, &head, &rows),
            "  ip          name           n\n  192.0.2.1   a name t…      7\n  192.0.2.10  b          1,000\n"
        );
    }

    #[test]
    fn extra_columns_go_before_names_are_cut() {
        let head = [Column::text("name"), Column::extra("client"), Column::extra("login")];
        let rows = [vec!["twelve chars".into(), "SSH-2.0-Go".into(), "root".into()]];
        let second =
            |width| table(Look { colour: false, width }, &head, &rows).lines().nth(1).unwrap().to_owned();
        assert_eq!(second(33), "  twelve chars  SSH-2.0-Go  root");
        assert_eq!(second(32), "  twelve chars  SSH-2.0-Go");
        assert_eq!(second(20), "  twelve chars");
        assert_eq!(second(10), "  twelve …");
    }

    #[test]
    fn a_name_is_cut_last() {
        let head = [Column::name("session"), Column::text("decoy")];
        let rows = [vec!["twelve chars".into(), "twelve chars".into()]];
        let second =
            |width| table(Look { colour: false, width }, &head, &rows).lines().nth(1).unwrap().to_owned();
        assert_eq!(second(24), "  twelve chars  twelve …");
        assert_eq!(second(20), "  twelve ch…  twelv…");
    }

    #[test]
    fn a_name_of_a_million_letters_costs_no_million_steps() {
        let rows = [vec!["x".repeat(1_000_000)]];
        assert_eq!(table(Look::PLAIN, &[Column::text("name")], &rows).lines().nth(1).unwrap().width(), 100);
    }
}
