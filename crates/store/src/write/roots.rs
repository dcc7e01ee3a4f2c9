//! The column `root`, and counting again whose it is that it says.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sqlx::Error;

use super::pointers::{Pointer, ends};
use super::{Stop, keys};
use crate::rollup::{recount_campaigns, recount_identities};
use crate::sql::{Query, Row, Tx, Value, chunk};

/// What can be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noun {
    Identity,
    Campaign,
}

impl Noun {
    /// Its table, which is also what it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Campaign => "campaign",
        }
    }
}

/// A row as far as pointers go.
pub(super) struct Node {
    uid: [u8; 16],
    to: Option<i64>,
    root: i64,
}

/// A new row is its own root.
pub(super) async fn begin(tx: &mut Tx<'_>, noun: Noun, id: &[u8; 16]) -> Result<(), Error> {
    let mut set = Query::new(&format!("UPDATE {} SET root = id WHERE uid = ", noun.name()));
    set.bind(id);
    tx.run(&set).await?;
    Ok(())
}

/// Sets pointers as they are given, also those that a merge would refuse, while nobody else writes; counts again what
/// depends on them.
pub(crate) async fn point_all(
    tx: &mut Tx<'_>,
    noun: Noun,
    pointers: BTreeMap<[u8; 16], [u8; 16]>,
) -> Result<(), Stop> {
    let ids = pointers.iter().flat_map(|(from, to)| [*from, *to]);
    let known = keys::all(tx, noun.name(), ids).await?;
    let key = |id| known.get(id).copied().ok_or_else(|| keys::unknown(noun.name(), id));
    let mut changed = Vec::new();
    for (from, to) in &pointers {
        let (from, to) = (key(from)?, key(to)?);
        keys::set(tx, (noun.name(), "merged_into"), Value::from(to), &[from]).await?;
        changed.push(from);
    }
    let moved = settle(tx, noun, &changed).await?;
    recount(tx, noun, &moved).await?;
    Ok(())
}

/// Makes sure of the roots of these rows, whose pointers have changed, and of all whose chains pass through them.
/// Returns the roots that rows had before and have now, where they differ: those must be counted again.
pub(super) async fn settle(tx: &mut Tx<'_>, noun: Noun, changed: &[i64]) -> Result<BTreeSet<i64>, Error> {
    let mut nodes = HashMap::new();
    rows(tx, noun, "id", changed, &mut nodes).await?;
    below(tx, noun, changed, &mut nodes, usize::MAX).await?;
    let affected: BTreeSet<i64> = nodes.keys().copied().collect();
    // Up to the ends, circles included.
    loop {
        let ahead: BTreeSet<i64> =
            nodes.values().filter_map(|node| node.to).filter(|to| !nodes.contains_key(to)).collect();
        if ahead.is_empty() {
            break;
        }
        let ahead: Vec<i64> = ahead.into_iter().collect();
        rows(tx, noun, "id", &ahead, &mut nodes).await?;
    }
    let pointers: HashMap<i64, Pointer> = nodes
        .iter()
        .filter_map(|(key, node)| Some((*key, Pointer { uid: node.uid, to: node.to? })))
        .collect();
    let ends = ends(&pointers);

    let mut moved = BTreeSet::new();
    let mut by_root: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for key in affected {
        let root = ends.get(&key).copied().unwrap_or(key);
        let Some(node) = nodes.get(&key).filter(|node| node.root != root) else { continue };
        by_root.entry(root).or_default().push(key);
        moved.insert(root);
        // A new row has had none.
        moved.extend(Some(node.root).filter(|root| *root != 0));
    }
    for (root, keys) in by_root {
        keys::set(tx, (noun.name(), "root"), Value::from(root), &keys).await?;
    }
    Ok(moved)
}

/// How many pointers the longest chain has that ends at this row; no more than `most` are looked at.
pub(super) async fn depth(tx: &mut Tx<'_>, noun: Noun, key: i64, most: usize) -> Result<usize, Error> {
    below(tx, noun, &[key], &mut HashMap::new(), most).await
}

