//! What clustering found.

use std::collections::{BTreeMap, BTreeSet};

use vespid_model::actor::Leak;
use vespid_model::{ObservableKind, UtcMicros, ipv6};

use super::columns::{Columns, insert, time, update};
use super::link::{Links, Owned, own};
use super::roots::{self, Noun};
use super::{Change, Stop, keys, leak_list};
use crate::Store;
use crate::clustering::{Clustering, EdgePut, Group};
use crate::error::StoreError;
use crate::sql::{Query, Tx, Value, chunk};

type Uid = [u8; 16];

impl Store {
    /// Writes down what clustering found, in one transaction, while nobody else writes. Attackers and identities that are
    /// gone since are passed over. `generation` is that of the state with which it was compared; returns the next one.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when somebody else wrote since, and nothing is written; [`StoreError`] when the
    /// transaction failed.
    pub async fn clustering_put(
        &self,
        found: Clustering,
        generation: u64,
        now: UtcMicros,
    ) -> Result<u64, StoreError> {
        let written = found.identities.iter().map(|group| &group.id);
        let identities: BTreeSet<Uid> =
            found.described.iter().chain(written).map(|id| *id.as_bytes()).collect();
        let generation = self.change(Put { found, generation, now }).await?;
        // Others may write beside it.
        self.change(Describe(identities)).await?;
        Ok(generation)
    }
}

/// Tells in the rows of identities what is seen with their attackers.
struct Describe(BTreeSet<Uid>);

impl Change for Describe {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        for id in &self.0 {
            describe(tx, id).await?;
        }
        Ok(())
    }
}

struct Put {
    found: Clustering,
    generation: u64,
    now: UtcMicros,
}

impl Change for Put {
    type Done = u64;
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Stop> {
        let step = Query::new("UPDATE cluster_generation SET generation = ? WHERE id = 1 AND generation = ?");
        if tx.run(&step.with(self.generation + 1).with(self.generation)).await? == 0 {
            return Err(StoreError::Overtaken.into());
        }
        let found = &self.found;
        let identities = found.identities.iter().map(|group| (*group.id.as_bytes(), times(group)));
        groups(tx, Noun::Identity, identities.collect(), self.now).await?;
        let campaigns = found.campaigns.iter().map(|group| (*group.id.as_bytes(), times(group)));
        groups(tx, Noun::Campaign, campaigns.collect(), self.now).await?;

        let links = found.links.iter().map(|(whose, to)| (*whose.as_bytes(), to.map(|to| *to.as_bytes())));
        let links = there(tx, "attacker", links.collect()).await?;
        own(tx, Owned::Attacker, &links, Some(self.now)).await?;
        let assignments =
            found.assignments.iter().map(|(whose, to)| (*whose.as_bytes(), to.map(|to| *to.as_bytes())));
        let assignments = there(tx, "identity", assignments.collect()).await?;
        own(tx, Owned::Identity, &assignments, Some(self.now)).await?;

        let merged = found.merged.iter().map(|(from, to)| (*from.as_bytes(), to.map(|to| *to.as_bytes())));
        point(tx, Noun::Identity, merged.collect(), self.now).await?;
        let merged =
            found.campaigns_merged.iter().map(|(from, to)| (*from.as_bytes(), to.map(|to| *to.as_bytes())));
        point(tx, Noun::Campaign, merged.collect(), self.now).await?;

        self.edges(tx).await?;
        Ok(self.generation + 1)
    }
}

impl Put {
    async fn edges(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let found = &self.found;
        let pairs = found.edges.iter().map(|edge| (edge.a, edge.b)).chain(found.edges_gone.iter().copied());
        let ids: BTreeSet<Uid> = pairs.clone().flat_map(|(a, b)| [*a.as_bytes(), *b.as_bytes()]).collect();
        let known = keys::all(tx, "attacker", ids).await?;
        if found.edges_anew {
            tx.run(&Query::new("DELETE FROM cluster_edge")).await?;
        }
        for (a, b) in pairs.filter(|_| !found.edges_anew) {
            if let (Some(a), Some(b)) = (known.get(a.as_bytes()), known.get(b.as_bytes())) {
                tx.run(&Query::new("DELETE FROM cluster_edge WHERE a = ? AND b = ?").with(*a).with(*b))
                    .await?;
            }
        }
        let rows = found.edges.iter().filter_map(|edge| {
            let (a, b) = (known.get(edge.a.as_bytes())?, known.get(edge.b.as_bytes())?);
            Some(row(*a, *b, edge, Some(edge.score)))
        });
        let into = "INSERT INTO cluster_edge (a, b, joins, features, sentence, score) VALUES ";
        chunk::run(tx, chunk::inserts(into, rows)).await?;

        let Some(edges) = &found.campaign_edges else { return Ok(()) };
        let ids: BTreeSet<Uid> =
            edges.iter().flat_map(|edge| [*edge.a.as_bytes(), *edge.b.as_bytes()]).collect();
        let known = keys::all(tx, "identity", ids).await?;
        tx.run(&Query::new("DELETE FROM campaign_edge")).await?;
        let rows = edges.iter().filter_map(|edge| {
            let (a, b) = (known.get(edge.a.as_bytes())?, known.get(edge.b.as_bytes())?);
            Some(row(*a, *b, edge, None))
        });
        let into = "INSERT INTO campaign_edge (a, b, joins, features, sentence) VALUES ";
        Ok(chunk::run(tx, chunk::inserts(into, rows)).await?)
    }
}

fn row<T>(a: i64, b: i64, edge: &EdgePut<T>, score: Option<u32>) -> Vec<Value> {
    let texts = [Value::from(&*edge.features), Value::from(&*edge.sentence)];
    let row = [a.into(), b.into(), u8::from(edge.joins).into()].into_iter().chain(texts);
    row.chain(score.map(Value::from)).collect()
}

