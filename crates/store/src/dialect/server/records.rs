//! Tags without an event.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sqlx::Error;
use vespid_model::UtcMicros;

use super::anchors::Anchors;
use super::commit::{Uid, found, keys};
use super::names::kept;
use super::writer::Work;
use crate::record::{Checked, Inserted, Reason, Rejected};
use crate::rollup::{self, Cells, Counted};
use crate::sql::{Dialect, Query, Tx, Value, chunk};
use crate::write::Stop;

/// Records that are good but for their anchors.
pub(crate) struct Records {
    pub(crate) records: Vec<Checked>,
    pub(crate) now: UtcMicros,
}

/// A session by the keys of its decky and attacker, which may be missing, and its name.
type Name<'a> = (Option<i64>, Option<i64>, Cow<'a, str>);

impl Work for Records {
    type Done = Inserted;

    async fn run(&self, tx: &mut Tx<'_>, anchors: &mut Anchors) -> Result<Inserted, Stop> {
        anchors.trim();
        let dialect = tx.dialect();
        let mut done = Inserted::default();
        let attackers =
            locked(tx, "attacker", self.records.iter().filter_map(|it| it.record.attacker.as_ref())).await?;
        let identities =
            locked(tx, "identity", self.records.iter().filter_map(|it| it.record.identity.as_ref())).await?;

        // Of records with one id the first stands. In the order of their ids: see `plan.rs`.
        let mut good: BTreeMap<&Uid, Anchored<'_>> = BTreeMap::new();
        for it in &self.records {
            let attacker = it.record.attacker.map(|id| attackers.get(id.as_bytes()).copied());
            let identity = it.record.identity.map(|id| identities.get(id.as_bytes()).copied());
            let reason = match (attacker, identity) {
                (Some(None), _) => Reason::UnknownAttacker,
                (_, Some(None)) => Reason::UnknownIdentity,
                (attacker, identity) => {
                    let (attacker, identity) = (attacker.flatten(), identity.flatten());
                    if good.contains_key(it.id.as_bytes()) {
                        done.duplicate += 1;
                    } else {
                        good.insert(it.id.as_bytes(), Anchored { it, attacker, identity });
                    }
                    continue;
                }
            };
            done.rejected.push(Rejected { index: it.index, reason });
        }
        let known = keys(tx, "tag", good.keys().copied()).await?;
        done.duplicate += known.len() as u64;
        good.retain(|uid, _| !known.contains_key(*uid));
        done.inserted = good.len() as u64;

        let good: Vec<Anchored<'_>> = good.into_values().collect();
        let deckies: Vec<_> = good
            .iter()
            .filter_map(|it| it.it.record.decky.as_deref())
            .map(|name| kept(dialect, name))
            .collect();
        anchors.learn_deckies(tx, &deckies).await?;
        let rules: Vec<_> =
            good.iter().map(|it| (kept(dialect, it.it.rule.as_str()), it.it.record.rule_version)).collect();
        anchors.learn_rules(tx, &rules).await?;

        let mut placed = Vec::with_capacity(good.len());
        let mut times: BTreeMap<Name<'_>, (i64, i64)> = BTreeMap::new();
        for it in &good {
            let record = &it.it.record;
            let decky = match &record.decky {
                Some(name) => Some(found(anchors.decky(&kept(dialect, name)))?),
                None => None,
            };
            let session = record.session.as_deref().map(|name| (decky, it.attacker, kept(dialect, name)));
            if let Some(session) = &session {
                let time = record.created_at.as_micros();
                let (first, last) = times.entry(session.clone()).or_insert((time, time));
                (*first, *last) = ((*first).min(time), (*last).max(time));
            }
            placed.push((it, decky, session));
        }
        let sessions = sessions(tx, &times).await?;
        let mut cells = Cells::default();
        let mut rows = Vec::with_capacity(placed.len());
        for (it, decky, session) in placed {
            let session = session.map(|name| found(sessions.get(&name).copied())).transpose()?;
            let rule = (kept(dialect, it.it.rule.as_str()), it.it.record.rule_version);
            let rule = found(anchors.rule(&rule))?;
            let counted = it.counted(decky, session);
            cells.add(&counted);
            rows.push(it.row(&counted, rule, self.now));
        }
        let into = "INSERT INTO tag (uid, kind, attacker, identity, session, decky, rule, technique, tactic, confidence,
                                     attack_release, created_at, tagged_at, span, source_id, evidence) VALUES ";
        chunk::run(tx, chunk::inserts(into, rows.into_iter())).await?;
        rollup::add(tx, &cells, anchors.shard).await?;
        Ok(done)
    }
}

/// A record with the keys of its anchors.
struct Anchored<'a> {
    it: &'a Checked,
    attacker: Option<i64>,
    identity: Option<i64>,
}

