//! `vespid observables`

use std::io::{self, Write};
use std::net::IpAddr;

use anyhow::{Result, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use vespid_export::observables;
use vespid_model::{Observable, ObservableKind};
use vespid_store::{LOOKED_THROUGH, ObservableFilter, Store};

use super::look;
use crate::cli::Database;
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(crate) struct ObservablesArgs {
    #[command(flatten)]
    db: Database,
    /// Only this kind
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<ObservableKind>,
    /// Only what was seen with this address
    #[arg(long, value_name = "IP")]
    attacker: Option<IpAddr>,
    /// Only what was seen with several addresses
    #[arg(long, conflicts_with = "attacker")]
    shared: bool,
    /// The addresses with which this was seen, and what was in the same sessions: where a file came from
    #[arg(long, value_name = "TEXT", requires = "kind", conflicts_with_all = ["attacker", "shared"])]
    value: Option<String>,
    /// How many to print
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: u32,
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

fn kinds() -> impl TypedValueParser<Value = ObservableKind> {
    let names = PossibleValuesParser::new(ObservableKind::ALL.iter().map(|kind| kind.as_str()));
    names.try_map(|name| name.parse::<ObservableKind>())
}

/// Things of the same sessions that are printed.
const TOGETHER: u32 = 20;

/// How a list is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ListFormat {
    /// For a terminal
    Table,
    /// For programs: an object a line
    Jsonl,
}

pub(crate) async fn run(args: &ObservablesArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let text = match (args.kind, &args.value) {
        (Some(kind), Some(value)) => sightings(&store, kind, value, args).await?,
        _ => list(&store, args).await?,
    };
    store.close().await;
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

async fn list(store: &Store, args: &ObservablesArgs) -> Result<String> {
    if let Some(ip) = args.attacker
        && store.attacker_find(ip).await?.is_none()
    {
        bail!("no event of {ip} in {}", args.db.shown());
    }
    let attackers = if args.shared { 2 } else { 1 };
    let filter = ObservableFilter { kind: args.kind, attacker: args.attacker, attackers };
    let page = store.observable_list(filter, args.limit, 0).await?;
    Ok(match args.format {
        ListFormat::Table => {
            let table = observables::list(&page, look::of(&io::stdout()));
            // Nothing is left out in silence.
            let is_bounded = args.attacker.is_some() && args.kind.is_none();
            if page.total > u64::from(LOOKED_THROUGH) && is_bounded {
                format!("{table}{}\n", observables::bounded(LOOKED_THROUGH))
            } else {
                table
            }
        }
        ListFormat::Jsonl => page.rows.iter().map(|row| observables::line(row) + "\n").collect(),
    })
}

async fn sightings(
    store: &Store,
    kind: ObservableKind,
    value: &str,
    args: &ObservablesArgs,
) -> Result<String> {
    let Some(observable) = Observable::new(kind, value) else { bail!("no {kind} is empty or that long") };
    let page = store.sighting_list(&observable, args.limit, 0).await?;
    if page.total == 0 {
        bail!("no {kind} {value:?} in {}; `vespid observables --kind {kind}` lists them", args.db.shown());
    }
    Ok(match args.format {
        ListFormat::Table => {
            let look = look::of(&io::stdout());
            let together = store.seen_together(&observable, TOGETHER).await?;
            observables::sightings(&page, look) + &observables::together(&together, look)
        }
        ListFormat::Jsonl => page.rows.iter().map(|row| observables::sighting_line(row) + "\n").collect(),
    })
}
