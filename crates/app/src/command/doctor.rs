//! `vespid doctor`

use std::io::{self, Write};

use anyhow::Result;
use vespid_store::Store;

use crate::cli::Database;
use crate::exit::Exit;

/// Differences that are printed of each part of the rollups.
const SHOWN: u32 = 20;

pub(crate) async fn run(db: &Database, repair: bool) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let doubts = store.doctor(SHOWN).await?;
    let mut out = io::stdout().lock();
    for doubt in &doubts {
        writeln!(out, "{doubt}")?;
    }
    let exit = if doubts.is_empty() {
        writeln!(out, "The rollups say what the tags say.")?;
        Exit::Done
    } else if repair {
        store.doctor_repair().await?;
        let left = store.doctor(SHOWN).await?;
        if left.is_empty() {
            writeln!(out, "Mended: the rollups were counted anew from the tags.")?;
            Exit::Done
        } else {
            writeln!(
                out,
                "The rollups were counted anew from the tags, and still differ; please report this."
            )?;
            Exit::Failed
        }
    } else {
        writeln!(
            out,
            "The rollups differ from the tags (at most {SHOWN} rows of each part are shown); \
             `vespid doctor --repair` counts them anew."
        )?;
        Exit::Failed
    };
    store.close().await;
    Ok(exit)
}
