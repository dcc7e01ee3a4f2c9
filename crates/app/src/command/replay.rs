//! `vespid replay`

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use vespid_export::replay::{Step, cast, steps};
use vespid_store::Store;

use super::target;
use crate::cli::Database;
use crate::exit::Exit;

/// Lines of a session that are shown.
const LINES: u32 = 10_000;

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    db: Database,
    /// A session's id or how it begins, DECKY/ID or DECKY/ID@IP
    id: String,
    /// How many times faster than it was
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = positive)]
    speed: f64,
    /// No pause is longer than this, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0, value_parser = positive)]
    longest_pause: f64,
    #[arg(long, default_value = "live")]
    format: ReplayFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReplayFormat {
    /// Line by line at its pace
    Live,
    /// All at once, each line with its second
    Text,
    /// A file for players of terminal sessions (asciicast v2)
    Cast,
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    // Nobody waits for a year.
    if (0.001..=1e6).contains(&number) { Ok(number) } else { Err("from 0.001 to 1000000".to_owned()) }
}

pub(crate) async fn run(args: &ReplayArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let Some(key) = target::session(&store, &args.id).await? else {
        bail!("no session {} in {}", args.id, args.db.shown())
    };
    let (session, typed) = (store.session_find(&key).await?, store.session_typed(&key, LINES).await?);
    store.close().await;
    let Some(session) = session else { bail!("no session {} in {}", args.id, args.db.shown()) };
    let mut out = io::stdout().lock();
    if typed.is_empty() {
        writeln!(io::stderr(), "nothing was typed in this session")?;
    }
    let steps = steps(&session, &typed, args.longest_pause);
    match args.format {
        ReplayFormat::Cast => out.write_all(cast(&session, &steps).as_bytes())?,
        format => {
            for step in &steps {
                if format == ReplayFormat::Live {
                    out.flush()?;
                    std::thread::sleep(Duration::from_secs_f64(step.pause / args.speed));
                }
                write(&mut out, step)?;
            }
        }
    }
    Ok(Exit::Done)
}

fn write(out: &mut impl Write, step: &Step) -> io::Result<()> {
    writeln!(out, "{:>9.3}  {} {}", step.at, step.prompt, step.text)
}
