//! The command line of `vespid rules`.

use clap::Subcommand;

use super::coverage::CoverageArgs;
use super::import_decnet::ImportDecnetArgs;
use super::lint::LintArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Check rule files: what is wrong, where, and what to do. Exits with 1 when there is an error
    Lint(LintArgs),
    /// Which techniques the rules name: the matrix with the number of rules and the highest confidence
    Coverage(CoverageArgs),
    /// Make Sigma files of DECNET's rule files, and say of each that cannot be made into one why
    ImportDecnet(ImportDecnetArgs),
}
