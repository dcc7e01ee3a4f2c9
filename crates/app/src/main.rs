//! `vespid`: the only place where the rooms meet.

mod canary;
mod cli;
mod clock;
mod cluster;
mod command;
mod exit;
mod ingest;
mod intel;
mod judge;
mod live;
mod moment;
mod rules;
mod sources;
mod stop;
mod whatif;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// Rules are compiled of, and lines taken apart into, many small pieces.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return exit::fail(&error.into()),
    };
    match runtime.block_on(command::run(cli)) {
        Ok(code) => code.into(),
        Err(error) => exit::fail(&error),
    }
}
