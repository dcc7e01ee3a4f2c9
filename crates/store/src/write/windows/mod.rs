//! Windows looked at once more, whose rules may be others now.

mod look;
mod told;

use std::ops::AddAssign;
use std::sync::Arc;

use sqlx::Error;
use vespid_model::UtcMicros;
use vespid_model::window::WindowTag;

pub(crate) use self::look::{ATTACKERS, Attacker, End, Keys, Looking};
use self::look::{EVENTS, Look};
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
            let attackers = rows.iter().map(Attacker::read).collect::<Result<Vec<_>, _>>()?;
            after = attackers.last().map_or(after, |last| last.key);
            let begin = looking.begin(from);
            let mut stretches = attackers.into_iter().map(|attacker| Stretch { attacker, start: begin });
            let mut goes_on = None;
            loop {
                let part = self.part(&looking, (&mut goes_on, &mut stretches), until).await?;
                if part.is_empty() {
                    break;
                }
                let part = Part { looking: looking.clone(), stretches: part, now };
                for (one, told) in self.change(part).await? {
                    done += one;
                    each(told);
                }
            }
            if rows.len() < ATTACKERS as usize {
                return Ok(done);
            }
        }
    }

    /// The next stretches, each with its end: few enough that nobody waits long for what is written of them. What goes on
    /// behind the last one comes first the next time. What reads ends before what writes begins.
    async fn part(
        &self,
        looking: &Looking,
        (goes_on, stretches): (&mut Option<Stretch>, &mut (impl Iterator<Item = Stretch> + Send)),
        until: UtcMicros,
    ) -> Result<Vec<(Stretch, UtcMicros)>, StoreError> {
        let mut tx = self.pool.look().await?;
        let (mut part, mut events) = (Vec::new(), 0);
        while part.len() < TOGETHER && events < EVENTS as usize {
            let Some(stretch) = goes_on.take().or_else(|| stretches.next()) else { break };
            let Stretch { attacker, start } = stretch;
            if let Some(end) = looking.end(&mut tx, attacker.key, (start, until)).await? {
                events += end.events;
                part.push((stretch, end.at));
                *goes_on = Some(Stretch { attacker, start: end.at });
            }
        }
        Ok(part)
    }
}

/// Stretches of one transaction. Each by itself would cost more for beginning than for what is in it: most attackers are
/// seen a few times only.
const TOGETHER: usize = 64;

/// Windows of one attacker that begin from one time on.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    attacker: Attacker,
    start: UtcMicros,
}

/// Stretches, each with the time before which its windows begin.
struct Part {
    looking: Looking,
    stretches: Vec<(Stretch, UtcMicros)>,
    now: UtcMicros,
}

impl Change for Part {
    type Done = Vec<(Rejudged, WindowsTold)>;
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Done, Stop> {
        let keys = self.looking.keys(tx).await?;
        let mut done = Vec::with_capacity(self.stretches.len());
        for (Stretch { attacker, start }, end) in &self.stretches {
            let look = self.looking.look(tx, &keys, *attacker, (*start, *end)).await?;
            let told = told::told(&look, &keys, *attacker)?;
            let Look { windows, stored, shown } = look;
            let Written { new, same, changed, removed } =
                replace(tx, &keys, *attacker, (shown, stored), self.now).await?;
            done.push((Rejudged { windows, new, changed, same, removed }, told));
        }
        Ok(done)
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
