//! `vespid intel`

mod args;
mod geo;
mod import;
mod lookup;
mod show;

use anyhow::Result;

use crate::exit::Exit;
pub(crate) use args::IntelCommand;

pub(crate) async fn run(command: IntelCommand) -> Result<Exit> {
    match command {
        IntelCommand::Import { args, tagging } => import::run(&args, &tagging).await,
        IntelCommand::Apply { ttl, tagging } => import::apply(ttl, &tagging).await,
        IntelCommand::Geo { db, country, asn } => geo::run(&db, country.as_deref(), asn.as_deref()).await,
        IntelCommand::Lookup { args, tagging } => lookup::run(&args, &tagging).await,
        IntelCommand::Show { db, ip } => show::run(&db, ip).await,
    }
}
