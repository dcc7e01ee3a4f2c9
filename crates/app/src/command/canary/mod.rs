//! `vespid canary`

mod args;
mod serve;
mod token;

use anyhow::Result;

use crate::exit::Exit;
pub(crate) use args::CanaryCommand;

pub(crate) async fn run(command: CanaryCommand) -> Result<Exit> {
    match command {
        CanaryCommand::Create(args) => token::create(&args).await,
        CanaryCommand::List { db } => token::list(&db).await,
        CanaryCommand::Revoke { db, token } => token::revoke(&db, &token).await,
        CanaryCommand::Serve(args) => serve::run(&args).await,
    }
}
