//! The rollups as they must be: the GROUP BY over `tag`.

use sqlx::Error;

use crate::sql::{Dialect, Query, Tx};

/// A part of the rollups that is checked and rebuilt in one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Fleet,
    Attacker,
    Identity,
    Campaign,
    Session,
    Day,
}

impl Table {
    pub(crate) const ALL: [Self; 6] =
        [Self::Fleet, Self::Attacker, Self::Identity, Self::Campaign, Self::Session, Self::Day];

    /// As messages name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fleet => "fleet",
            Self::Attacker => "attacker",
            Self::Identity => "identity",
            Self::Campaign => "campaign",
            Self::Session => "session",
            Self::Day => "day",
        }
    }

    /// `rollup_scope.scope`; days have none.
    const fn scope(self) -> Option<i64> {
        match self {
            Self::Fleet => Some(0),
            Self::Attacker => Some(1),
            Self::Identity => Some(2),
            Self::Campaign => Some(3),
            Self::Session => Some(4),
            Self::Day => None,
        }
    }

    /// The columns of a row's key, without scope and shard.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Day => "day, decky, kind, tactic, technique",
            _ => "subject, tactic, technique, attack_release",
        }
    }

    /// The tags, of a table `tag`, with the key's columns: a row for each that counts.
    fn tags(self, dialect: Dialect, tag: &str) -> String {
        const WHAT: &str = "t.tactic, t.technique, t.attack_release, t.created_at, t.confidence";
        const ATTACKER: &str = "attacker a ON a.id = t.attacker LEFT JOIN identity ai ON ai.id = a.identity
            LEFT JOIN identity ag ON ag.id = ai.root LEFT JOIN campaign ac ON ac.id = ag.campaign";
        const OWN: &str = "identity i ON i.id = t.identity JOIN identity g ON g.id = i.root
            LEFT JOIN campaign c ON c.id = g.campaign";
        let both = |attacker: &str, own: &str| {
            format!(
                "SELECT {attacker} AS subject, {WHAT} FROM {tag} t JOIN {ATTACKER} WHERE {attacker} IS NOT NULL
                 UNION ALL
                 SELECT {own} AS subject, {WHAT} FROM {tag} t JOIN {OWN} LEFT JOIN {ATTACKER}
                 WHERE {own} IS NOT NULL AND ({attacker} IS NULL OR {attacker} <> {own})"
            )
        };
        match self {
            Self::Fleet => format!("SELECT 0 AS subject, {WHAT} FROM {tag} t"),
            Self::Attacker => {
                format!("SELECT t.attacker AS subject, {WHAT} FROM {tag} t WHERE t.attacker IS NOT NULL")
            }
            Self::Session => {
                format!("SELECT t.session AS subject, {WHAT} FROM {tag} t WHERE t.session IS NOT NULL")
            }
            Self::Identity => both("ag.id", "g.id"),
            Self::Campaign => both("ac.root", "c.root"),
            Self::Day => {
                let divided = if dialect == Dialect::MySql { "DIV" } else { "/" };
                format!(
                    "SELECT t.created_at {divided} 86400000000 AS day, COALESCE(t.decky, 0) AS decky, t.kind, {WHAT}
                     FROM {tag} t"
                )
            }
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Day => "rollup_day",
            _ => "rollup_scope",
        }
    }

    /// ` WHERE ...` for its rows.
    fn rows(self) -> String {
        self.scope().map_or_else(|| " WHERE 1 = 1".to_owned(), |scope| format!(" WHERE scope = {scope}"))
    }
}

/// A query for at most `limit` keys whose rows differ from the GROUP BY, ordered by key: the key's columns, then tags,
/// first and last time and confidence, each as expected and as found. Days that remember purged tags may say more, not
/// less.
pub(crate) fn doubted(table: Table, dialect: Dialect, history: Option<i64>, limit: u32) -> Query {
    let (key, integer) = (table.key(), dialect.integer());
    let (tags, rollup, rows) = (table.tags(dialect, "tag"), table.table(), table.rows());
    let sums = ["e_tags", "f_tags", "e_first", "f_first", "e_last", "f_last"]
        .map(|sum| format!("CAST(SUM({sum}) AS {integer})"))
        .join(", ");
    let exact = "SUM(e_tags) <> SUM(f_tags) OR SUM(e_first) <> SUM(f_first) OR SUM(e_last) <> SUM(f_last)
                 OR SUM(e_confidence) <> SUM(f_confidence)";
    let having = match history {
        Some(day) if table == Table::Day => {
            format!("(day > {day} AND ({exact})) OR (day <= {day} AND SUM(e_tags) > SUM(f_tags))")
        }
        _ => exact.to_owned(),
    };
    let mut query = Query::new(&format!(
        "SELECT {key}, {sums}, SUM(e_confidence), SUM(f_confidence) FROM (
             SELECT {key}, COUNT(*) AS e_tags, 0 AS f_tags, MIN(created_at) AS e_first, 0 AS f_first,
                    MAX(created_at) AS e_last, 0 AS f_last, MAX(confidence) AS e_confidence, 0.0 AS f_confidence
             FROM ({tags}) e GROUP BY {key}
             UNION ALL
             SELECT {key}, 0, SUM(tags), 0, MIN(first_seen), 0, MAX(last_seen), 0.0, MAX(confidence_max)
             FROM {rollup}{rows} GROUP BY {key}
         ) d GROUP BY {key} HAVING {having} ORDER BY {key} LIMIT "
    ));
    query.bind(limit);
    query
}

/// Makes the rows of this part anew, of these techniques, or of all if none is named, while nobody else writes. Days
/// that remember purged tags stay.
pub(crate) async fn rebuild(
    tx: &mut Tx<'_>,
    table: Table,
    history: Option<i64>,
    techniques: &[i64],
) -> Result<(), Error> {
    let (key, rollup, rows) = (table.key(), table.table(), table.rows());
    let (tag, and) = if techniques.is_empty() {
        ("tag".to_owned(), String::new())
    } else {
        let these = format!("technique IN ({})", vec!["?"; techniques.len()].join(", "));
        (format!("(SELECT * FROM tag WHERE {these})"), format!(" AND {these}"))
    };
    let mut tags = table.tags(tx.dialect(), &tag);
    let mut kept = String::new();
    if let (Table::Day, Some(day)) = (table, history) {
        kept = format!(" AND day > {day}");
        tags = format!("SELECT * FROM ({tags}) k WHERE day > {day}");
    }
    // The values belong to each place where the techniques are named.
    let with_values = |text: &str| {
        let times = text.matches('?').count().checked_div(techniques.len()).unwrap_or(0);
        let values = techniques.iter().cycle().take(times * techniques.len());
        values.fold(Query::new(text), |query, code| query.with(*code))
    };
    tx.run(&with_values(&format!("DELETE FROM {rollup}{rows}{kept}{and}"))).await?;
    let (scope, scope_column) =
        table.scope().map_or((String::new(), ""), |scope| (format!("{scope}, "), "scope, "));
    tx.run(&with_values(&format!(
        "INSERT INTO {rollup} ({scope_column}{key}, shard, tags, first_seen, last_seen, confidence_max)
         SELECT {scope}{key}, 0, COUNT(*), MIN(created_at), MAX(created_at), MAX(confidence)
         FROM ({tags}) e GROUP BY {key}"
    )))
    .await?;
    Ok(())
}