/// First and last event, members.
type Times = (UtcMicros, UtcMicros, u64);

const fn times<I>(group: &Group<I>) -> Times {
    (group.first_seen, group.last_seen, group.members)
}

/// Makes rows for groups, or changes their times; they stand for themselves.
async fn groups(
    tx: &mut Tx<'_>,
    noun: Noun,
    groups: BTreeMap<Uid, Times>,
    now: UtcMicros,
) -> Result<(), Stop> {
    let known = keys::all(tx, noun.name(), groups.keys().copied()).await?;
    let mut back = Vec::new();
    for (id, (first, last, members)) in &groups {
        let mut columns: Columns = vec![
            ("first_seen_at", time(Some(*first))),
            ("last_seen_at", time(Some(*last))),
            ("updated_at", now.as_micros().into()),
            ("clustered", 1_u32.into()),
        ];
        if matches!(noun, Noun::Identity) {
            columns.push(("observation_count", (*members).into()));
        }
        if let Some(key) = known.get(id) {
            columns.push(("merged_into", Value::Int(None)));
            tx.run(&update(noun.name(), columns, ("id", *key))).await?;
            back.push(*key);
        } else {
            columns.extend([("uid", id.into()), ("created_at", now.as_micros().into())]);
            tx.run(&insert(noun.name(), columns)).await?;
            roots::begin(tx, noun, id).await?;
        }
    }
    let moved = roots::settle(tx, noun, &back).await?;
    Ok(roots::recount(tx, noun, &moved).await?)
}

/// Sets the pointers of groups that are no more. One without a winner has no members, and points nowhere.
async fn point(
    tx: &mut Tx<'_>,
    noun: Noun,
    merged: BTreeMap<Uid, Option<Uid>>,
    now: UtcMicros,
) -> Result<(), Stop> {
    let ids: BTreeSet<Uid> = merged.iter().flat_map(|(from, to)| [Some(*from), *to]).flatten().collect();
    let known = keys::all(tx, noun.name(), ids).await?;
    let mut changed = Vec::new();
    for (from, to) in &merged {
        let Some(from) = known.get(from) else { continue };
        let to = to.and_then(|to| known.get(&to)).copied();
        let mut columns: Columns =
            vec![("merged_into", Value::Int(to)), ("updated_at", now.as_micros().into())];
        if matches!(noun, Noun::Identity) {
            columns.push(("observation_count", 0_u32.into()));
        }
        tx.run(&update(noun.name(), columns, ("id", *from))).await?;
        changed.push(*from);
    }
    let moved = roots::settle(tx, noun, &changed).await?;
    Ok(roots::recount(tx, noun, &moved).await?)
}

/// Those of these whose row is there.
async fn there(tx: &mut Tx<'_>, table: &str, mut links: Links) -> Result<Links, Stop> {
    let known = keys::all(tx, table, links.keys().copied()).await?;
    links.retain(|whose, _| known.contains_key(whose));
    Ok(links)
}

/// Values of one kind that an identity's row tells; all are in `sighting`.
const TOLD: u32 = 100;

/// Tells in DECNET's columns what its attackers have.
async fn describe(tx: &mut Tx<'_>, id: &Uid) -> Result<(), Stop> {
    use ObservableKind as Kind;
    const COLUMNS: [(&str, Kind); 4] = [
        ("hassh_hashes", Kind::Hassh),
        ("ja3_hashes", Kind::Ja3),
        ("ja4h_hashes", Kind::Ja4h),
        ("c2_endpoints", Kind::Host),
    ];
    let Some(key) = keys::find(tx, "identity", id).await? else { return Ok(()) };
    let mut columns = Columns::new();
    for (column, kind) in COLUMNS {
        let values: Vec<String> = seen(tx, key, kind).await?.into_iter().map(|(value, _)| value).collect();
        let list = (!values.is_empty()).then(|| serde_json::Value::from(values).to_string());
        columns.push((column, Value::Text(list)));
    }
    let mut find = Query::new("SELECT ipv6_link_local_iids FROM identity WHERE id = ");
    find.bind(key);
    let mut list: Option<String> = tx.first(&find).await?.and_then(|row| row.get(0).ok()).flatten();
    for (value, first) in seen(tx, key, Kind::InterfaceId).await? {
        let Ok(address) = format!("fe80::{value}").parse() else { continue };
        let made = ipv6::interface_id(address);
        let kind = Some(made.kind.as_str().to_owned());
        let leak = Leak { addr: address.to_string(), iid_kind: kind, mac_oui: made.oui };
        list = leak_list::listed(list.as_deref(), &leak, first).list.or(list);
    }
    columns.push(("ipv6_link_local_iids", Value::Text(list)));
    tx.run(&update("identity", columns, ("id", key))).await?;
    Ok(())
}

/// What an identity's attackers have of one kind, with the time of the first event, by value.
async fn seen(
    tx: &mut Tx<'_>,
    identity: i64,
    kind: ObservableKind,
) -> Result<Vec<(String, UtcMicros)>, Stop> {
    let mut query = Query::new(
        "SELECT o.value, MIN(s.first_seen) FROM attacker a JOIN sighting s ON s.attacker = a.id
         JOIN observable o ON o.id = s.observable WHERE a.identity = ",
    );
    query.bind(identity).push(" AND o.kind = ").bind(kind.code());
    query.push(" GROUP BY o.value ORDER BY o.value LIMIT ").bind(TOLD);
    let rows = tx.all(&query).await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.get(0)?, UtcMicros::from_micros(row.get(1)?))))
        .collect::<Result<_, sqlx::Error>>()?)
}
