//! The difference between tags that are stored and those that rules would give, in counts that stay small.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::net::IpAddr;

use vespid_model::event::Event;
use vespid_model::id::{IdentityId, RuleId};
use vespid_model::{Tag, TechniqueId};
use vespid_store::{StoredEvent, StoredTag, WindowSaid, WindowsTold};

/// Attackers, and identities, that are counted each by itself; those that come later are counted together.
const COUNTED: usize = 10_000;

/// What is different.
#[derive(Default)]
pub(crate) struct Difference {
    pub(crate) events: u64,
    /// Windows of an attacker, of any length, to which something was brought.
    pub(crate) windows: u64,
    /// Tags that would say the same.
    pub(crate) same: u64,
    pub(crate) added: Count,
    pub(crate) removed: Count,
    pub(crate) changed: Count,
    /// Some of each kind, in the order of the events; those of windows come behind them.
    pub(crate) samples: Vec<Sample>,
    /// Samples that are kept of each kind.
    wanted: usize,
}

/// How many tags, and whose.
#[derive(Default)]
pub(crate) struct Count {
    pub(crate) tags: u64,
    pub(crate) rules: BTreeMap<RuleId, u64>,
    pub(crate) techniques: BTreeMap<TechniqueId, u64>,
    pub(crate) attackers: Keyed<IpAddr>,
    pub(crate) identities: Keyed<IdentityId>,
}

/// Counts by key, of which there may be any number.
pub(crate) struct Keyed<K> {
    pub(crate) known: BTreeMap<K, u64>,
    /// Tags of keys that came when there were too many.
    pub(crate) others: u64,
}

/// What became of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Added,
    Removed,
    Changed,
}

/// One tag that is different.
pub(crate) struct Sample {
    pub(crate) kind: Kind,
    pub(crate) said: Said,
}

/// Of what it is, and what it says.
pub(crate) enum Said {
    OfEvent(Box<Event>, Changed<Tag>),
    OfWindow(IpAddr, Changed<WindowSaid>),
}

/// What is said; of a tag that is removed, what was.
pub(crate) struct Changed<T> {
    pub(crate) tag: Box<T>,
    /// What a changed one said before.
    pub(crate) was: Option<Box<T>>,
}

/// Tags that are compared: those that go, and those that come, each with what it takes the place of.
struct Pairs<'a, T> {
    gone: Vec<&'a T>,
    come: Vec<(Option<&'a T>, &'a T)>,
}

impl Difference {
    pub(crate) fn new(wanted: usize) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Compares the tags of one event.
    pub(crate) fn compare(&mut self, event: &StoredEvent, stored: &[StoredTag], new: &[Tag]) {
        self.events += 1;
        let evidence: HashMap<_, _> = stored.iter().map(|stored| (stored.tag.id, stored)).collect();
        let same = |was: &Tag, tag: &Tag| {
            evidence.get(&was.id).is_some_and(|stored| stored.shows(tag)) && says_the_same(was, tag)
        };
        let pairs = Pairs::of(
            stored.iter().map(|stored| (stored.tag.rule_version, &stored.tag)),
            new,
            |tag: &Tag| (tag.rule.clone(), tag.technique),
        );
        let whose = (event.event.source_ip, event.identity);
        let said = |changed| Said::OfEvent(Box::new(event.event.clone()), changed);
        self.count_all(&pairs, same, |tag| (&tag.rule, tag.technique), whose, said);
    }

    /// Compares the tags of some of an attacker's windows.
    pub(crate) fn compare_windows(&mut self, told: &WindowsTold) {
        self.windows += told.windows;
        let same = |was: &WindowSaid, tag: &WindowSaid| {
            (was.tactic, was.confidence, was.created_at, &was.evidence)
                == (tag.tactic, tag.confidence, tag.created_at, &tag.evidence)
        };
        let pairs = Pairs::of(
            told.stored.iter().map(|stored| (stored.rule_version, stored)),
            &told.shown,
            |tag: &WindowSaid| {
                let window = tag.evidence.window();
                (tag.rule.clone(), tag.technique, window, tag.evidence.group.clone())
            },
        );
        let said = |changed| Said::OfWindow(told.ip, changed);
        self.count_all(&pairs, same, |tag| (&tag.rule, tag.technique), (told.ip, told.identity), said);
    }

    fn count_all<T: Clone>(
        &mut self,
        pairs: &Pairs<'_, T>,
        same: impl Fn(&T, &T) -> bool,
        what: impl Fn(&T) -> (&RuleId, TechniqueId),
        whose: (IpAddr, Option<IdentityId>),
        said: impl Fn(Changed<T>) -> Said,
    ) {
        for (was, tag) in &pairs.come {
            let kind = match was {
                None => Kind::Added,
                Some(was) if same(was, tag) => {
                    self.same += 1;
                    continue;
                }
                Some(_) => Kind::Changed,
            };
            self.count(kind, what(tag), whose, || said(Changed::of(tag, *was)));
        }
        for tag in &pairs.gone {
            self.count(Kind::Removed, what(tag), whose, || said(Changed::of(tag, None)));
        }
    }

