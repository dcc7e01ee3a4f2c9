//! Windows looked at once more, whose rules may be others now.

mod look;
mod told;

use std::ops::AddAssign;
use std::sync::Arc;

use sqlx::Error;
use vespid_model::UtcMicros;
use vespid_model::window::WindowTag;

use self::look::Look;
pub(crate) use self::look::{ATTACKERS, Attacker, Keys, Looking};
pub use self::told::{WindowSaid, WindowsTold};
use super::{Change, Stop};
use crate::batch::RuleText;
use crate::dialect::windows::{Stored, Writing, Written, place, store};
use crate::error::StoreError;
use crate::sql::Tx;
use crate::store::Store;
use crate::windows::Judge;

/// What became of the tags of windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rejudged {
    /// Windows of attackers that were looked at.
    pub windows: u64,
    /// Tags that were not there.
    pub new: u64,
    /// Tags that said something else.
    pub changed: u64,
    /// Tags that said the same.
    pub same: u64,
    /// Tags that are gone: of rules that are no more, or are of another version, or that say nothing of the window.
    pub removed: u64,
}

impl AddAssign for Rejudged {
    fn add_assign(&mut self, other: Self) {
        self.windows += other.windows;
        self.new += other.new;
        self.changed += other.changed;
        self.same += other.same;
        self.removed += other.removed;
    }
}

impl Store {
    /// Looks once more at all windows in which something happened from one time on, before another: tags that are
    /// missing are added, those that say something else are changed, and those of windows that no rule of these tags so
    /// are removed. `rules` are the texts of the judge's rules, which are [registered](Self::rule_register). A tag whose
    /// events were purged stays while its rule does. Doing it twice changes nothing.
    ///
    /// Works in many small transactions, each alone; what is done stays done when it is stopped. `each` is told what every
    /// one of them found.
    ///
    /// # Errors
    /// [`StoreError`] when a transaction failed.
    pub async fn windows_rejudge(
        &self,
        judge: Arc<dyn Judge>,
        rules: &[RuleText],
        (from, until): (Option<UtcMicros>, Option<UtcMicros>),
        now: UtcMicros,
        mut each: impl FnMut(WindowsTold) + Send,
    ) -> Result<Rejudged, StoreError> {
        let looking = Looking::new(judge, rules, None);
        let until = until.unwrap_or(UtcMicros::LATEST);
        let (mut done, mut after) = (Rejudged::default(), 0);
        loop {
            let rows = self.pool.all(&Attacker::behind(after)).await?;
            for row in &rows {
                let attacker = Attacker::read(row)?;
                after = attacker.key;
                let mut start = looking.begin(from);
                // What reads ends before what writes begins.
                while let Some(end) = {
                    let mut tx = self.pool.look().await?;
                    looking.end(&mut tx, attacker.key, (start, until)).await?
                } {
                    let looking = looking.clone();
                    let stretch = Stretch { looking, attacker, begins: (start, end), now };
                    let (one, told) = self.change(stretch).await?;
                    done += one;
                    each(told);
                    start = end;
                }
            }
            if rows.len() < ATTACKERS as usize {
                return Ok(done);
            }
        }
    }
}

/// Windows of one attacker that begin from one time on, before another.
struct Stretch {
    looking: Looking,
    attacker: Attacker,
    begins: (UtcMicros, UtcMicros),
    now: UtcMicros,
}

impl Change for Stretch {
    type Done = (Rejudged, WindowsTold);
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Done, Stop> {
        let keys = self.looking.keys(tx).await?;
        let look = self.looking.look(tx, &keys, self.attacker, self.begins).await?;
        let told = told::told(&look, &keys, self.attacker)?;
        let Look { windows, stored, shown } = look;
        let Written { new, same, changed, removed } =
            replace(tx, &keys, self.attacker, (shown, stored), self.now).await?;
        Ok((Rejudged { windows, new, changed, same, removed }, told))
    }
}

/// Puts tags in the place of stored ones, while nobody else writes.
pub(crate) async fn replace(
    tx: &mut Tx<'_>,
    keys: &Keys,
    attacker: Attacker,
    (shown, stored): (Vec<WindowTag>, Vec<Stored>),
    now: UtcMicros,
) -> Result<Written, Stop> {
    let mut placed = Vec::with_capacity(shown.len());
    for tag in shown {
        let rule = keys.of(&tag).ok_or(Error::RowNotFound)?;
        placed.push(place(tx, tag, (attacker.key, rule)).await?);
    }
    store(tx, placed, stored, Writing { alone: true, shard: 0, now }).await
}
