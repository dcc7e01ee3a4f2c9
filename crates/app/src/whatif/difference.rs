//! The difference between tags that are stored and those that rules would give, in counts that stay small.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use vespid_model::event::Event;
use vespid_model::id::{IdentityId, RuleId};
use vespid_model::{Tag, TechniqueId};
use vespid_store::{StoredEvent, StoredTag};

/// Attackers, and identities, that are counted each by itself; those that come later are counted together.
const COUNTED: usize = 10_000;

/// What is different.
#[derive(Default)]
pub(crate) struct Difference {
    pub(crate) events: u64,
    /// Tags that would say the same.
    pub(crate) same: u64,
    pub(crate) added: Count,
    pub(crate) removed: Count,
    pub(crate) changed: Count,
    /// Some of each kind, in the order of the events.
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
    pub(crate) event: Event,
    /// What is said; of a removed one, what was.
    pub(crate) tag: Tag,
    /// What a changed one said before.
    pub(crate) was: Option<Tag>,
}

impl Difference {
    pub(crate) fn new(wanted: usize) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Compares the tags of one event. A rule's word for a technique is the same tag whatever the rule's version; where
    /// several versions have left theirs, the highest is compared and the others would be removed.
    pub(crate) fn compare(&mut self, event: &StoredEvent, stored: &[StoredTag], new: &[Tag]) {
        self.events += 1;
        let key = |tag: &Tag| (tag.rule.clone(), tag.technique);
        let mut old: HashMap<_, &StoredTag> = HashMap::new();
        for stored in stored {
            let tag = &stored.tag;
            match old.get(&key(tag)) {
                Some(known) if known.tag.rule_version > tag.rule_version => {
                    self.count(event, Kind::Removed, tag, None);
                }
                Some(known) => {
                    let known = *known;
                    self.count(event, Kind::Removed, &known.tag, None);
                    old.insert(key(tag), stored);
                }
                None => _ = old.insert(key(tag), stored),
            }
        }
        for tag in new {
            match old.remove(&key(tag)) {
                None => self.count(event, Kind::Added, tag, None),
                Some(was) if says_the_same(was, tag) => self.same += 1,
                Some(was) => self.count(event, Kind::Changed, tag, Some(&was.tag)),
            }
        }
        let mut gone: Vec<_> = old.into_values().map(|stored| &stored.tag).collect();
        gone.sort_by(|a, b| (&a.rule, a.technique).cmp(&(&b.rule, b.technique)));
        for tag in gone {
            self.count(event, Kind::Removed, tag, None);
        }
    }

    fn count(&mut self, stored: &StoredEvent, kind: Kind, tag: &Tag, was: Option<&Tag>) {
        let count = match kind {
            Kind::Added => &mut self.added,
            Kind::Removed => &mut self.removed,
            Kind::Changed => &mut self.changed,
        };
        count.tags += 1;
        *count.rules.entry(tag.rule.clone()).or_default() += 1;
        *count.techniques.entry(tag.technique).or_default() += 1;
        count.attackers.add(stored.event.source_ip);
        if let Some(identity) = stored.identity {
            count.identities.add(identity);
        }
        if count.tags <= self.wanted as u64 {
            let (event, tag, was) = (stored.event.clone(), tag.clone(), was.cloned());
            self.samples.push(Sample { kind, event, tag, was });
        }
    }
}

/// Versions and releases aside.
fn says_the_same(stored: &StoredTag, b: &Tag) -> bool {
    let a = &stored.tag;
    stored.shows(b)
        && (a.tactic, a.confidence, &a.spans, &a.via) == (b.tactic, b.confidence, &b.spans, &b.via)
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
