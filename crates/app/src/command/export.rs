//! `vespid export`

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use vespid_export::jsonl;
use vespid_store::Store;

use crate::cli::{Database, ExportFormat};
use crate::exit::Exit;

/// Tags a page.
const PAGE: u32 = 1000;

pub(crate) async fn run(db: &Database, format: ExportFormat) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut last = None;
    loop {
        let page = store.tag_page(last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = Some(end.tag.id);
        for row in &page {
            match format {
                ExportFormat::Jsonl => writeln!(out, "{}", jsonl::line(row))?,
            }
        }
    }
    out.flush()?;
    store.close().await;
    Ok(Exit::Done)
}
