//! `vespid canary create`, `list` and `revoke`

use std::fmt::Write as _;
use std::io::{self, Write};

use anyhow::{Context as _, Result, bail};
use vespid_api::canary::Serve;
use vespid_export::{canary, printable};
use vespid_model::canary::CanaryToken;
use vespid_model::id::CanaryTokenId;
use vespid_store::Store;

use super::args::{CreateArgs, Kind};
use crate::cli::Database;
use crate::clock::clock;
use crate::command::look;
use crate::exit::Exit;

/// Tokens of one page.
const PAGE: u32 = 500;

pub(super) async fn create(args: &CreateArgs) -> Result<Exit> {
    if args.kind == Kind::Dns && args.serve != Serve::Image {
        bail!("--serve is for tokens of kind http: a name gives nothing");
    }
    let domain = args.domain.as_str();
    let [id, seed, callback] = [random()?, random()?, random()?];
    let callback = base32(callback);
    let token = CanaryToken {
        id: CanaryTokenId::from_bytes(id),
        kind: if args.kind == Kind::Http { "http" } else { "dns" }.to_owned(),
        decky_name: args.decky.clone(),
        topology_id: None,
        blob: None,
        instrumenter: None,
        generator: (args.kind == Kind::Http).then(|| args.serve.to_string()),
        placement_path: args.path.clone(),
        callback_token: callback.clone(),
        secret_seed: base32(seed),
        placed_at: clock().now(),
        last_triggered_at: None,
        trigger_count: 0,
        created_by: "vespid canary create".to_owned(),
        state: "planted".to_owned(),
        last_error: None,
        fingerprint_nonce: None,
    };
    let store = Store::open(&args.db.db).await?;
    store.canary_token_put(token).await?;
    store.close().await;
    match args.kind {
        Kind::Http => writeln!(io::stdout(), "http://{domain}/{callback}")?,
        Kind::Dns => writeln!(io::stdout(), "{callback}.{domain}")?,
    }
    Ok(Exit::Done)
}

pub(super) async fn list(db: &Database) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let mut tokens = Vec::new();
    loop {
        let page = store.canary_token_list(PAGE, u32::try_from(tokens.len())?).await?.rows;
        if page.is_empty() {
            break;
        }
        tokens.extend(page);
    }
    store.close().await;
    let mut out = io::stdout().lock();
    let look = look::of(&out);
    out.write_all(canary::tokens(&tokens, look).as_bytes())?;
    Ok(Exit::Done)
}

pub(super) async fn revoke(db: &Database, name: &str) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let found = match store.canary_token_of_callback(name).await? {
        Some(token) => Some(token),
        None => match name.parse() {
            Ok(id) => store.canary_token_find(id).await?,
            Err(_) => None,
        },
    };
    let token = found.with_context(|| format!("there is no token {}", printable(name)))?;
    store.canary_token_put(CanaryToken { state: "revoked".to_owned(), ..token }).await?;
    store.close().await;
    Ok(Exit::Done)
}

/// Sixteen bytes that nobody can guess.
fn random() -> Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    Ok(bytes)
}

/// Letters and digits that DNS does not tell apart by case.
fn base32(bytes: [u8; 16]) -> String {
    const LETTERS: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't',
        'u', 'v', 'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7',
    ];
    let number = u128::from_be_bytes(bytes);
    (0..26).fold(String::with_capacity(26), |mut text, place| {
        let letter = usize::try_from(number >> (5 * place) & 31).unwrap_or(0);
        // Writing to a String does not fail.
        let _ = text.write_char(LETTERS[letter]);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_different_as_bytes() {
        assert_eq!(base32([0; 16]), "a".repeat(26));
        assert_eq!(base32([255; 16]), format!("{}h", "7".repeat(25)));
        let mut one = [0; 16];
        one[15] = 1;
        assert_eq!(base32(one), format!("b{}", "a".repeat(25)));
        assert_ne!(random().unwrap(), random().unwrap());
    }
}
