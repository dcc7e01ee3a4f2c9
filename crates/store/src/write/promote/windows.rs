//! What rules that are promoted say of windows.

use std::collections::{BTreeMap, BTreeSet};

use vespid_model::UtcMicros;
use vespid_model::window::WindowTag;

use super::{Promoted, Promotion};
use crate::dialect::windows::{Stored, Written};
use crate::error::StoreError;
use crate::sql::{Tx, Value, chunk};
use crate::store::Store;
use crate::write::Stop;
use crate::write::windows::{self, ATTACKERS, Attacker, End, Keys};

/// Attackers of whose windows something else is said than is stored.
#[derive(Debug, Clone, Default)]
pub struct Concerned {
    attackers: BTreeSet<i64>,
    /// Events up to this one were looked at.
    after: i64,
}

impl Store {
    /// Finds out of whose windows something else is said than is stored: of all attackers, or, where that is known
    /// already, of those who did something since. `until` is the fence behind which nobody is looked for; other writers
    /// do not wait.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn promotion_windows(
        &self,
        promotion: &Promotion,
        concerned: &mut Concerned,
        until: i64,
    ) -> Result<(), StoreError> {
        let keys = promotion.looking.keys(&mut self.pool.look().await?).await?;
        let (since, mut after) = (concerned.after, 0);
        loop {
            let find = if since == 0 { Attacker::behind(after) } else { Attacker::seen_since(since, after) };
            let rows = self.pool.all(&find).await?;
            for row in &rows {
                let attacker = Attacker::read(row)?;
                after = attacker.key;
                if self.differs(promotion, &keys, attacker).await? {
                    concerned.attackers.insert(attacker.key);
                } else {
                    concerned.attackers.remove(&attacker.key);
                }
            }
            if rows.len() < ATTACKERS as usize {
                concerned.after = until;
                return Ok(());
            }
        }
    }

    async fn differs(
        &self,
        promotion: &Promotion,
        keys: &Keys,
        attacker: Attacker,
    ) -> Result<bool, StoreError> {
        let looking = &promotion.looking;
        let mut tx = self.pool.look().await?;
        let mut start = UtcMicros::EARLIEST;
        while let Some(End { at: end, .. }) =
            looking.end(&mut tx, attacker.key, (start, UtcMicros::LATEST)).await?
        {
            let look = looking.look(&mut tx, keys, attacker, (start, end)).await?;
            if look.differs(&mut tx, keys, attacker.key).await? {
                return Ok(true);
            }
            start = end;
        }
        Ok(false)
    }
}

/// Puts the tags of windows in their places, by the name of their rule.
pub(super) async fn replace(
    tx: &mut Tx<'_>,
    promotion: &Promotion,
    concerned: &Concerned,
) -> Result<BTreeMap<String, Promoted>, Stop> {
    let keys = promotion.looking.keys(tx).await?;
    let mut done = BTreeMap::new();
    let known: Vec<i64> = concerned.attackers.iter().copied().collect();
    for known in known.chunks(ATTACKERS as usize) {
        for row in chunk::all(tx, Attacker::all_of(known)).await? {
            of_attacker(tx, promotion, &keys, Attacker::read(&row)?, &mut done).await?;
        }
    }
    let mut after = 0;
    loop {
        let rows = tx.all(&Attacker::seen_since(concerned.after, after)).await?;
        for row in &rows {
            let attacker = Attacker::read(row)?;
            after = attacker.key;
            if !concerned.attackers.contains(&attacker.key) {
                of_attacker(tx, promotion, &keys, attacker, &mut done).await?;
            }
        }
        if rows.len() < ATTACKERS as usize {
            break;
        }
    }
    // Whoever is not concerned has the tags that he had.
    let own: BTreeMap<i64, &str> =
        promotion.rules.iter().filter_map(|rule| Some((keys.of_text(rule)?, &*rule.name))).collect();
    let before = "SELECT rule, COUNT(*) FROM tag WHERE event IS NULL AND rule IN ";
    let count = chunk::selects(before, own.keys().map(|key| Value::from(*key)), " GROUP BY rule");
    for row in chunk::all(tx, count).await? {
        if let Some(name) = own.get(&row.get(0)?) {
            let one: &mut Promoted = done.entry((*name).to_owned()).or_default();
            one.kept = u64::try_from(row.get::<i64>(1)?).unwrap_or(0).saturating_sub(one.added);
        }
    }
    Ok(done)
}

async fn of_attacker(
    tx: &mut Tx<'_>,
    promotion: &Promotion,
    keys: &Keys,
    attacker: Attacker,
    done: &mut BTreeMap<String, Promoted>,
) -> Result<(), Stop> {
    let looking = &promotion.looking;
    let mut start = UtcMicros::EARLIEST;
    while let Some(End { at: end, .. }) = looking.end(tx, attacker.key, (start, UtcMicros::LATEST)).await? {
        let look = looking.look(tx, keys, attacker, (start, end)).await?;
        let mut by_name: BTreeMap<String, (Vec<WindowTag>, Vec<Stored>)> = BTreeMap::new();
        for tag in look.shown {
            by_name.entry(tag.rule.to_string()).or_default().0.push(tag);
        }
        for stored in look.stored {
            let name = keys.rule(&stored).map(|(name, _)| name.clone()).unwrap_or_default();
            by_name.entry(name).or_default().1.push(stored);
        }
        for (name, tags) in by_name {
            let Written { new, changed, removed, .. } =
                windows::replace(tx, keys, attacker, tags, promotion.now).await?;
            *done.entry(name).or_default() +=
                Promoted { added: new + changed, removed: removed + changed, kept: 0 };
        }
        start = end;
    }
    Ok(())
}
