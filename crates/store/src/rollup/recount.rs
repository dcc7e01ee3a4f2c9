//! Counting identities and campaigns again, from what their attackers did.

use sqlx::Error;

use super::cell::{DAY, Place, scope};
use crate::sql::{Dialect, Query, Tx};

/// Which attackers and identities belong to a root: the middle of [`again`].
struct Belonging {
    scope: i64,
    /// From the root to its identities `i`, merged ones too. SQLite takes crossed tables in this order, and not the
    /// rollups of all attackers first.
    tables: &'static str,
    /// The conditions that go with them; the root follows.
    conditions: &'static str,
    /// Where the tag's attacker belongs, to compare with the root.
    by_attacker: &'static str,
}

const IDENTITY: Belonging =
    Belonging { scope: scope::IDENTITY, tables: "identity i", conditions: "i.root = ", by_attacker: "ag.id" };
const CAMPAIGN: Belonging = Belonging {
    scope: scope::CAMPAIGN,
    tables: "campaign c CROSS JOIN identity g CROSS JOIN identity i",
    conditions: "g.campaign = c.id AND i.root = g.id AND c.root = ",
    by_attacker: "ac.root",
};

/// Counts these identities again; they must be roots, others have no rows.
pub(crate) async fn recount_identities(tx: &mut Tx<'_>, roots: &[i64]) -> Result<(), Error> {
    for root in roots {
        again(tx, &IDENTITY, *root, None).await?;
    }
    Ok(())
}

/// The same for campaigns.
pub(crate) async fn recount_campaigns(tx: &mut Tx<'_>, roots: &[i64]) -> Result<(), Error> {
    for root in roots {
        again(tx, &CAMPAIGN, *root, None).await?;
    }
    Ok(())
}

/// Counts one row of an identity or campaign again.
pub(super) async fn recount_place(tx: &mut Tx<'_>, place: &Place) -> Result<(), Error> {
    let belonging = if place.scope == scope::IDENTITY { &IDENTITY } else { &CAMPAIGN };
    again(tx, belonging, place.subject, Some(place)).await
}

/// The attackers' rollups, and the tags that hang on the identities alone or on an attacker that belongs elsewhere.
async fn again(tx: &mut Tx<'_>, belonging: &Belonging, root: i64, only: Option<&Place>) -> Result<(), Error> {
    let mut forget = Query::new("DELETE FROM rollup_scope WHERE scope = ");
    forget.bind(belonging.scope).push(" AND subject = ").bind(root);
    exactly(&mut forget, "", only);
    tx.run(&forget).await?;

    let integer = tx.dialect().integer();
    let Belonging { scope, tables, conditions, by_attacker } = belonging;
    let mut count = Query::new(&format!(
        "INSERT INTO rollup_scope (scope, subject, tactic, technique, attack_release, shard, tags, first_seen,
                                   last_seen, confidence_max)
         SELECT {scope}, {root}, tactic, technique, attack_release, 0, CAST(SUM(tags) AS {integer}), MIN(first_seen),
                MAX(last_seen), MAX(confidence_max) FROM (
             SELECT r.tactic, r.technique, r.attack_release, r.tags, r.first_seen, r.last_seen, r.confidence_max
             FROM {tables} CROSS JOIN attacker a CROSS JOIN rollup_scope r
             WHERE a.identity = i.id AND r.scope = 1 AND r.subject = a.id AND {conditions}"
    ));
    count.bind(root);
    exactly(&mut count, "r.", only);
    count.push(&format!(
        " UNION ALL
             SELECT t.tactic, t.technique, t.attack_release, 1, t.created_at, t.created_at, t.confidence
             FROM {tables} CROSS JOIN tag t LEFT JOIN attacker a ON a.id = t.attacker
             LEFT JOIN identity ai ON ai.id = a.identity LEFT JOIN identity ag ON ag.id = ai.root
             LEFT JOIN campaign ac ON ac.id = ag.campaign
             WHERE t.identity = i.id AND {conditions}"
    ));
    count.bind(root).push(&format!(" AND ({by_attacker} IS NULL OR {by_attacker} <> ")).bind(root).push(")");
    exactly_of_tags(&mut count, only);
    count.push(") x GROUP BY tactic, technique, attack_release");
    tx.run(&count).await?;
    Ok(())
}

/// Counts the days before this one again. Few tags should be that old: they are found technique by technique.
pub(crate) async fn recount_days_before(tx: &mut Tx<'_>, day: i64) -> Result<(), Error> {
    tx.run(&Query::new("DELETE FROM rollup_day WHERE day < ?").with(day)).await?;
    let divided = if tx.dialect() == Dialect::MySql { "DIV" } else { "/" };
    let mut count = Query::new(&format!(
        "INSERT INTO rollup_day (day, decky, kind, tactic, technique, shard, tags, first_seen, last_seen,
                                 confidence_max)
         SELECT day, decky, kind, tactic, technique, 0, COUNT(*), MIN(created_at), MAX(created_at), MAX(confidence)
         FROM (SELECT t.created_at {divided} {DAY} AS day, COALESCE(t.decky, 0) AS decky, t.kind, t.tactic, t.technique,
                      t.created_at, t.confidence
               FROM (SELECT DISTINCT technique FROM rollup_scope WHERE scope = 0 AND subject = 0) k
               JOIN tag t ON t.technique = k.technique WHERE t.created_at < "
    ));
    count.bind(day * DAY).push(") d GROUP BY day, decky, kind, tactic, technique");
    tx.run(&count).await?;
    Ok(())
}

fn exactly(query: &mut Query, table: &str, only: Option<&Place>) {
    let Some(place) = only else { return };
    query.push(&format!(" AND {table}tactic = ")).bind(place.tactic);
    query.push(&format!(" AND {table}technique = ")).bind(place.technique);
    query.push(&format!(" AND {table}attack_release = ")).bind(place.release);
}

/// The same of an identity's own tags, which are few. The sum keeps away the index that begins with the technique.
fn exactly_of_tags(query: &mut Query, only: Option<&Place>) {
    let Some(place) = only else { return };
    query.push(" AND t.technique + 0 = ").bind(place.technique).push(" AND t.tactic = ").bind(place.tactic);
    query.push(" AND t.attack_release = ").bind(place.release);
}
