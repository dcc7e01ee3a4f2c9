//! ATT&CK catalogues: those imported into this database before those that the program carries.

use std::borrow::Cow;

use vespid_attack::Catalogue;
use vespid_model::release::Release;

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::Query;

impl Store {
    /// The catalogue of a release, None when it is neither imported nor bundled.
    ///
    /// # Errors
    /// [`StoreError`] when the database, or the catalogue in it, cannot be read.
    pub async fn catalogue(&self, release: Release) -> Result<Option<Cow<'static, Catalogue>>, StoreError> {
        let mut find = Query::new("SELECT body FROM attack_catalogue WHERE attack_release = ");
        find.bind(release.code());
        match self.pool.first(&find).await? {
            Some(row) => match Catalogue::from_jsonl(&row.get::<String>(0)?) {
                Ok(attack) => Ok(Some(Cow::Owned(attack))),
                Err(error) => Err(StoreError::Catalogue { release, error }),
            },
            None => Ok(Catalogue::bundled(release).map(Cow::Borrowed)),
        }
    }

    /// The catalogue that names things tagged with these releases (newest first): that of the first one that is known
    /// here, else the default release's.
    ///
    /// # Errors
    /// As [`Store::catalogue`].
    pub async fn catalogue_of(&self, releases: &[Release]) -> Result<Cow<'static, Catalogue>, StoreError> {
        for release in releases {
            if let Some(attack) = self.catalogue(*release).await? {
                return Ok(attack);
            }
        }
        Ok(Cow::Borrowed(Catalogue::default_release()))
    }

    /// The imported releases, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn catalogue_list(&self) -> Result<Vec<Release>, StoreError> {
        let all = Query::new("SELECT attack_release FROM attack_catalogue ORDER BY attack_release DESC");
        self.pool.all(&all).await?.iter().map(|row| column::release(row.get(0)?)).collect()
    }
}
