//! `vespid rules`: one file for each question or change.

mod args;
mod coverage;
mod import_decnet;
mod lint;

use anyhow::Result;

pub(crate) use args::RulesCommand;

use crate::exit::Exit;

#[expect(clippy::unused_async, reason = "commands of this group that ask the database are async")]
pub(crate) async fn run(command: RulesCommand) -> Result<Exit> {
    match command {
        RulesCommand::Lint(args) => lint::run(&args),
        RulesCommand::Coverage(args) => coverage::run(&args),
        RulesCommand::ImportDecnet(args) => import_decnet::run(&args),
    }
}
