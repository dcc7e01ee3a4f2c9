//! Tags that get another technique or tactic, and what they were.

use std::collections::HashMap;

use sqlx::Error;
use vespid_model::id::{EventId, RuleId, TagId};
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};

use super::TagMove;
use crate::error::StoreError;
use crate::read::column;
use crate::sql::{Query, Tx, Value, chunk};
use crate::write::{Stop, keys};

/// Tags that are read at once.
const PART: u32 = 512;

/// All of a tag but its number, release, technique and tactic.
const REST: &str =
    "uid, rule, created_at, event, kind, attacker, identity, session, decky, confidence, tagged_at, span,
    via, source_id, evidence";

/// What tags are called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) technique: TechniqueId,
    pub(super) tactic: TacticId,
    pub(super) release: Release,
}

/// A tag and what it will be.
pub(super) struct Hop {
    tag: i64,
    uid: [u8; 16],
    named: Named,
}

/// ` FROM ... WHERE ...` for tags `t` that are in another release, and what they were in this one, `o`. SQLite may give
/// the number of a deleted tag to a new one: time and kind tell.
pub(super) fn origins(to: Release) -> Query {
    let mut query = Query::new(
        " FROM tag_origin o JOIN tag t ON t.id = o.tag AND t.created_at = o.created_at AND t.kind = o.kind
         WHERE o.survivor IS NULL AND o.attack_release = ",
    );
    query.bind(to.code()).push(" AND t.attack_release <> ").bind(to.code());
    query
}

/// Some tags that were in this release before.
pub(super) async fn known(tx: &mut Tx<'_>, to: Release) -> Result<Vec<Hop>, Stop> {
    let mut find = Query::new("SELECT t.id, o.uid, o.technique, o.tactic");
    find.append(&origins(to)).push(" ORDER BY t.id LIMIT ").bind(PART);
    let mut hops = Vec::new();
    for row in tx.all(&find).await? {
        let (technique, tactic) = (column::technique(row.get(2)?)?, column::tactic(row.get(3)?)?);
        let named = Named { technique, tactic, release: to };
        hops.push(Hop { tag: row.get(0)?, uid: keys::sixteen(row.get(1)?)?, named });
    }
    Ok(hops)
}

/// Some tags of a group, each with the id that it has under its new name.
pub(super) async fn of_group(tx: &mut Tx<'_>, group: &TagMove, to: Named) -> Result<Vec<Hop>, Stop> {
    let mut find = Query::new(
        "SELECT t.id, t.kind, e.uid, t.source_id, r.name, r.version FROM tag t JOIN rule r ON r.id = t.rule
         LEFT JOIN event e ON e.id = t.event WHERE t.technique = ",
    );
    find.bind(group.technique.code()).push(" AND t.tactic = ").bind(group.tactic.code());
    find.push(" AND t.attack_release = ").bind(group.release.code());
    find.push(" ORDER BY t.id LIMIT ").bind(PART);
    let mut hops = Vec::new();
    for row in tx.all(&find).await? {
        let source = match row.get::<Option<Vec<u8>>>(2)? {
            Some(uid) => EventId::from_bytes(keys::sixteen(uid)?).to_string(),
            None => row.get::<Option<String>>(3)?.unwrap_or_default(),
        };
        let (kind, rule) = (column::kind(row.get(1)?)?, RuleId::new(&row.get::<String>(4)?));
        let id = TagId::derive(kind, &source, &rule, column::version(row.get(5)?)?, to.technique);
        hops.push(Hop { tag: row.get(0)?, uid: *id.as_bytes(), named: to });
    }
    Ok(hops)
}

/// Remembers what these tags were and gives them their new names. A tag whose new id another one has is taken away; gives
/// how many were.
pub(super) async fn take(tx: &mut Tx<'_>, hops: &[Hop]) -> Result<u64, Error> {
    remember(tx, hops).await?;
    let mut taken: HashMap<[u8; 16], i64> = keys::all(tx, "tag", hops.iter().map(|hop| hop.uid)).await?;
    let mut gone = Vec::new();
    for Hop { tag, uid, named } in hops {
        let survivor = *taken.entry(*uid).or_insert(*tag);
        if survivor == *tag {
            let set = Query::new(
                "UPDATE tag SET uid = ?, technique = ?, tactic = ?, attack_release = ? WHERE id = ?",
            );
            let set = set.with(uid).with(named.technique.code()).with(named.tactic.code());
            tx.run(&set.with(named.release.code()).with(*tag)).await?;
        } else {
            let set = Query::new(
                "UPDATE tag_origin SET survivor = ? WHERE tag = ?
                 AND attack_release = (SELECT attack_release FROM tag WHERE tag.id = tag_origin.tag)",
            );
            tx.run(&set.with(survivor).with(*tag)).await?;
            gone.push(*tag);
        }
    }
    for part in gone.chunks(chunk::ROWS) {
        let mut delete = Query::new("DELETE FROM tag WHERE id IN ");
        delete.list(chunk::padded(part).into_iter().map(Value::from));
        tx.run(&delete).await?;
    }
    Ok(gone.len() as u64)
}

