//! Windows looked at once more, whose rules may be others now.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::ops::AddAssign;
use std::sync::Arc;

use sqlx::Error;
use vespid_model::window::Window;
use vespid_model::{Confidence, SourceKind, UtcMicros};

use super::{Change, Stop};
use crate::batch::RuleText;
use crate::dialect::windows::{Reader, Slot, Stored, Writing, place, store, stored_of};
use crate::error::StoreError;
use crate::read::column;
use crate::sql::{Query, Tx, Value, chunk};
use crate::store::Store;
use crate::windows::Judge;

/// Attackers that are looked up at once.
const ATTACKERS: u32 = 256;
/// Events of one transaction, about.
const EVENTS: u32 = 2_048;

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
    /// Works in many small transactions, each alone; what is done stays done when it is stopped. `each` is told after each
    /// of them what was done so far.
    ///
    /// # Errors
    /// [`StoreError`] when a transaction failed.
    pub async fn windows_rejudge(
        &self,
        judge: Arc<dyn Judge>,
        rules: &[RuleText],
        (from, until): (Option<UtcMicros>, Option<UtcMicros>),
        now: UtcMicros,
        mut each: impl FnMut(&Rejudged) + Send,
    ) -> Result<Rejudged, StoreError> {
        let rules: Arc<[_]> =
            rules.iter().map(|rule| (rule.name.clone(), rule.version, rule.digest())).collect();
        let lengths = judge.lengths();
        let from = from.unwrap_or(UtcMicros::EARLIEST);
        // The window of any length that this moment lies in.
        let begin = lengths.iter().map(|length| Window::around(from, *length).start).min().unwrap_or(from);
        let until = until.unwrap_or(UtcMicros::LATEST);
        let (mut done, mut after) = (Rejudged::default(), 0_i64);
        loop {
            let mut find = Query::new("SELECT id, ip FROM attacker WHERE id > ");
            find.bind(after).push(" ORDER BY id LIMIT ").bind(ATTACKERS);
            let attackers = self.pool.all(&find).await?;
            for row in &attackers {
                after = row.get(0)?;
                let ip = column::ip(&row.get::<String>(1)?)?;
                let mut start = begin;
                while let Some(end) = self.stretch(&*judge, after, (start, until)).await? {
                    let (judge, rules) = (Arc::clone(&judge), Arc::clone(&rules));
                    done += self
                        .change(Stretch { judge, rules, attacker: after, ip, begins: (start, end), now })
                        .await?;
                    each(&done);
                    start = end;
                }
            }
            if attackers.len() < ATTACKERS as usize {
                return Ok(done);
            }
        }
    }

    /// Where a part of this time ends that holds not too many events of an attacker; None where it holds nothing.
    async fn stretch(
        &self,
        judge: &dyn Judge,
        attacker: i64,
        (start, until): (UtcMicros, UtcMicros),
    ) -> Result<Option<UtcMicros>, StoreError> {
        let kinds: BTreeSet<u8> = judge
            .lengths()
            .into_iter()
            .flat_map(|length| judge.kinds(length))
            .map(SourceKind::code)
            .collect();
        if start >= until {
            return Ok(None);
        }
        let mut events = Query::new("SELECT time FROM event WHERE attacker = ");
        events.bind(attacker).push(" AND time >= ").bind(start.as_micros());
        events.push(" AND time < ").bind(until.as_micros()).push(" AND kind IN ");
        // No kind has this number.
        events.list(kinds.iter().copied().chain([u8::MAX]).map(Value::from));
        events.push(" ORDER BY time LIMIT ").bind(EVENTS);
        let times = self.pool.all(&events).await?;
        if times.is_empty() {
            let mut tags = Query::new("SELECT id FROM tag WHERE attacker = ");
            tags.bind(attacker).push(" AND created_at >= ").bind(start.as_micros());
            tags.push(" AND event IS NULL LIMIT 1");
            return Ok(self.pool.first(&tags).await?.map(|_| until));
        }
        let last = times.last().filter(|_| times.len() == EVENTS as usize);
        let last = last.map(|row| row.get::<i64>(0)).transpose()?;
        Ok(Some(last.map_or(until, |last| UtcMicros::from_micros(last + 1))))
    }
}

