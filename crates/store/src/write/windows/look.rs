//! An attacker's windows as they are stored, and as a judge sees them now: a stretch of time at once.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use sqlx::Error;
use vespid_model::id::IdentityId;
use vespid_model::window::{Window, WindowTag};
use vespid_model::{Confidence, SourceKind, UtcMicros};

use crate::batch::RuleText;
use crate::dialect::windows::{Placed, Reader, Slot, Stored, place, stored_of};
use crate::error::StoreError;
use crate::read::column;
use crate::sql::{Query, Row, Tx, Value, chunk};
use crate::windows::Judge;

/// Attackers that are looked up at once.
pub(crate) const ATTACKERS: u32 = 256;
/// Events of one stretch, about.
pub(super) const EVENTS: u32 = 2_048;

/// Who looks, and at whose tags.
#[derive(Clone)]
pub(crate) struct Looking {
    judge: Arc<dyn Judge>,
    /// Name, version and digest of the texts of the judge's rules.
    texts: Arc<[(String, u32, [u8; 16])]>,
    /// The rules whose stored tags are looked at; None for all.
    names: Option<Arc<[String]>>,
}

/// The keys of rules' texts in one transaction.
pub(crate) struct Keys {
    /// Of the judge's rules.
    own: HashMap<(String, u32), i64>,
    /// All, with name and version.
    all: HashMap<i64, (String, u32)>,
}

/// Whose windows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attacker {
    pub(crate) key: i64,
    pub(crate) ip: IpAddr,
    /// The identity behind it, the winner where it was merged.
    pub(crate) identity: Option<IdentityId>,
}

/// Where a stretch ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) at: UtcMicros,
    /// How many events of the attacker it holds, about.
    pub(crate) events: usize,
}

/// What one stretch holds. Stored tags whose events were purged are left out while their rule says what it said.
pub(crate) struct Look {
    /// Windows to which something is brought.
    pub(crate) windows: u64,
    pub(crate) stored: Vec<Stored>,
    /// What the judge says, down to the confidence floor.
    pub(crate) shown: Vec<WindowTag>,
}

impl Attacker {
    /// The next ones, by their keys.
    pub(crate) fn behind(after: i64) -> Query {
        let mut find = Query::new(Self::SELECT);
        find.push("WHERE a.id > ").bind(after).push(" ORDER BY a.id LIMIT ").bind(ATTACKERS);
        find
    }

    /// Those of them that have events behind the one with this number.
    pub(crate) fn seen_since(event: i64, after: i64) -> Query {
        let mut find = Query::new(Self::SELECT);
        find.push("WHERE a.id > ").bind(after);
        find.push(" AND a.id IN (SELECT attacker FROM event WHERE id > ").bind(event);
        find.push(") ORDER BY a.id LIMIT ").bind(ATTACKERS);
        find
    }

    pub(crate) fn all_of(keys: &[i64]) -> Vec<Query> {
        let before = format!("{}WHERE a.id IN ", Self::SELECT);
        chunk::selects(&before, keys.iter().map(|key| Value::from(*key)), " ORDER BY a.id")
    }

    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            key: row.get(0)?,
            ip: column::ip(&row.get::<String>(1)?)?,
            identity: row.get::<Option<Vec<u8>>>(2)?.map(column::identity_id).transpose()?,
        })
    }

    const SELECT: &str = "SELECT a.id, a.ip, g.uid FROM attacker a LEFT JOIN identity i ON i.id = a.identity
        LEFT JOIN identity g ON g.id = i.root ";
}

impl Keys {
    /// The key of the text that a tag is of; None while it is not stored.
    pub(crate) fn of(&self, tag: &WindowTag) -> Option<i64> {
        self.own.get(&(tag.rule.to_string(), tag.rule_version)).copied()
    }

    pub(crate) fn of_text(&self, rule: &RuleText) -> Option<i64> {
        self.own.get(&(rule.name.clone(), rule.version)).copied()
    }

    /// The name and the version of a stored tag's rule.
    pub(crate) fn rule(&self, stored: &Stored) -> Option<&(String, u32)> {
        self.all.get(&stored.rule)
    }
}

impl Looking {
    /// `rules` are the texts of the judge's rules. `names`: only the stored tags of these are looked at.
    pub(crate) fn new(judge: Arc<dyn Judge>, rules: &[RuleText], names: Option<Vec<String>>) -> Self {
        let texts = rules.iter().map(|rule| (rule.name.clone(), rule.version, rule.digest())).collect();
        Self { judge, texts, names: names.map(Into::into) }
    }

    pub(crate) async fn keys(&self, tx: &mut Tx<'_>) -> Result<Keys, StoreError> {
        let digests: HashMap<_, _> =
            self.texts.iter().map(|(name, version, digest)| ((name.as_str(), *version), digest)).collect();
        let (mut own, mut all) = (HashMap::new(), HashMap::new());
        for row in tx.all(&Query::new("SELECT id, name, version, digest FROM rule")).await? {
            let (key, name): (i64, String) = (row.get(0)?, row.get(1)?);
            let (version, digest) = (column::version(row.get(2)?)?, row.get::<Vec<u8>>(3)?);
            if digests.get(&(name.as_str(), version)).is_some_and(|own| own[..] == digest) {
                own.insert((name.clone(), version), key);
            }
            all.insert(key, (name, version));
        }
        Ok(Keys { own, all })
    }

    /// Where the first window of any length begins that this moment lies in.
    pub(crate) fn begin(&self, from: Option<UtcMicros>) -> UtcMicros {
        let from = from.unwrap_or(UtcMicros::EARLIEST);
        let lengths = self.judge.lengths();
        lengths.iter().map(|length| Window::around(from, *length).start).min().unwrap_or(from)
    }

