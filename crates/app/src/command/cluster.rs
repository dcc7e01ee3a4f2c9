//! `vespid cluster`

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anyhow::Result;
use vespid_store::Store;

use crate::cli::Database;
use crate::clock::clock;
use crate::cluster::{self, Told};
use crate::exit::Exit;

pub(crate) async fn run(db: &Database) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let told = cluster::once(&store, clock().now()).await?;
    store.close().await;
    if let Some(told) = told {
        io::stdout().lock().write_all(text(&told).as_bytes())?;
    }
    Ok(Exit::Done)
}

fn text(told: &Told) -> String {
    let counts = &told.counts;
    let change = |[new, merged, back]: [usize; 3]| {
        format!("{new} new, {merged} merged into others, {back} there again")
    };
    let mut text = format!(
        "attackers    {}\nidentities   {} of several addresses or in a campaign; {}\ncampaigns    {}; {}\n\
         edges        {}, {} of them withheld\n",
        counts.attackers,
        told.identities,
        change(told.changed.identities),
        told.campaigns,
        change(told.changed.campaigns),
        counts.edges,
        counts.withheld,
    );
    // Nothing is left out in silence.
    for (count, (one, many)) in [
        (
            counts.shared,
            (
                "address that several hands use: it ties nobody",
                "addresses that several hands use: they tie nobody",
            ),
        ),
        (
            counts.too_common,
            (
                "value that too many have: no pairs were made of it",
                "values that too many have: no pairs were made of them",
            ),
        ),
        (
            counts.capped,
            ("attacker with more values than are compared", "attackers with more values than are compared"),
        ),
        (
            counts.dropped,
            (
                "value or session beyond what is kept of one attacker",
                "values and sessions beyond what is kept of one attacker",
            ),
        ),
        (
            told.contradictions,
            ("verdict that other verdicts stand against", "verdicts that other verdicts stand against"),
        ),
    ] {
        if count > 0 {
            // Writing to a String does not fail.
            let _ = writeln!(text, "             {count} {}", if count == 1 { one } else { many });
        }
    }
    text
}