/// Adds the rows whose pointers lead to these, nearest first, each once; returns over how many pointers.
async fn below(
    tx: &mut Tx<'_>,
    noun: Noun,
    from: &[i64],
    nodes: &mut HashMap<i64, Node>,
    most: usize,
) -> Result<usize, Error> {
    let mut seen: HashSet<i64> = from.iter().copied().collect();
    let (mut level, mut depth) = (from.to_vec(), 0);
    while depth < most {
        let found = rows(tx, noun, "merged_into", &level, nodes).await?;
        level = found.into_iter().filter(|key| seen.insert(*key)).collect();
        if level.is_empty() {
            break;
        }
        depth += 1;
    }
    Ok(depth)
}

async fn rows(
    tx: &mut Tx<'_>,
    noun: Noun,
    column: &str,
    values: &[i64],
    nodes: &mut HashMap<i64, Node>,
) -> Result<Vec<i64>, Error> {
    let find = format!("SELECT id, uid, merged_into, root FROM {} WHERE {column} IN ", noun.name());
    let values = values.iter().map(|value| Value::from(*value));
    let found = chunk::all(tx, chunk::selects(&find, values, "")).await?;
    let read = |row: &Row| {
        let node = Node { uid: keys::sixteen(row.get(1)?)?, to: row.get(2)?, root: row.get(3)? };
        Ok::<_, Error>((row.get(0)?, node))
    };
    let mut keys = Vec::new();
    for row in &found {
        let (key, node) = read(row)?;
        keys.push(key);
        nodes.insert(key, node);
    }
    Ok(keys)
}

/// Counts these roots again, and for identities the campaigns that they count for.
pub(super) async fn recount(tx: &mut Tx<'_>, noun: Noun, roots: &BTreeSet<i64>) -> Result<(), Error> {
    let roots: Vec<i64> = roots.iter().copied().collect();
    if noun == Noun::Campaign {
        return recount_campaigns(tx, &roots).await;
    }
    recount_identities(tx, &roots).await?;
    let campaigns = campaigns_of(tx, &roots).await?;
    recount_campaigns(tx, &campaigns).await
}

/// The campaigns that these identities count for, if they are roots.
async fn campaigns_of(tx: &mut Tx<'_>, identities: &[i64]) -> Result<Vec<i64>, Error> {
    let find = "SELECT DISTINCT c.root FROM identity i JOIN campaign c ON c.id = i.campaign WHERE i.id IN ";
    let mut campaigns = keys::of(tx, find, identities).await?;
    campaigns.sort_unstable();
    campaigns.dedup();
    Ok(campaigns)
}

#[cfg(test)]
mod tests {
    use vespid_model::UtcMicros;
    use vespid_model::actor::{Identity, IdentityPut};
    use vespid_model::id::IdentityId;

    use crate::Store;

    const fn id(number: u8) -> IdentityId {
        IdentityId::from_bytes([number; 16])
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn copied_pointers_get_their_roots() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("db").display())).await.unwrap();
        let put = |number, to: Option<u8>| IdentityPut {
            identity: Identity::new(id(number), UtcMicros::from_micros(0)),
            campaign: None,
            merged_into: to.map(id),
        };
        store.identity_put((1..=20).map(|number| put(number, None)).collect()).await.unwrap();
        // 3 -> 2 -> 1; a circle of 6, 5, 7 with 8 before it; eleven pointers from 9 to 20.
        let mut pointers = vec![(3, 2), (2, 1), (6, 5), (5, 7), (7, 6), (8, 7)];
        pointers.extend((9..20).map(|number| (number, number + 1)));
        let pointers = pointers.into_iter().map(|(from, to)| put(from, Some(to)));
        store.identity_put(pointers.collect()).await.unwrap();
        for (number, root) in [
            (1, 1),
            (2, 1),
            (3, 1),
            (4, 4),
            (5, 5),
            (6, 5),
            (7, 5),
            (8, 5),
            (9, 17),
            (12, 20),
            (19, 20),
            (20, 20),
        ] {
            let row = store.identity_row(id(number)).await.unwrap().unwrap();
            assert_eq!(row.root, id(root), "of {number}");
        }
    }
}