    /// Where a stretch ends that holds not too many events of an attacker; None where no more is to be looked at.
    pub(crate) async fn end(
        &self,
        tx: &mut Tx<'_>,
        attacker: i64,
        (start, until): (UtcMicros, UtcMicros),
    ) -> Result<Option<End>, Error> {
        if start >= until {
            return Ok(None);
        }
        let lengths = self.judge.lengths().into_iter();
        let kinds: BTreeSet<_> =
            lengths.flat_map(|length| self.judge.kinds(length)).map(SourceKind::code).collect();
        let mut events = Query::new("SELECT time FROM event WHERE attacker = ");
        events.bind(attacker).push(" AND time >= ").bind(start.as_micros());
        events.push(" AND time < ").bind(until.as_micros()).push(" AND kind IN ");
        // No kind has this number.
        events.list(kinds.iter().copied().chain([u8::MAX]).map(Value::from));
        events.push(" ORDER BY time LIMIT ").bind(EVENTS);
        let times = tx.all(&events).await?;
        if times.is_empty() {
            let mut tags = Query::new("SELECT id FROM tag WHERE attacker = ");
            tags.bind(attacker).push(" AND created_at >= ").bind(start.as_micros());
            tags.push(" AND event IS NULL LIMIT 1");
            return Ok(tx.first(&tags).await?.map(|_| End { at: until, events: 0 }));
        }
        let last = times.last().filter(|_| times.len() == EVENTS as usize);
        let last = last.map(|row| row.get::<i64>(0)).transpose()?;
        let at = last.map_or(until, |last| UtcMicros::from_micros(last + 1));
        Ok(Some(End { at, events: times.len() }))
    }

    /// What there is of windows that begin from one time on, before another.
    pub(crate) async fn look(
        &self,
        tx: &mut Tx<'_>,
        keys: &Keys,
        attacker: Attacker,
        begins: (UtcMicros, UtcMicros),
    ) -> Result<Look, Error> {
        let mut stored = stored_of(tx, attacker.key, begins.0..begins.1, None).await?;
        if let Some(names) = &self.names {
            stored.retain(|stored| keys.rule(stored).is_some_and(|(name, _)| names.contains(name)));
        }
        let kept = without_events(tx, &stored, keys).await?;
        stored.retain(|stored| !kept.contains(&stored.uid));
        let mut shown = Vec::new();
        let windows = self.windows(tx, attacker, begins).await?;
        for window in &windows {
            let slot = Slot { ip: attacker.ip, window: *window };
            let reader = Reader { judge: &*self.judge, attacker: attacker.key, slot, before: i64::MAX };
            shown.extend(reader.seen(tx).await?.judged.tags);
        }
        shown.retain(|tag| tag.confidence >= Confidence::FLOOR && !kept.contains(tag.id.as_bytes()));
        Ok(Look { windows: windows.len() as u64, stored, shown })
    }

    /// The windows that begin within this time and to which something is brought.
    async fn windows(
        &self,
        tx: &mut Tx<'_>,
        attacker: Attacker,
        (start, end): (UtcMicros, UtcMicros),
    ) -> Result<BTreeSet<Window>, Error> {
        let mut windows = BTreeSet::new();
        for length in self.judge.lengths() {
            // Windows lie on a grid: the events of those that begin within the time, and no others.
            let first =
                Window::around(UtcMicros::from_micros(start.as_micros().saturating_sub(1)), length).end();
            let last = Window::around(UtcMicros::from_micros(end.as_micros().saturating_sub(1)), length);
            if last.start < first {
                continue;
            }
            let all = last.end().as_micros().saturating_sub(first.as_micros());
            let slot = Slot { ip: attacker.ip, window: Window { length: all, start: first } };
            let reader = Reader { judge: &*self.judge, attacker: attacker.key, slot, before: i64::MAX };
            windows.extend(reader.windows(tx, length).await?);
        }
        windows.retain(|window| (start..end).contains(&window.start));
        Ok(windows)
    }
}

impl Look {
    /// Would storing what is shown change anything?
    pub(crate) async fn differs(self, tx: &mut Tx<'_>, keys: &Keys, attacker: i64) -> Result<bool, Error> {
        if self.shown.len() != self.stored.len() {
            return Ok(true);
        }
        let stored: HashMap<_, _> = self.stored.iter().map(|stored| (stored.uid, stored)).collect();
        for tag in self.shown {
            let known = stored.get(tag.id.as_bytes());
            let (Some(stored), Some(rule)) = (known, keys.of(&tag)) else { return Ok(true) };
            let placed: Placed = place(tx, tag, (attacker, rule)).await?;
            if !stored.says(&placed) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Those tags of the judge's own rules whose events are not all there any more.
async fn without_events(tx: &mut Tx<'_>, stored: &[Stored], keys: &Keys) -> Result<HashSet<[u8; 16]>, Error> {
    let current: HashSet<i64> = keys.own.values().copied().collect();
    let mut missing = HashSet::new();
    for stored in stored.iter().filter(|stored| current.contains(&stored.rule)) {
        let ids: Vec<_> = stored.evidence().into_iter().flat_map(|it| it.events).map(|it| it.id).collect();
        let ids = ids.iter().map(|id| Value::from(id.as_bytes()));
        let find = chunk::selects("SELECT uid FROM event WHERE uid IN ", ids.clone(), "");
        if chunk::all(tx, find).await?.len() < ids.len() {
            missing.insert(stored.uid);
        }
    }
    Ok(missing)
}
