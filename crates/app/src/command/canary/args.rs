//! What can be asked for.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use vespid_api::canary::Serve;

use crate::canary::Domain;
use crate::cli::Database;

#[derive(Debug, Subcommand)]
pub(crate) enum CanaryCommand {
    /// Make a token and print the address or name that nobody should ever ask for
    Create(CreateArgs),
    /// The tokens, and how often they were opened
    List {
        #[command(flatten)]
        db: Database,
    },
    /// Answer for a token no longer as for one
    Revoke {
        #[command(flatten)]
        db: Database,
        /// Its id or the text by which it is asked for
        token: String,
    },
    /// Answer for tokens, and take down who asks
    Serve(ServeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    pub(crate) db: Database,
    /// Over what it is asked for
    #[arg(long)]
    pub(crate) kind: Kind,
    /// The decoy that it is put on
    #[arg(long, value_name = "NAME")]
    pub(crate) decky: String,
    /// The domain that `vespid canary serve` answers for
    #[arg(long, value_name = "ZONE", env = "VESPID_CANARY_DOMAIN")]
    pub(crate) domain: Domain,
    /// What who opens it gets: image, page (which asks the browser about itself) or redirect:URL
    #[arg(long, value_name = "WHAT", default_value = "image")]
    pub(crate) serve: Serve,
    /// Where it lies on the decoy, for your own notes
    #[arg(long, value_name = "PATH", default_value = "")]
    pub(crate) path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Http,
    Dns,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("listen").required(true).multiple(true)))]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) db: Database,
    /// Where HTTP is answered
    #[arg(long, value_name = "ADDRESS", group = "listen")]
    pub(crate) http: Option<SocketAddr>,
    /// Where DNS is answered, over UDP and TCP
    #[arg(long, value_name = "ADDRESS", group = "listen", requires = "domain")]
    pub(crate) dns: Option<SocketAddr>,
    /// The domain of the names that are answered for
    #[arg(long, value_name = "ZONE", env = "VESPID_CANARY_DOMAIN")]
    pub(crate) domain: Option<Domain>,
    /// The address that names of the domain lead to, such as that of --http as others see it
    #[arg(long, value_name = "IP")]
    pub(crate) address: Option<IpAddr>,
    /// A database of countries (.mmdb), for what a browser's clock and language say; else what `vespid intel geo` found
    #[arg(long, value_name = "FILE")]
    pub(crate) country: Option<PathBuf>,
    /// A list of what tools draw, a hash and a tool a line (docs/canary.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) renderings: Option<PathBuf>,
    /// Use the Sigma rules of this folder instead of those that the program carries
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
}
