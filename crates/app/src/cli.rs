//! The command line.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use vespid_ingest::decode::{Format, Network};
use vespid_model::release::Release;
use vespid_model::technique::BadId;
use vespid_model::{TacticId, TechniqueId};

use crate::command::{
    CanaryCommand, IntelCommand, ListArgs, ObservablesArgs, OverlapArgs, ReplayArgs, RetagArgs, RulesCommand,
    UpgradeArgs, VerdictCommand, Who,
};

/// The database where none is named.
pub(crate) const DEFAULT_DATABASE: &str = "sqlite:vespid.db";

/// Turns what attackers do in honeypots into explained MITRE ATT&CK knowledge.
#[derive(Debug, Parser)]
#[command(name = "vespid", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read logs, print the report, show the pages: the shortest way from a log to an answer
    Quickstart {
        #[command(flatten)]
        input: IngestArgs,
        /// Where the pages are shown
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
        listen: SocketAddr,
    },
    /// Read honeypot logs into the database and tag what is in them
    Ingest(IngestArgs),
    /// Follow logs as they grow, and take what is sent over syslog and HTTP, until Ctrl-C
    Watch(WatchArgs),
    /// How the sources of `vespid watch` fare: when each was last heard of, how much came, what went wrong
    Sources {
        #[command(flatten)]
        db: Database,
        #[arg(long, default_value = "table")]
        format: SourcesFormat,
    },
    /// Which ATT&CK techniques were seen, when and by whom
    Report {
        #[command(flatten)]
        db: Database,
        /// Only what this address did
        #[arg(long, value_name = "IP", conflicts_with = "session")]
        attacker: Option<IpAddr>,
        /// Only what happened in this session: its id or how that begins; DECKY/ID or DECKY/ID@IP where several have the
        /// same id
        #[arg(long, value_name = "ID")]
        session: Option<String>,
        #[arg(long, default_value = "table")]
        format: ReportFormat,
        /// Name everything in this ATT&CK release, a bundled or an imported one; nothing stored changes
        #[arg(long, value_name = "RELEASE")]
        attack_release: Option<Release>,
    },
    /// Why: the events of a session, or of one tag, with the bytes that matched and the rules that say so
    Explain {
        #[command(flatten)]
        db: Database,
        /// A session's id or how it begins, DECKY/ID, DECKY/ID@IP, a tag's id, or an attacker's address: what its events
        /// show together, and what providers say of it
        id: String,
        #[arg(long, default_value = "text")]
        format: ExplainFormat,
    },
    /// Show the pages: the matrix, the attackers, each session explained
    Serve {
        #[command(flatten)]
        db: Database,
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
        listen: SocketAddr,
    },
    /// Print every tag, ordered by id
    Export {
        #[command(flatten)]
        db: Database,
        #[arg(long, default_value = "jsonl")]
        format: ExportFormat,
    },
    /// Print the input that could not become events: where it is, why, and how it begins
    DeadLetters {
        #[command(flatten)]
        db: Database,
        #[arg(long, default_value = "text")]
        format: DeadLetterFormat,
    },
    /// Show what was typed in a session, line by line at its pace
    Replay(ReplayArgs),
    /// Print what was seen with attackers, and with how many: credentials, files, addresses to fetch from, keys, ways
    /// of speaking SSH and TLS
    Observables(ObservablesArgs),
    /// Work out which addresses are the same hands (identities), and which hands work together (campaigns)
    Cluster {
        #[command(flatten)]
        db: Database,
    },
    /// Print the identities: addresses that are the same hands
    Identities(ListArgs),
    /// Print the campaigns: identities that work together
    Campaigns(ListArgs),
    /// Why two addresses are the same hands or not, or two identities of one campaign
    Why {
        #[command(flatten)]
        db: Database,
        /// An attacker's address, or an identity's id
        a: Who,
        /// Another of the same kind
        b: Who,
    },
    /// Say of two addresses that they are the same hands or not, or of two identities that they are of one campaign or not; it
    /// wins over what clustering finds, and is kept
    Verdict {
        #[command(subcommand)]
        command: VerdictCommand,
    },
    /// Which of MITRE's groups use the techniques of an identity, and what speaks against: not attribution
    Overlap(OverlapArgs),
    /// Delete what happened long ago, in small steps beside whoever writes
    Purge {
        #[command(flatten)]
        db: Database,
        #[command(flatten)]
        args: PurgeArgs,
    },
    /// Check that the kept counts (rollups) say what the tags say; exit with 1 when they do not
    Doctor {
        #[command(flatten)]
        db: Database,
        /// Count anew from the tags where they do not
        #[arg(long)]
        repair: bool,
    },
    /// Take over what another system has found
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// Canary tokens: addresses and names that nobody should ask for, and who does
    Canary {
        #[command(subcommand)]
        command: CanaryCommand,
    },
    /// What providers say of addresses: from files that are downloaded, to what is known of attackers
    Intel {
        #[command(subcommand)]
        command: IntelCommand,
    },
    /// The rules: what they are, whether they fire, and what another text of them would say
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// Apply rules and their states to all stored events: tags that no rule gives any more are deleted. Read logs with the
    /// same rules
    Retag(RetagArgs),
    /// The ATT&CK catalogue
    Attack {
        #[command(subcommand)]
        command: AttackCommand,
    },
}

