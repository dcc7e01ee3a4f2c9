//! The command line of `vespid rules`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use vespid_model::Confidence;
use vespid_model::confidence::BadConfidence;
use vespid_model::release::Release;

use super::coverage::CoverageArgs;
use super::import_decnet::ImportDecnetArgs;
use super::lint::LintArgs;
use crate::cli::Database;
use crate::moment::Moment;

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// The rules: version, state, confidence, techniques, title; and what is wrong with any
    List {
        #[command(flatten)]
        pack: PackArgs,
        #[arg(long, default_value = "text")]
        format: RulesFormat,
    },
    /// All that is known of one rule, and what operators say of it
    Show {
        #[command(flatten)]
        pack: PackArgs,
        name: String,
        #[arg(long, default_value = "text")]
        format: RulesFormat,
    },
    /// Let a rule make no more tags. Running workers follow within a second; stored tags stay until `vespid retag`
    Disable {
        #[command(flatten)]
        pack: PackArgs,
        name: String,
        /// When the rule fires again by itself: a time or an age, such as 36h
        #[arg(long, value_name = "TIME|AGE")]
        until: Option<Moment>,
        #[command(flatten)]
        why: Why,
    },
    /// Let a rule's tags be at most this sure; below 0.3 none is stored
    Clip {
        #[command(flatten)]
        pack: PackArgs,
        name: String,
        /// From 0 to 1; what is less sure stays as it is
        #[arg(long, value_name = "CONFIDENCE", value_parser = confidence)]
        to: Confidence,
        /// When the rule is as sure as before by itself: a time or an age, such as 36h
        #[arg(long, value_name = "TIME|AGE")]
        until: Option<Moment>,
        #[command(flatten)]
        why: Why,
    },
    /// Let a rule fire as it is written
    Enable {
        #[command(flatten)]
        pack: PackArgs,
        name: String,
        #[command(flatten)]
        why: Why,
    },
    /// What rule files would change among the stored tags: of their rules, and of correlations that use these. Writes
    /// nothing
    Try(TryArgs),
    /// Put the tags of rule files, and of correlations that use their rules, in the place of those of before, all at
    /// once. A rule that changed must have a higher version. Workers need the files too
    Promote(PromoteArgs),
    /// Check rule files: what is wrong, where, and what to do. Exits with 1 when there is an error
    Lint(LintArgs),
    /// Which techniques the rules name: the matrix with the number of rules and the highest confidence
    Coverage(CoverageArgs),
    /// Make Sigma files of DECNET's rule files, and say of each that cannot be made into one why
    ImportDecnet(ImportDecnetArgs),
    /// Who changed rules and their states, when and why; newest first
    History {
        #[command(flatten)]
        db: Database,
        /// Only of this rule
        name: Option<String>,
        /// At most so many changes
        #[arg(long, value_name = "NUMBER", default_value_t = 50)]
        limit: u32,
        #[arg(long, default_value = "text")]
        format: RulesFormat,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TryArgs {
    /// Rule files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) db: Database,
    /// The rules around them: the Sigma rules of this folder instead of those that the program carries
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// Only events from then on: a time or an age, such as 90d
    #[arg(long, value_name = "TIME|AGE")]
    pub(crate) since: Option<Moment>,
    /// Show so many tags of each kind of difference
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    pub(crate) samples: usize,
    /// The ATT&CK release; that of the newest stored tags if not given
    #[arg(long, value_name = "RELEASE")]
    pub(crate) attack_release: Option<Release>,
    #[arg(long, default_value = "text")]
    pub(crate) format: RulesFormat,
}

#[derive(Debug, Args)]
pub(crate) struct PromoteArgs {
    /// Rule files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) db: Database,
    /// The rules around them: the Sigma rules of this folder instead of those that the program carries
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// The ATT&CK release; that of the newest stored tags if not given
    #[arg(long, value_name = "RELEASE")]
    pub(crate) attack_release: Option<Release>,
    /// Who does it; your login name if not given
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// Which rules are spoken of.
#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    #[command(flatten)]
    pub(crate) db: Database,
    /// The Sigma rules of this folder instead of those that the program carries
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Why {
    /// Why; it is kept with the rule and in its history
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Who says so; your login name if not given
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    Text,
    Json,
}

fn confidence(text: &str) -> Result<Confidence, BadConfidence> {
    Confidence::new(text.parse().unwrap_or(f64::NAN))
}
