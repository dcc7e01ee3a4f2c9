//! `vespid rules`: one file for each question or change.

mod among;
mod args;
mod candidates;
mod coverage;
mod history;
mod import_decnet;
mod known;
mod lint;
mod list;
mod nearest;
mod promote;
mod show;
mod state;
mod trial;

use anyhow::Result;

pub(crate) use args::RulesCommand;
use vespid_model::rule_state::RuleMode;

use crate::exit::Exit;

pub(crate) async fn run(command: RulesCommand) -> Result<Exit> {
    match command {
        RulesCommand::List { pack, format } => list::run(&pack, format).await,
        RulesCommand::Show { pack, name, format } => show::run(&pack, &name, format).await,
        RulesCommand::Disable { pack, name, until, why } => {
            state::run(&pack, &name, RuleMode::Disabled, None, until, why).await
        }
        RulesCommand::Clip { pack, name, to, until, why } => {
            state::run(&pack, &name, RuleMode::Clipped, Some(to), until, why).await
        }
        RulesCommand::Enable { pack, name, why } => {
            state::run(&pack, &name, RuleMode::Enabled, None, None, why).await
        }
        RulesCommand::Lint(args) => lint::run(&args),
        RulesCommand::Coverage(args) => coverage::run(&args),
        RulesCommand::ImportDecnet(args) => import_decnet::run(&args),
        RulesCommand::Try(args) => trial::run(&args).await,
        RulesCommand::Promote(args) => promote::run(&args).await,
        RulesCommand::History { db, name, limit, format } => {
            history::run(&db, name.as_deref(), limit, format).await
        }
    }
}