const DATABASE_HELP: &str = "The database: sqlite:PATH, a path, or an existing one on a server, \
    mysql://USER:PASSWORD@HOST/DATABASE (MariaDB too) or postgres://USER:PASSWORD@HOST/DATABASE; \
    give passwords in the variable, where other users do not see them";

const HTTP_HELP: &str = "Take events over HTTP: POST /api/v1/events. Senders show the token that the variable \
    VESPID_INTAKE_TOKEN holds; without one, only on this machine's own addresses (127.0.0.1, ::1)";

#[derive(Debug, Args)]
pub(crate) struct Database {
    // An address may hold a password: the help does not show what the variable holds.
    #[arg(
        long,
        value_name = "URL",
        help = DATABASE_HELP,
        default_value = DEFAULT_DATABASE,
        env = "VESPID_DB",
        hide_env_values = true
    )]
    pub(crate) db: String,
}

impl Database {
    /// For messages: a server's address holds a password.
    pub(crate) fn shown(&self) -> String {
        vespid_store::database_name(&self.db)
    }
}

/// The names of the formats that are read.
fn format_names() -> impl TypedValueParser<Value = Format> {
    let names = PossibleValuesParser::new(Format::ALL.iter().map(|format| format.name()));
    names.try_map(|name| Format::of_name(&name).ok_or("no such format"))
}

#[derive(Debug, Args)]
pub(crate) struct IngestArgs {
    /// Files, folders or patterns such as 'logs/*.json*'; - is standard input. .gz, .zst and .bz2 are unpacked
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Exit with code 3 when a rule, or a line of these inputs, could not be used, now or in an earlier run
    #[arg(long)]
    pub(crate) strict: bool,
    /// Read files from their beginning even where they were read before
    #[arg(long)]
    pub(crate) reread: bool,
}

/// How lines are read and tagged, wherever they come from.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    #[command(flatten)]
    pub(crate) db: Database,
    /// Read all of it as this format, instead of looking how each input begins
    #[arg(long, value_name = "NAME", value_parser = format_names(), conflicts_with = "mapping")]
    pub(crate) format: Option<Format>,
    /// A file that says which field of an unknown JSON log is what (docs/formats.md); may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Vec<PathBuf>,
    /// An address of a decoy, or its network: what comes from there is no attack; may be given several times
    #[arg(long, value_name = "NETWORK")]
    pub(crate) own: Vec<Network>,
    /// Use the Sigma rules of this folder instead of those that the program carries
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// Tag with this ATT&CK release: a bundled or an imported one
    #[arg(long, value_name = "RELEASE")]
    pub(crate) attack_release: Option<Release>,
}

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Files (with what they are rotated to), folders or patterns such as 'logs/*.json*', followed until Ctrl-C
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Take syslog messages over UDP; what does not fit while the program is busy is lost, and counted
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) syslog_udp: Option<SocketAddr>,
    /// Take syslog messages over TCP
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) syslog_tcp: Option<SocketAddr>,
    /// Take syslog messages over TLS
    #[arg(long, value_name = "ADDRESS", requires_all = ["tls_cert", "tls_key"])]
    pub(crate) syslog_tls: Option<SocketAddr>,
    /// The certificate that is shown over TLS, and those that vouch for it (PEM)
    #[arg(long, value_name = "FILE", requires = "syslog_tls")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "syslog_tls")]
    pub(crate) tls_key: Option<PathBuf>,
    #[arg(long, value_name = "ADDRESS", help = HTTP_HELP)]
    pub(crate) http: Option<SocketAddr>,
    /// Show the pages meanwhile, as `vespid serve` does
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, Args)]
pub(crate) struct PurgeArgs {
    /// Delete what happened longer ago than this: hours, days or weeks, such as 36h, 90d, 12w
    #[arg(long, value_name = "AGE")]
    pub(crate) older_than: Age,
    /// Only say how much that is
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Keep the counts of what all attackers together did on each day (table `rollup_day`); what is read again later
    /// counts there again
    #[arg(long)]
    pub(crate) keep_days: bool,
}

