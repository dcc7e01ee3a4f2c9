//! Tags under another ATT&CK release, and back.
//!
//! What an upgrade changes of a tag beyond the release (its technique and with it its id, or its tactic) is kept in
//! `tag_origin` under the release that it was named in, so that the way back ends at exactly what was. A tag that would
//! get the id of another one, which says the same already, is taken away and kept there whole; the next upgrade, to
//! another release, brings it back first.

mod hop;
mod run;

use std::borrow::Cow;
use std::sync::Arc;

use vespid_attack::{Catalogue, Fate, Migration};
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId, UtcMicros};

use self::run::Upgrade;
use crate::error::StoreError;
use crate::read::column;
use crate::sql::{Query, Row};
use crate::store::Store;

/// Tags that an upgrade finds alike, and what becomes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagMove {
    /// The release that they are named in.
    pub release: Release,
    /// Their technique.
    pub technique: TechniqueId,
    /// Their tactic.
    pub tactic: TacticId,
    /// How many.
    pub tags: u64,
    /// What they are in the release that is asked for. Tags that it does not know, or has withdrawn, stay as they are.
    pub fate: Fate,
}

/// What an upgrade would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpgradePreview {
    /// By release, technique, tactic.
    pub moves: Vec<TagMove>,
    /// Of these tags so many were in that release before, and will be what they were there, whatever `moves` says.
    pub known: u64,
}

/// What an upgrade did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Upgraded {
    /// Tags that are what they were in that release before.
    pub restored: u64,
    /// Tags with another technique or tactic.
    pub moved: u64,
    /// Tags that are the same but for the release.
    pub same: u64,
    /// Tags that stay in their release: the new one has nothing for them.
    pub kept: u64,
    /// Tags that were taken away, because another one says the same.
    pub merged: u64,
    /// Tags that an earlier upgrade had taken away, and that are back; they are among the others.
    pub returned: u64,
}

/// A release, and all others that tell what was what.
struct Known {
    to: Cow<'static, Catalogue>,
    others: Vec<Cow<'static, Catalogue>>,
}

impl Known {
    fn migration(&self) -> Migration<'_> {
        Migration::new(&self.to, self.others.iter().map(|attack| &**attack))
    }
}

impl Store {
    /// What [`Store::attack_upgrade`] would do. None when the release is neither imported nor bundled.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attack_upgrade_preview(&self, to: Release) -> Result<Option<UpgradePreview>, StoreError> {
        let Some(known) = self.known(to).await? else { return Ok(None) };
        let migration = known.migration();
        let mut query = Query::new("SELECT attack_release, technique, tactic, CAST(SUM(tags) AS ");
        query
            .push(self.pool.dialect().integer())
            .push(") FROM rollup_scope WHERE scope = 0 AND subject = 0 AND attack_release <> ");
        query.bind(to.code()).push(" GROUP BY attack_release, technique, tactic ORDER BY 1, 2, 3");
        let rows = self.pool.all(&query).await?;
        let moves = rows.iter().map(|row| tag_move(row, &migration)).collect::<Result<_, _>>()?;
        let mut restored = Query::new("SELECT COUNT(*)");
        restored.append(&hop::origins(to));
        let restored: i64 = self.pool.one(&restored).await?.get(0)?;
        Ok(Some(UpgradePreview { moves, known: column::count(restored) }))
    }

    /// Names all tags in this release, newer or older, in one transaction, while other writers wait; writes down who did.
    /// Tags that it has nothing for stay as they are. Where all tags were named in one release before, upgrading back to
    /// it leaves every byte as it was. None when the release is neither imported nor bundled.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed: nothing has changed then.
    pub async fn attack_upgrade(
        &self,
        to: Release,
        actor: &str,
        now: UtcMicros,
    ) -> Result<Option<Upgraded>, StoreError> {
        let Some(known) = self.known(to).await? else { return Ok(None) };
        self.change(Upgrade { known: Arc::new(known), actor: actor.to_owned(), now }).await.map(Some)
    }

    async fn known(&self, to: Release) -> Result<Option<Known>, StoreError> {
        let Some(attack) = self.catalogue(to).await? else { return Ok(None) };
        let mut releases = self.catalogue_list().await?;
        releases.extend(Catalogue::bundled_releases());
        releases.sort_unstable();
        releases.dedup();
        let mut others = Vec::new();
        for release in releases {
            others.extend(self.catalogue(release).await?);
        }
        Ok(Some(Known { to: attack, others }))
    }
}

fn tag_move(row: &Row, migration: &Migration<'_>) -> Result<TagMove, StoreError> {
    let (technique, tactic) = (column::technique(row.get(1)?)?, column::tactic(row.get(2)?)?);
    Ok(TagMove {
        release: column::release(row.get(0)?)?,
        technique,
        tactic,
        tags: column::count(row.get(3)?),
        fate: migration.fate(technique, tactic),
    })
}
