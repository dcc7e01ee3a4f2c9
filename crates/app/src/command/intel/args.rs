//! What can be asked for.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use vespid_model::listing::Provider;
use vespid_model::release::Release;

use crate::cli::{Age, Database};

#[derive(Debug, Subcommand)]
pub(crate) enum IntelCommand {
    /// Take what files of AbuseIPDB, the Feodo Tracker, GreyNoise and ThreatFox say of addresses, and apply it
    Import {
        #[command(flatten)]
        args: ImportArgs,
        #[command(flatten)]
        tagging: Tagging,
    },
    /// Tell attackers, also those that came since, what is said of them. It can be done again at any time
    Apply {
        /// How long answers hold
        #[arg(long, value_name = "AGE", default_value = "24h")]
        ttl: Age,
        #[command(flatten)]
        tagging: Tagging,
    },
    /// Look up where attackers are, in database files that you bring (.mmdb: GeoLite2, DB-IP Lite, ...)
    #[command(group(ArgGroup::new("file").required(true).multiple(true)))]
    Geo {
        #[command(flatten)]
        db: Database,
        /// A database of countries, or of cities
        #[arg(long, value_name = "FILE", group = "file")]
        country: Option<PathBuf>,
        /// A database of networks (autonomous systems)
        #[arg(long, value_name = "FILE", group = "file")]
        asn: Option<PathBuf>,
    },
    /// Ask providers about attackers, over the network: each address is sent to them, with your key. Answers are kept, and
    /// applied
    Lookup {
        #[command(flatten)]
        args: LookupArgs,
        #[command(flatten)]
        tagging: Tagging,
    },
    /// What is said of an address, whether it came or not
    Show {
        #[command(flatten)]
        db: Database,
        ip: IpAddr,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// JSON, CSV or plain lists, as they are downloaded; folders and patterns too. .gz, .zst and .bz2 are unpacked
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// Whose the files are, instead of looking at their fields
    #[arg(long, value_name = "NAME", value_parser = provider_names())]
    pub(crate) provider: Option<Provider>,
    /// How long answers about single addresses hold. A list holds until the provider's next one is imported
    #[arg(long, value_name = "AGE", default_value = "24h")]
    pub(crate) ttl: Age,
    /// Keep what earlier lists say, too: for lists of what is new only, such as ThreatFox' recent export
    #[arg(long)]
    pub(crate) keep: bool,
    /// The least score that a plain list of AbuseIPDB was asked for; the list does not say it
    #[arg(long, value_name = "SCORE", default_value_t = 100, value_parser = clap::value_parser!(i64).range(25..=100))]
    pub(crate) confidence_minimum: i64,
    /// Exit with code 3 when an entry could not be used
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LookupArgs {
    /// Whom to ask; may be given several times. Keys are taken from the variables
    /// `VESPID_ABUSEIPDB_KEY` and `VESPID_GREYNOISE_KEY`
    #[arg(long, value_name = "NAME", required = true)]
    pub(crate) provider: Vec<Live>,
    /// So many addresses at most for each provider, those with most tags first
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub(crate) limit: u64,
    /// No faster than this
    #[arg(long, value_name = "NUMBER", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub(crate) per_minute: u32,
    /// How long answers hold: nobody is asked again meanwhile
    #[arg(long, value_name = "AGE", default_value = "24h")]
    pub(crate) ttl: Age,
}

/// Providers that can be asked.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Live {
    Abuseipdb,
    Greynoise,
}

/// How events are tagged.
#[derive(Debug, Args)]
pub(crate) struct Tagging {
    #[command(flatten)]
    pub(crate) db: Database,
    /// Use the Sigma rules of this folder instead of those that the program carries
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// Tag with this ATT&CK release: a bundled or an imported one
    #[arg(long, value_name = "RELEASE")]
    pub(crate) attack_release: Option<Release>,
}

/// The names of the providers.
fn provider_names() -> impl TypedValueParser<Value = Provider> {
    let names = PossibleValuesParser::new(Provider::ALL.map(Provider::name));
    names.try_map(|name| name.parse::<Provider>())
}
