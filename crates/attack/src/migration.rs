//! What a technique of one release is called in another, in either direction.

use vespid_model::{TacticId, TechniqueId};

use crate::{Catalogue, Status};

/// TA0005, Defense Evasion, which release 19 renamed to Stealth, and TA0112, Defense Impairment, which it split off.
const SPLIT: [u16; 2] = [5, 112];

/// The way to a release.
#[derive(Debug, Clone)]
pub struct Migration<'a> {
    to: &'a Catalogue,
    /// Releases that know what took whose place, newest first.
    known: Vec<&'a Catalogue>,
}

/// What becomes of a technique under a tactic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is there, under this tactic.
    Same,
    /// It is another technique, another tactic, or both.
    Moved {
        /// The technique, live there.
        technique: TechniqueId,
        /// One of its tactics.
        tactic: TacticId,
    },
    /// It was withdrawn and nothing took its place.
    Deprecated,
    /// That release has nothing of the kind.
    Unknown,
}

impl<'a> Migration<'a> {
    /// To this release. Other releases tell what a technique was before; their order does not matter.
    pub fn new(to: &'a Catalogue, others: impl IntoIterator<Item = &'a Catalogue>) -> Self {
        let mut known: Vec<_> = others.into_iter().collect();
        known.sort_by_key(|attack| std::cmp::Reverse(attack.release()));
        Self { to, known }
    }

    /// What a technique that was named under a tactic is.
    ///
    /// A tactic that the technique still has stays. Else Defense Evasion and its parts stand for each other, else it is
    /// the technique's first one.
    pub fn fate(&self, technique: TechniqueId, tactic: TacticId) -> Fate {
        let Some(now) = self.technique(technique) else {
            return match self.to.technique(technique) {
                Some(_) => Fate::Deprecated,
                None => Fate::Unknown,
            };
        };
        match self.tactic(now, tactic) {
            Some(under) if (now, under) != (technique, tactic) => {
                Fate::Moved { technique: now, tactic: under }
            }
            _ => Fate::Same,
        }
    }

    /// The live technique that a technique is: itself, the end of its successors, or what it took the place of. None when
    /// it is nothing there.
    pub fn technique(&self, id: TechniqueId) -> Option<TechniqueId> {
        let is_live =
            |id: &TechniqueId| self.to.technique(*id).is_some_and(|found| found.status == Status::Live);
        if is_live(&id) {
            return Some(id);
        }
        if self.to.technique(id).is_some() {
            return self.to.successor(id).filter(is_live);
        }
        self.known.iter().find_map(|newer| {
            let before: Vec<_> = newer.predecessors(id).filter(is_live).collect();
            // Of several the one that has the name, else the first.
            let name = newer.technique(id).map(|found| found.name.as_str());
            let named = |id: &&TechniqueId| self.to.technique(**id).map(|found| found.name.as_str()) == name;
            before.iter().find(named).or(before.first()).copied()
        })
    }

    fn tactic(&self, technique: TechniqueId, tactic: TacticId) -> Option<TacticId> {
        let tactics = &self.to.technique(technique)?.tactics;
        if tactics.contains(&tactic) {
            return Some(tactic);
        }
        let is_part = |id: &&TacticId| SPLIT.contains(&id.code());
        let part = tactics.iter().find(is_part).filter(|_| is_part(&&tactic));
        part.or(tactics.first()).copied()
    }
}

#[cfg(test)]
mod tests {
    use vespid_model::release::Release;

    use super::*;

    fn fate(to: (u16, u16), technique: &str, tactic: &str) -> String {
        let bundled = || Catalogue::bundled_releases().iter().filter_map(|it| Catalogue::bundled(*it));
        let to = Catalogue::bundled(Release::new(to.0, to.1)).unwrap();
        match Migration::new(to, bundled()).fate(technique.parse().unwrap(), tactic.parse().unwrap()) {
            Fate::Moved { technique, tactic } => format!("{tactic}/{technique}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn techniques_move_forwards_and_back() {
        let (new, middle, old) = ((19, 2), (18, 1), (15, 0));
        assert_eq!(fate(new, "T1082", "TA0007"), "Same");
        assert_eq!(fate(new, "T1562.001", "TA0005"), "TA0112/T1685");
        assert_eq!(fate(middle, "T1685", "TA0112"), "TA0005/T1562.001", "the one of the same name");
        assert_eq!(fate(old, "T1685", "TA0112"), "TA0005/T1562.001");
        assert_eq!(fate(old, "T1059.011", "TA0002"), "Unknown");
        assert_eq!(fate(new, "T9999", "TA0002"), "Unknown");
        // Deprecated without a successor.
        assert_eq!(fate(new, "T1175", "TA0002"), "Deprecated");
        // A tactic that it never had.
        assert_eq!(fate(new, "T1082", "TA0040"), "TA0007/T1082");
    }

    /// To the other release and back is where one was, wherever the names of before are one name each.
    #[test]
    fn there_and_back() {
        let bundled = || Catalogue::bundled_releases().iter().filter_map(|it| Catalogue::bundled(*it));
        let (old, new) = (Catalogue::bundled(Release::new(18, 1)).unwrap(), Catalogue::default_release());
        let (forwards, back) = (Migration::new(new, bundled()), Migration::new(old, bundled()));
        let (mut moved, mut one_name) = (0, 0);
        for technique in old.live() {
            let Some(there) = forwards.technique(technique.id) else { continue };
            moved += u32::from(there != technique.id);
            let before = new.predecessors(there).filter(|id| old.live().any(|live| live.id == *id)).count();
            if there != technique.id && before == 1 && old.technique(there).is_none() {
                one_name += 1;
                assert_eq!(back.technique(there), Some(technique.id), "{there}");
            }
        }
        assert!(moved >= one_name && one_name > 5, "{one_name} of {moved}");
    }
}