/// Windows of one attacker that begin from one time on, before another.
struct Stretch {
    judge: Arc<dyn Judge>,
    rules: Arc<[(String, u32, [u8; 16])]>,
    attacker: i64,
    ip: IpAddr,
    begins: (UtcMicros, UtcMicros),
    now: UtcMicros,
}

impl Change for Stretch {
    type Done = Rejudged;
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Rejudged, Stop> {
        let rules = self.rules(tx).await?;
        let mut stored = stored_of(tx, self.attacker, self.begins.0..self.begins.1, None).await?;
        let kept = self.without_events(tx, &stored, &rules).await?;
        stored.retain(|stored| !kept.contains(&stored.uid));

        let mut placed = Vec::new();
        let windows = self.windows(tx).await?;
        for window in &windows {
            let slot = Slot { ip: self.ip, window: *window };
            let reader = Reader { judge: &*self.judge, attacker: self.attacker, slot, before: i64::MAX };
            for tag in reader.seen(tx).await?.judged.tags {
                if tag.confidence < Confidence::FLOOR || kept.contains(tag.id.as_bytes()) {
                    continue;
                }
                let rule = rules.get(&(tag.rule.as_str(), tag.rule_version)).copied();
                let rule = rule.ok_or(Error::RowNotFound)?;
                placed.push(place(tx, tag, (self.attacker, rule)).await?);
            }
        }
        let writing = Writing { alone: true, shard: 0, now: self.now };
        let written = store(tx, placed, stored, writing).await?;
        Ok(Rejudged {
            windows: windows.len() as u64,
            new: written.new,
            changed: written.changed,
            same: written.same,
            removed: written.removed,
        })
    }
}

impl Stretch {
    /// The keys of the rules' texts.
    async fn rules(&self, tx: &mut Tx<'_>) -> Result<HashMap<(&str, u32), i64>, Error> {
        let digests = self.rules.iter().map(|(_, _, digest)| Value::from(digest));
        let find = chunk::selects("SELECT digest, name, version, id FROM rule WHERE digest IN ", digests, "");
        let mut keys = HashMap::new();
        for row in chunk::all(tx, find).await? {
            let (digest, name) = (row.get::<Vec<u8>>(0)?, row.get::<String>(1)?);
            let version = row.get::<i64>(2)?;
            let known = self.rules.iter().find(|(known, known_version, known_digest)| {
                *known == name && i64::from(*known_version) == version && known_digest[..] == digest
            });
            if let Some((name, version, _)) = known {
                keys.insert((name.as_str(), *version), row.get(3)?);
            }
        }
        Ok(keys)
    }

    /// Those tags of these rules whose events are not all there any more.
    async fn without_events(
        &self,
        tx: &mut Tx<'_>,
        stored: &[Stored],
        rules: &HashMap<(&str, u32), i64>,
    ) -> Result<HashSet<[u8; 16]>, Error> {
        let current: HashSet<i64> = rules.values().copied().collect();
        let mut missing = HashSet::new();
        for stored in stored.iter().filter(|stored| current.contains(&stored.rule)) {
            let ids: Vec<_> =
                stored.evidence().into_iter().flat_map(|it| it.events).map(|it| it.id).collect();
            let find = chunk::selects(
                "SELECT uid FROM event WHERE uid IN ",
                ids.iter().map(|id| Value::from(id.as_bytes())),
                "",
            );
            let known = chunk::all(tx, find).await?.len();
            if known < ids.len() {
                missing.insert(stored.uid);
            }
        }
        Ok(missing)
    }

    /// The windows that begin in this stretch and to which something is brought.
    async fn windows(&self, tx: &mut Tx<'_>) -> Result<BTreeSet<Window>, Error> {
        let mut windows = BTreeSet::new();
        for length in self.judge.lengths() {
            let (start, end) = self.begins;
            // Events of windows that begin before the end.
            let until = UtcMicros::from_micros(end.as_micros().saturating_add(length));
            let slot = Slot {
                ip: self.ip,
                window: Window { length: until.as_micros().saturating_sub(start.as_micros()), start },
            };
            let reader = Reader { judge: &*self.judge, attacker: self.attacker, slot, before: i64::MAX };
            windows.extend(reader.windows(tx, length).await?);
        }
        let (start, end) = self.begins;
        windows.retain(|window| (start..end).contains(&window.start));
        Ok(windows)
    }
}
