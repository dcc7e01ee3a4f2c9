//! `vespid dead-letters`

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use vespid_export::dead_letter;
use vespid_store::Store;

use crate::cli::{Database, DeadLetterFormat};
use crate::exit::Exit;

/// Letters a page: bounded memory, however many there are.
const PAGE: u32 = 1000;

pub(crate) async fn run(db: &Database, format: DeadLetterFormat) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut last = None;
    loop {
        let page = store.dead_letter_page(last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = Some(end.id);
        for row in &page {
            let shown = match format {
                DeadLetterFormat::Text => dead_letter::text(row),
                DeadLetterFormat::Jsonl => dead_letter::line(row),
            };
            writeln!(out, "{shown}")?;
        }
    }
    out.flush()?;
    store.close().await;
    Ok(Exit::Done)
}
