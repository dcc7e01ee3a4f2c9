//! The windows that a batch changes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use sqlx::Error;
use vespid_model::Confidence;
use vespid_model::event::Event;
use vespid_model::window::{Judged, Member, Moment, Window, WindowTag};

use super::cache::Cache;
use super::load::Reader;
use super::seen::Seen;
use crate::batch::{Batch, Committed};
use crate::sql::{Dialect, Tx, without_nul};
use crate::windows::{Judge, Windows};

/// A window of an attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot {
    pub(crate) ip: IpAddr,
    pub(crate) window: Window,
}

/// The keys of attackers.
pub(crate) type Attackers = HashMap<IpAddr, i64>;

/// Windows, each with what a batch brings to it.
#[derive(Default)]
pub(crate) struct Slots(BTreeMap<Slot, Vec<Member>>);

/// What windows show.
#[derive(Default)]
pub(crate) struct Shown {
    /// Down to the confidence floor.
    pub(crate) tags: Vec<(IpAddr, WindowTag)>,
    /// Windows of which more members are stored than are looked at.
    pub(crate) full: Vec<Slot>,
    floored: u64,
    disabled: u64,
    clipped: u64,
}

impl Slots {
    /// Those that something new comes to. `is_new`: was the event at this place of the batch not there?
    pub(crate) fn of(
        batch: &Batch,
        windows: &Windows,
        (dialect, cache): (Dialect, &Cache),
        is_new: impl Fn(usize, &Event) -> bool,
    ) -> Self {
        let mut slots: BTreeMap<Slot, Vec<Member>> = BTreeMap::new();
        for (place, touches) in &windows.touched {
            let Some(event) = batch.tagged.get(*place).map(|tagged| &tagged.event) else { continue };
            if !windows.again && !is_new(*place, event) {
                continue;
            }
            let mut member = None;
            for (number, touch) in touches.iter().enumerate() {
                let length = touch.length;
                if touches.iter().take(number).any(|before| before.length == length) {
                    continue;
                }
                let slot = Slot { ip: event.source_ip, window: Window::around(event.time, length) };
                if cache.may_change(&slot, (event.time, event.id), touches) {
                    let member = member.get_or_insert_with(|| Member {
                        moment: (event.time, event.id),
                        decky: name(dialect, &event.decky),
                        session: event.session.as_deref().map(|session| name(dialect, session)),
                        touches: Arc::clone(touches),
                    });
                    slots.entry(slot).or_default().push(member.clone());
                }
            }
        }
        Self(slots)
    }

    /// The attackers' addresses, each once.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        let mut addresses: Vec<_> = self.0.keys().map(|slot| slot.ip).collect();
        addresses.dedup();
        addresses
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What these windows show, with the stored events of each that have keys up to `before`.
    pub(crate) async fn judge(
        self,
        tx: &mut Tx<'_>,
        judge: &dyn Judge,
        (attackers, before): (&Attackers, i64),
        cache: &mut Cache,
    ) -> Result<Shown, Error> {
        let mut shown = Shown::default();
        cache.begin(judge);
        for (slot, new) in self.0 {
            let attacker = *attackers.get(&slot.ip).ok_or(Error::RowNotFound)?;
            let reader = Reader { judge, attacker, slot, before };
            let came: HashSet<Moment> = new.iter().map(|member| member.moment).collect();
            let mut seen = match cache.take(&slot) {
                Some(members) => Seen::of(judge, slot, members),
                None => reader.seen(tx).await?,
            };
            if seen.is_full() {
                // What is new may make room for what was left out.
                seen = Reader { before: i64::MAX, ..reader }.seen(tx).await?;
            } else {
                seen.add(judge, slot, new);
            }
            shown.add(slot.ip, &mut seen.judged, &came);
            if seen.is_full() {
                shown.full.push(slot);
            }
            cache.keep(slot, seen);
        }
        Ok(shown)
    }
}

impl Shown {
    /// `came`: what is withheld is counted with the event of the batch that completes it, once.
    fn add(&mut self, ip: IpAddr, judged: &mut Judged, came: &HashSet<Moment>) {
        let count = |moments: &mut Vec<Moment>| {
            moments.drain(..).filter(|moment| came.contains(moment)).count() as u64
        };
        self.disabled += count(&mut judged.disabled);
        self.clipped += count(&mut judged.clipped);
        for tag in judged.tags.drain(..) {
            if tag.confidence >= Confidence::FLOOR {
                self.tags.push((ip, tag));
            } else {
                self.floored += u64::from(tag.completed_by().is_some_and(|moment| came.contains(&moment)));
            }
        }
    }

    /// Counts what is withheld.
    pub(crate) fn count(&self, done: &mut Committed) {
        done.tags_floored += self.floored;
        done.windows_disabled += self.disabled;
        done.windows_clipped += self.clipped;
    }
}

/// A name as it will be read.
fn name(dialect: Dialect, name: &str) -> Arc<str> {
    if dialect == Dialect::Postgres { without_nul(name).as_ref().into() } else { name.into() }
}
