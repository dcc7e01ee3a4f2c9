//! New texts of rules, whose tags take the place of those of older ones all at once.
//!
//! Tags are made and staged beside the other writers, which may take a while; then one transaction, alone, makes those
//! of the events that came meanwhile and changes places. Of windows it is found out beside the others whose are said
//! something else of; the transaction judges those attackers' anew.

mod finish;
mod stage;
mod windows;

use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;

use vespid_model::event::Event;
use vespid_model::id::RuleId;
use vespid_model::{Tag, UtcMicros};

use self::finish::Finish;
use self::stage::{Abandon, Fence, Stage};
pub use self::windows::Concerned;
use super::windows::Looking;
use crate::batch::RuleText;
use crate::error::StoreError;
use crate::store::Store;
use crate::windows::Judge;

/// What rules say of an event.
pub type Tagger = Arc<dyn Fn(&Event) -> Vec<Tag> + Send + Sync>;

/// A tag that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct StagedTag {
    /// The store's number of its event.
    pub event: i64,
    /// When the event happened.
    pub time: UtcMicros,
    /// The tag, of one of the rules that are promoted.
    pub tag: Tag,
}

/// What is promoted.
#[derive(Clone)]
pub struct Texts {
    /// The rules, of events and of windows: what they say takes the place of what is stored of rules of their names.
    pub rules: Vec<RuleText>,
    /// Rules that say nothing of their own any more: what is stored of them goes.
    pub silent: Vec<RuleId>,
    /// What the rules say of an event.
    pub tagger: Tagger,
    /// What they say of windows.
    pub judge: Arc<dyn Judge>,
}

/// A promotion under way.
#[derive(Clone)]
pub struct Promotion {
    rules: Arc<Vec<RuleText>>,
    silent: Arc<Vec<String>>,
    tagger: Tagger,
    looking: Looking,
    actor: String,
    now: UtcMicros,
    run: i64,
}

/// What a promotion changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Promoted {
    /// Tags that are there now and were not.
    pub added: u64,
    /// Tags of these rules that are gone.
    pub removed: u64,
    /// Tags of these texts that were there already.
    pub kept: u64,
}

impl AddAssign for Promoted {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.removed += other.removed;
        self.kept += other.kept;
    }
}

impl Promotion {
    /// `actor` is who promotes; `run` tells promotions apart that are under way at one time.
    pub fn new(texts: Texts, actor: &str, now: UtcMicros, run: i64) -> Self {
        let Texts { rules, silent, tagger, judge } = texts;
        let silent: Vec<_> = silent.iter().map(ToString::to_string).collect();
        let names = rules.iter().map(|rule| rule.name.clone()).chain(silent.clone()).collect();
        let looking = Looking::new(judge, &rules, Some(names));
        let (rules, silent) = (Arc::new(rules), Arc::new(silent));
        Self { rules, silent, tagger, looking, actor: actor.to_owned(), now, run }
    }

    /// The names of all rules whose stored tags may go.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| &*rule.name).chain(self.silent.iter().map(String::as_str))
    }

    /// The place of a tag's rule among those that are promoted.
    fn place(&self, tag: &Tag) -> Option<usize> {
        let is_its = |rule: &RuleText| rule.name == tag.rule.as_str() && rule.version == tag.rule_version;
        self.rules.iter().position(is_its)
    }
}

impl fmt::Debug for Promotion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Promotion").field("run", &self.run).finish_non_exhaustive()
    }
}

impl Store {
    /// The number of an event up to which all events are there: whoever was writing has finished. Whatever comes later
    /// has a higher number. Refuses rules whose version does not rise.
    ///
    /// # Errors
    /// [`StoreError::NotRaised`], and when the transaction failed.
    pub async fn promotion_fence(&self, promotion: &Promotion) -> Result<i64, StoreError> {
        self.change(Fence(promotion.clone())).await
    }

    /// Lets tags wait; those below the confidence floor are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn promotion_stage(
        &self,
        promotion: &Promotion,
        tags: Vec<StagedTag>,
    ) -> Result<(), StoreError> {
        if tags.is_empty() {
            return Ok(());
        }
        self.change(Stage { promotion: promotion.clone(), tags }).await
    }

    /// Tags the events behind the one with the number `after`, and puts all tags that wait in the place of what is
    /// stored of rules of these names; judges anew the windows of those concerned, and of who did something since.
    /// All in one transaction, while other writers wait. Tags that came without their event stay. Defines the rules and
    /// writes down who did.
    ///
    /// # Errors
    /// [`StoreError::NotRaised`], and when the transaction failed: nothing has changed then.
    pub async fn promotion_finish(
        &self,
        promotion: Promotion,
        after: i64,
        concerned: Concerned,
    ) -> Result<Promoted, StoreError> {
        self.change(Finish { promotion, after, concerned }).await
    }

    /// Forgets the tags that wait.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn promotion_abandon(&self, promotion: &Promotion) -> Result<(), StoreError> {
        self.change(Abandon(promotion.run)).await
    }
}