    fn count(
        &mut self,
        kind: Kind,
        (rule, technique): (&RuleId, TechniqueId),
        (ip, identity): (IpAddr, Option<IdentityId>),
        said: impl FnOnce() -> Said,
    ) {
        let count = match kind {
            Kind::Added => &mut self.added,
            Kind::Removed => &mut self.removed,
            Kind::Changed => &mut self.changed,
        };
        count.tags += 1;
        *count.rules.entry(rule.clone()).or_default() += 1;
        *count.techniques.entry(technique).or_default() += 1;
        count.attackers.add(ip);
        if let Some(identity) = identity {
            count.identities.add(identity);
        }
        if count.tags <= self.wanted as u64 {
            self.samples.push(Sample { kind, said: said() });
        }
    }
}

impl<T: Clone> Changed<T> {
    fn of(tag: &T, was: Option<&T>) -> Self {
        Self { tag: Box::new(tag.clone()), was: was.map(|was| Box::new(was.clone())) }
    }
}

impl<'a, T> Pairs<'a, T> {
    /// A rule's word for the same is the same tag whatever the rule's version; where several versions have left theirs,
    /// the highest is compared and the others would be removed.
    fn of<K: Eq + Hash + Ord>(
        stored: impl Iterator<Item = (u32, &'a T)>,
        new: &'a [T],
        key: impl Fn(&T) -> K,
    ) -> Self {
        let (mut old, mut gone): (HashMap<K, (u32, &T)>, Vec<&T>) = (HashMap::new(), Vec::new());
        for (version, tag) in stored {
            match old.get(&key(tag)) {
                Some((known, _)) if *known > version => gone.push(tag),
                _ => gone.extend(old.insert(key(tag), (version, tag)).map(|(_, tag)| tag)),
            }
        }
        let come = new.iter().map(|tag| (old.remove(&key(tag)).map(|(_, was)| was), tag)).collect();
        let mut left: Vec<_> = old.into_iter().collect();
        left.sort_by(|a, b| a.0.cmp(&b.0));
        gone.extend(left.into_iter().map(|(_, (_, tag))| tag));
        Self { gone, come }
    }
}

/// Versions and releases aside.
fn says_the_same(a: &Tag, b: &Tag) -> bool {
    (a.tactic, a.confidence, &a.spans, &a.via) == (b.tactic, b.confidence, &b.spans, &b.via)
}

impl<K> Default for Keyed<K> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), others: 0 }
    }
}

impl<K: Ord> Keyed<K> {
    fn add(&mut self, key: K) {
        if self.known.len() < COUNTED || self.known.contains_key(&key) {
            *self.known.entry(key).or_default() += 1;
        } else {
            self.others += 1;
        }
    }

    /// The greatest first, then by key; at most `shown` of them.
    pub(crate) fn greatest(&self, shown: usize) -> Vec<(&K, u64)> {
        let mut all: Vec<_> = self.known.iter().map(|(key, count)| (key, *count)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        all.truncate(shown);
        all
    }
}

/// Tags by the number of their event.
pub(crate) fn by_event(tags: Vec<StoredTag>) -> HashMap<i64, Vec<StoredTag>> {
    let mut by_event: HashMap<i64, Vec<StoredTag>> = HashMap::new();
    for tag in tags {
        by_event.entry(tag.event).or_default().push(tag);
    }
    by_event
}

#[cfg(test)]
mod tests {
    use vespid_testkit::event::command;
    use vespid_testkit::tag::tag;

    use super::*;

    fn stored(tag: Tag) -> StoredTag {
        StoredTag { event: 1, text: 1, tag, evidence: None }
    }

    #[test]
    fn a_tag_is_the_same_whatever_its_version() {
        let event = command(0, 1, "s", "uname");
        let of = |rule, technique, version| Tag { rule_version: version, ..tag(&event, rule, technique) };
        let at = StoredEvent { key: 1, event: event.clone(), identity: None };
        let old = [
            stored(of("a", "TA0007/T1082@0.7", 1)),
            stored(of("a", "TA0007/T1082@0.7", 2)),
            stored(of("a", "TA0007/T1033@0.7", 2)),
            stored(of("a", "TA0007/T1016@0.7", 2)),
        ];
        let new =
            [of("a", "TA0007/T1082@0.7", 3), of("a", "TA0007/T1033@0.8", 3), of("a", "TA0007/T1057@0.7", 3)];
        let mut difference = Difference::new(1);
        difference.compare(&at, &old, &new);
        let counts = [&difference.added, &difference.removed, &difference.changed].map(|count| count.tags);
        assert_eq!(
            (counts, difference.same),
            ([1, 2, 1], 1),
            "version 1 beside version 2 is counted as removed"
        );
        assert_eq!(difference.samples.len(), 3);
    }

    #[test]
    fn keys_are_bounded_and_nothing_is_lost() {
        let mut keyed = Keyed::default();
        for key in 0..COUNTED + 5 {
            keyed.add(key);
        }
        keyed.add(7);
        assert_eq!((keyed.known.len(), keyed.others, keyed.greatest(1)), (COUNTED, 5, vec![(&7, 2)]));
    }
}
