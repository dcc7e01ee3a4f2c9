//! One upgrade, one transaction.

use std::sync::Arc;

use serde_json::json;
use vespid_attack::Fate;
use vespid_model::UtcMicros;

use super::hop::{self, Hop, Named};
use super::{Known, TagMove, Upgraded, tag_move};
use crate::rollup::Remembered;
use crate::sql::{Query, Tx};
use crate::write::audit::{self, Note};
use crate::write::{Change, Stop};

pub(super) struct Upgrade {
    pub(super) known: Arc<Known>,
    pub(super) actor: String,
    pub(super) now: UtcMicros,
}

impl Change for Upgrade {
    type Done = Upgraded;
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Upgraded, Stop> {
        let to = self.known.to.release();
        let remembered = Remembered::of(tx, &[]).await?;
        let mut done = Upgraded { returned: hop::bring_back(tx, to).await?, ..Upgraded::default() };
        let (restored, merged) = self.restore(tx).await?;
        (done.restored, done.merged) = (restored, merged);
        for group in self.groups(tx).await? {
            match group.fate {
                Fate::Same => done.same += same(tx, &group, to.code()).await?,
                Fate::Moved { technique, tactic } => {
                    let named = Named { technique, tactic, release: to };
                    let (moved, merged) = move_all(tx, &group, named).await?;
                    done.moved += moved;
                    done.merged += merged;
                }
                Fate::Deprecated | Fate::Unknown => done.kept += group.tags,
            }
        }
        let Upgraded { restored, moved, same, kept, merged, returned } = done;
        if restored + moved + same + merged + returned == 0 {
            return Ok(done);
        }
        remembered.recount(tx).await?;
        let detail = &json!({
            "restored": restored, "moved": moved, "same": same, "kept": kept, "merged": merged, "returned": returned,
        });
        let (at, actor, subject) = (self.now, &*self.actor, &*to.to_string());
        audit::note(tx, Note { at, actor, action: "attack.upgrade", subject, detail }).await?;
        Ok(done)
    }
}

impl Upgrade {
    /// Tags that were in this release before become what they were; gives how many, and how many had to go.
    async fn restore(&self, tx: &mut Tx<'_>) -> Result<(u64, u64), Stop> {
        let to = self.known.to.release();
        let (mut restored, mut merged) = (0, 0);
        loop {
            let hops = hop::known(tx, to).await?;
            if hops.is_empty() {
                return Ok((restored, merged));
            }
            let gone = hop::take(tx, &hops).await?;
            // What a tag was is what it is now.
            hop::forget(tx, &hops, to).await?;
            restored += hops.len() as u64 - gone;
            merged += gone;
        }
    }

    /// What is in other releases, as the tags themselves say.
    async fn groups(&self, tx: &mut Tx<'_>) -> Result<Vec<TagMove>, Stop> {
        let mut query = Query::new(
            "SELECT attack_release, technique, tactic, COUNT(*) FROM tag WHERE attack_release <> ",
        );
        query.bind(self.known.to.release().code());
        query.push(" GROUP BY attack_release, technique, tactic ORDER BY 1, 2, 3");
        let migration = self.known.migration();
        let rows = tx.all(&query).await?;
        Ok(rows.iter().map(|row| tag_move(row, &migration)).collect::<Result<_, _>>()?)
    }
}

async fn same(tx: &mut Tx<'_>, group: &TagMove, to: u32) -> Result<u64, Stop> {
    let set = Query::new(
        "UPDATE tag SET attack_release = ? WHERE attack_release = ? AND technique = ? AND tactic = ?",
    );
    let set = set.with(to).with(group.release.code()).with(group.technique.code());
    Ok(tx.run(&set.with(group.tactic.code())).await?)
}

async fn move_all(tx: &mut Tx<'_>, group: &TagMove, to: Named) -> Result<(u64, u64), Stop> {
    let (mut moved, mut merged) = (0, 0);
    loop {
        let hops: Vec<Hop> = hop::of_group(tx, group, to).await?;
        if hops.is_empty() {
            return Ok((moved, merged));
        }
        let gone = hop::take(tx, &hops).await?;
        moved += hops.len() as u64 - gone;
        merged += gone;
    }
}
