//! One password tried with many accounts, seen over all attackers of one identity.

use vespid_model::body::Identity;
use vespid_model::evidence::{Secret, Words};

use super::{Choice, Evidence, Odd, Which};

pub(super) fn lift(identity: &Identity) -> Result<Choice, Odd> {
    let Some(hash) = identity.shared_password_hash.as_deref().filter(|hash| !hash.is_empty()) else {
        return Err(Odd { field: "shared_password_hash", found: "nothing".to_owned(), expected: "a hash" });
    };
    let secret = Secret {
        shared_password_hash: Some(Words::new(hash)),
        account_count: identity.account_count,
        ..Secret::default()
    };
    Ok(vec![(Which::Every, 1.0, Evidence::Secret(secret))])
}