impl Anchored<'_> {
    fn counted(&self, decky: Option<i64>, session: Option<i64>) -> Counted {
        let record = &self.it.record;
        Counted {
            attacker: self.attacker,
            identity: self.identity,
            session,
            decky,
            kind: self.it.kind.code().into(),
            tactic: record.tactic.code().into(),
            technique: record.technique.code().into(),
            release: record.release.code().into(),
            time: record.created_at.as_micros(),
            confidence: record.confidence,
        }
    }

    fn row(&self, counted: &Counted, rule: i64, now: UtcMicros) -> Vec<Value> {
        vec![
            self.it.id.as_bytes().into(),
            counted.kind.into(),
            counted.attacker.into(),
            counted.identity.into(),
            counted.session.into(),
            counted.decky.into(),
            rule.into(),
            counted.technique.into(),
            counted.tactic.into(),
            counted.confidence.into(),
            counted.release.into(),
            counted.time.into(),
            now.as_micros().into(),
            "[]".into(),
            Value::from(&*self.it.record.source_id),
            Value::from(&*self.it.record.evidence),
        ]
    }
}

trait Sixteen {
    fn sixteen(&self) -> &Uid;
}

impl Sixteen for vespid_model::id::AttackerId {
    fn sixteen(&self) -> &Uid {
        self.as_bytes()
    }
}

impl Sixteen for vespid_model::id::IdentityId {
    fn sixteen(&self) -> &Uid {
        self.as_bytes()
    }
}

/// The keys of those of these rows that are there, which nobody deletes until the transaction ends. Others may write of
/// the same attackers meanwhile: a tag that both insert makes one of them start again.
async fn locked<'a, Id: Sixteen + 'a>(
    tx: &mut Tx<'_>,
    table: &str,
    ids: impl Iterator<Item = &'a Id>,
) -> Result<HashMap<Uid, i64>, Error> {
    let ids: BTreeSet<&Uid> = ids.map(Sixteen::sixteen).collect();
    let before = format!("SELECT uid, id FROM {table} WHERE uid IN ");
    let values = ids.into_iter().map(Value::from);
    let lock = match tx.dialect() {
        Dialect::Postgres => " ORDER BY uid FOR KEY SHARE",
        _ => " ORDER BY uid LOCK IN SHARE MODE",
    };
    let rows = chunk::all(tx, chunk::selects(&before, values, lock)).await?;
    rows.iter()
        .map(|row| {
            let uid = Uid::try_from(row.get::<Vec<u8>>(0)?).map_err(|_| Error::RowNotFound)?;
            Ok((uid, row.get(1)?))
        })
        .collect()
}

/// The keys of sessions; made where they are new, widened where they are not.
async fn sessions<'a>(
    tx: &mut Tx<'_>,
    times: &BTreeMap<Name<'a>, (i64, i64)>,
) -> Result<HashMap<Name<'a>, i64>, Error> {
    let mut keys = HashMap::new();
    for made in [false, true] {
        let unknown: Vec<(&Name<'a>, &(i64, i64))> =
            times.iter().filter(|(name, _)| !keys.contains_key(*name)).collect();
        if unknown.is_empty() {
            break;
        }
        if made {
            let rows = unknown.iter().map(|((decky, attacker, name), (first, last))| {
                vec![
                    Value::from(*decky),
                    Value::from(&**name),
                    Value::from(*attacker),
                    (*first).into(),
                    (*last).into(),
                ]
            });
            let into = "INSERT INTO session (decky, name, attacker, first_seen, last_seen) VALUES ";
            chunk::run(tx, chunk::inserts(into, rows)).await?;
        }
        let names: BTreeSet<&str> = unknown.iter().map(|((_, _, name), _)| &**name).collect();
        let by_name: HashSet<&Name<'a>> = unknown.iter().map(|(name, _)| *name).collect();
        let find = "SELECT decky, attacker, name, id, first_seen, last_seen FROM session WHERE name IN ";
        let mut widen = Vec::new();
        let values = names.into_iter().map(Value::from);
        for row in chunk::all(tx, chunk::selects(find, values, " ORDER BY id")).await? {
            let name: Name<'a> = (row.get(0)?, row.get(1)?, Cow::Owned(row.get(2)?));
            let Some((known, (first, last))) =
                times.get_key_value(&name).filter(|(it, _)| by_name.contains(it))
            else {
                continue;
            };
            let id: i64 = row.get(3)?;
            if keys.insert(known.clone(), id).is_none()
                && (*first < row.get::<i64>(4)? || *last > row.get::<i64>(5)?)
            {
                widen.push((id, *first, *last));
            }
        }
        for (id, first, last) in widen {
            let set =
                "UPDATE session SET first_seen = LEAST(first_seen, ?), last_seen = GREATEST(last_seen, ?)
                       WHERE id = ?";
            tx.run(&Query::new(set).with(first).with(last).with(id)).await?;
        }
    }
    Ok(keys)
}