async fn remember(tx: &mut Tx<'_>, hops: &[Hop]) -> Result<(), Error> {
    let tags: Vec<i64> = hops.iter().map(|hop| hop.tag).collect();
    for part in tags.chunks(chunk::ROWS) {
        let these = || chunk::padded(part).into_iter().map(Value::from);
        // What is known of a tag under its release may be of another one, which had the number before.
        let mut forget = Query::new(
            "DELETE FROM tag_origin
             WHERE attack_release = (SELECT attack_release FROM tag WHERE tag.id = tag_origin.tag) AND tag IN ",
        );
        forget.list(these());
        tx.run(&forget).await?;
        let mut insert = Query::new(&format!(
            "INSERT INTO tag_origin (tag, attack_release, technique, tactic, {REST})
             SELECT id, attack_release, technique, tactic, {REST} FROM tag WHERE id IN "
        ));
        insert.list(these());
        tx.run(&insert).await?;
    }
    Ok(())
}

/// Forgets what these tags were in this release.
pub(super) async fn forget(tx: &mut Tx<'_>, hops: &[Hop], release: Release) -> Result<(), Error> {
    for part in hops.chunks(chunk::ROWS) {
        let mut forget = Query::new("DELETE FROM tag_origin WHERE survivor IS NULL AND attack_release = ");
        forget.bind(release.code()).push(" AND tag IN ");
        let tags: Vec<i64> = part.iter().map(|hop| hop.tag).collect();
        forget.list(chunk::padded(&tags).into_iter().map(Value::from));
        tx.run(&forget).await?;
    }
    Ok(())
}

/// Stores those tags again that were taken away, as they were; gives how many. Those whose survivor is in the release that
/// is asked for stay away. One whose survivor was deleted meanwhile would have been deleted too.
pub(super) async fn bring_back(tx: &mut Tx<'_>, to: Release) -> Result<u64, StoreError> {
    let mut find = Query::new(
        "SELECT id, tag, uid FROM tag_origin o WHERE survivor IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM tag s WHERE s.id = o.survivor AND o.attack_release <> ",
    );
    find.bind(to.code()).push(" AND s.attack_release = ").bind(to.code());
    find.push(") ORDER BY id LIMIT ").bind(PART);
    let mut back = 0;
    loop {
        let rows = tx.all(&find).await?;
        if rows.is_empty() {
            return Ok(back);
        }
        for row in rows {
            let (origin, before, uid): (i64, i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let uid = keys::sixteen(uid)?;
            let insert = Query::new(&format!(
                "INSERT INTO tag (attack_release, technique, tactic, {REST})
                 SELECT attack_release, technique, tactic, {REST} FROM tag_origin o WHERE o.id = ?
                 AND EXISTS (SELECT 1 FROM tag s WHERE s.id = o.survivor AND s.created_at = o.created_at AND s.kind = o.kind)
                 AND NOT EXISTS (SELECT 1 FROM tag s WHERE s.uid = o.uid)
                 AND (o.attacker IS NULL OR EXISTS (SELECT 1 FROM attacker a WHERE a.id = o.attacker))
                 AND (o.session IS NULL OR EXISTS (SELECT 1 FROM session n WHERE n.id = o.session))"
            ));
            if tx.run(&insert.with(origin)).await? == 1 {
                back += 1;
                let now = keys::find(tx, "tag", &uid).await?.ok_or(Error::RowNotFound)?;
                let point = Query::new("UPDATE tag_origin SET tag = ? WHERE tag = ? AND survivor IS NULL");
                tx.run(&point.with(now).with(before)).await?;
            }
            tx.run(&Query::new("DELETE FROM tag_origin WHERE id = ?").with(origin)).await?;
        }
    }
}
