//! One credential tried in several places.

use vespid_model::body::Credential;
use vespid_model::evidence::{Secret, Words};

use super::{Choice, Evidence, Odd, Which};

pub(super) fn lift(credential: &Credential) -> Result<Choice, Odd> {
    let Some(hash) = credential.credential_hash.as_deref().filter(|hash| !hash.is_empty()) else {
        return Err(Odd { field: "credential_hash", found: "nothing".to_owned(), expected: "a hash" });
    };
    let secret = Secret {
        credential_hash: Some(Words::new(hash)),
        reuse_count: credential.reuse_count,
        target_count: credential.target_count,
        ..Secret::default()
    };
    Ok(vec![(Which::Every, 1.0, Evidence::Secret(secret))])
}