/// A length of time, such as 90d.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Age(pub(crate) Duration);

impl FromStr for Age {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "give a number of hours, days or weeks, such as 36h, 90d or 12w";
        let hours = match text.chars().last() {
            Some('h') => 1,
            Some('d') => 24,
            Some('w') => 24 * 7,
            _ => return Err(FORM),
        };
        let number: u64 = text[..text.len() - 1].parse().map_err(|_| FORM)?;
        // More than any log is old.
        let most = 24 * 366 * 200;
        number
            .checked_mul(hours)
            .filter(|hours| *hours <= most)
            .map(|hours| Self(Duration::from_secs(hours * 3600)))
            .ok_or("more than 200 years")
    }
}

const DECNET_HELP: &str = "The DECNET database: a path, sqlite:PATH or mysql://USER:PASSWORD@HOST/DATABASE; give passwords in the variable";

#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Copy a DECNET 1.2 database: attackers, identities, campaigns, intel, canary tokens, rules and tags. It is only
    /// read; what is here already is left out, so that it can be done again
    Decnet {
        #[arg(value_name = "URL", help = DECNET_HELP, env = "VESPID_DECNET_DB", hide_env_values = true)]
        url: String,
        #[command(flatten)]
        db: Database,
        /// Name at most this many rows for each reason
        #[arg(long, value_name = "ROWS", default_value_t = 5)]
        named: usize,
        /// Exit with code 3 when a row could not be taken over
        #[arg(long)]
        strict: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AttackCommand {
    /// The releases that can be used
    List {
        #[command(flatten)]
        db: Database,
    },
    /// What the catalogue knows of a technique or tactic
    Show {
        #[command(flatten)]
        db: Database,
        /// Such as T1059, T1059.004 or TA0005
        id: AttackId,
        /// The release; the default one if not given
        #[arg(long, value_name = "RELEASE")]
        release: Option<Release>,
    },
    /// Name all stored tags in another release: revoked techniques become their successors, or what they were before, and
    /// tactics those of that release. The way back leaves everything as it was
    Upgrade(UpgradeArgs),
    /// Load an official ATT&CK bundle (STIX 2.0 or 2.1, enterprise) from a file into the database
    Import {
        #[command(flatten)]
        db: Database,
        bundle: PathBuf,
        /// The release, where the bundle does not say it
        #[arg(long, value_name = "RELEASE")]
        release: Option<Release>,
    },
}

/// What can be looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AttackId {
    Technique(TechniqueId),
    Tactic(TacticId),
}

impl FromStr for AttackId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        text.parse().map(Self::Tactic).or_else(|_| text.parse().map(Self::Technique))
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a terminal
    Table,
    /// For programs
    Json,
    /// For notes and tickets
    Markdown,
    /// One self-contained page
    Html,
    /// A layer for ATT&CK Navigator, format 4.5
    Navigator,
}

impl From<ReportFormat> for vespid_export::Format {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Table => Self::Table,
            ReportFormat::Json => Self::Json,
            ReportFormat::Markdown => Self::Markdown,
            ReportFormat::Html => Self::Html,
            ReportFormat::Navigator => Self::Navigator,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExplainFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormat {
    Jsonl,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SourcesFormat {
    /// For a terminal
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DeadLetterFormat {
    Text,
    Jsonl,
}
