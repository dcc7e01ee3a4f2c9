//! One file per command.

mod attack;
mod canary;
mod cluster;
mod dead_letters;
mod doctor;
mod explain;
mod export;
mod hint;
mod identities;
mod import;
mod ingest;
mod intel;
mod login;
mod look;
mod mapped;
mod observables;
mod purge;
mod quickstart;
mod replay;
mod report;
mod retag;
mod rules;
mod serve;
mod sources;
mod target;
mod upgrade;
mod verdict;
mod watch;
mod why;

use anyhow::Result;

use crate::cli::{Cli, Command};
use crate::exit::Exit;
pub(crate) use canary::CanaryCommand;
pub(crate) use identities::{ListArgs, OverlapArgs};
pub(crate) use intel::IntelCommand;
pub(crate) use observables::ObservablesArgs;
pub(crate) use replay::ReplayArgs;
pub(crate) use retag::RetagArgs;
pub(crate) use rules::RulesCommand;
pub(crate) use upgrade::UpgradeArgs;
pub(crate) use verdict::VerdictCommand;
pub(crate) use why::Who;

/// Runs what was asked for.
pub(crate) async fn run(cli: Cli) -> Result<Exit> {
    match cli.command {
        Command::Quickstart { input, listen } => quickstart::run(&input, listen).await,
        Command::Ingest(input) => ingest::run(&input).await,
        Command::Watch(args) => watch::run(&args).await,
        Command::Sources { db, format } => sources::run(&db, format).await,
        Command::Report { db, attacker, session, format, attack_release } => {
            report::run(&db, attacker, session.as_deref(), format.into(), attack_release).await
        }
        Command::Explain { db, id, format } => explain::run(&db, &id, format).await,
        Command::Serve { db, listen } => serve::run(&db, listen).await,
        Command::Export { db, format } => export::run(&db, format).await,
        Command::DeadLetters { db, format } => dead_letters::run(&db, format).await,
        Command::Cluster { db } => cluster::run(&db).await,
        Command::Identities(args) => identities::identities(&args).await,
        Command::Campaigns(args) => identities::campaigns(&args).await,
        Command::Overlap(args) => identities::group_overlap(&args).await,
        Command::Why { db, a, b } => why::why(&db, a, b).await,
        Command::Verdict { command } => verdict::run(&command).await,
        Command::Observables(args) => observables::run(&args).await,
        Command::Replay(args) => replay::run(&args).await,
        Command::Purge { db, args } => purge::run(&db, &args).await,
        Command::Doctor { db, repair } => doctor::run(&db, repair).await,
        Command::Import { command } => import::run(command).await,
        Command::Canary { command } => canary::run(command).await,
        Command::Intel { command } => intel::run(command).await,
        Command::Retag(args) => retag::run(&args).await,
        Command::Rules { command } => rules::run(command).await,
        Command::Attack { command } => attack::run(command).await,
    }
}
