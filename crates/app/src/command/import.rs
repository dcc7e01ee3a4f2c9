//! `vespid import`

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use vespid_export::printable;
use vespid_store::{Import, ImportedTable, Outcome, Store, Told};

use crate::cli::ImportCommand;
use crate::clock::clock;
use crate::exit::Exit;

pub(crate) async fn run(command: ImportCommand) -> Result<Exit> {
    let ImportCommand::Decnet { url, db, named, strict } = command;
    // A source that is none makes no database.
    Store::import_check(&url).await?;
    let store = Store::open(&db.db).await?;
    let import = store.import_decnet(&url, named, clock().now()).await?;
    store.close().await;
    let mut out = BufWriter::new(io::stdout().lock());
    show(&mut out, &import)?;
    out.flush()?;
    Ok(if strict && import.rejected() > 0 { Exit::Strict } else { Exit::Done })
}

fn show(out: &mut impl Write, import: &Import) -> io::Result<()> {
    writeln!(out, "{:<20} {:>10} {:>10} {:>10} {:>10}", "table", "read", "new", "known", "rejected")?;
    for table in &import.tables {
        let ImportedTable { table: name, read, new, known, rejected, .. } = table;
        if table.missing {
            writeln!(out, "{name:<20} not there, skipped")?;
        } else {
            writeln!(out, "{name:<20} {read:>10} {new:>10} {known:>10} {rejected:>10}")?;
        }
    }
    for table in &import.tables {
        if !table.missing_columns.is_empty() {
            let columns = table.missing_columns.join(", ");
            writeln!(out, "\n{}: not there, taken as empty: {columns}", table.table)?;
        }
        for told in &table.told {
            show_told(out, table.table, told)?;
        }
    }
    Ok(())
}

fn show_told(out: &mut impl Write, table: &str, told: &Told) -> io::Result<()> {
    let outcome = match told.outcome {
        Outcome::Rejected => "rejected",
        Outcome::Changed => "changed",
    };
    writeln!(out, "\n{table}: {} {outcome}: {}", told.total, told.reason)?;
    for row in &told.rows {
        let key = printable(&row.key);
        match &*row.detail {
            "" => writeln!(out, "  {key}")?,
            detail => writeln!(out, "  {key}: {}", printable(detail))?,
        }
    }
    match told.total - told.rows.len() as u64 {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}
