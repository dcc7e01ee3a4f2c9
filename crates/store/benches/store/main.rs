//! How fast the store is: tags into SQLite beside a floor, reading each scope while the store grows, and writers beside
//! each other on servers. `cargo xtask bench store` runs it; run as a test it only shows that it runs.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![expect(clippy::cast_precision_loss, reason = "no count comes near 2^52")]
#![expect(clippy::print_stdout, reason = "the result")]

mod fleet;
mod reads;
mod servers;
mod sqlite;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Tags in SQLite.
    tags: usize,
    /// Numbers of tags at which reading is measured.
    steps: [usize; 3],
    /// Reads of each kind.
    reads: usize,
    /// Tags on a server.
    server_tags: usize,
}

fn main() {
    let real = std::env::args().any(|argument| argument == "--bench");
    let size = if real {
        Size { tags: 1_000_000, steps: [10_000, 100_000, 1_000_000], reads: 300, server_tags: 80_000 }
    } else {
        Size { tags: 4000, steps: [1000, 2000, 4000], reads: 3, server_tags: 400 }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        sqlite::measure(size).await;
        servers::measure(size).await;
    });
}
