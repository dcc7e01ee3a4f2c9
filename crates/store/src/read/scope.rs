//! A scope as a condition on a query. An unknown subject matches nothing.

use vespid_model::id::{CampaignId, IdentityId};
use vespid_model::rows::Scope;

use super::session;
use crate::rollup::scope as number;
use crate::sql::Query;

/// Adds ` WHERE ...` for the rows of `rollup_scope`.
pub(super) fn rollup(query: &mut Query, scope: &Scope) {
    let number = match scope {
        Scope::Fleet => number::FLEET,
        Scope::Attacker(_) | Scope::AttackerId(_) => number::ATTACKER,
        Scope::Identity(_) => number::IDENTITY,
        Scope::Campaign(_) => number::CAMPAIGN,
        Scope::Session(_) | Scope::SessionName(_) => number::SESSION,
    };
    query.push(" WHERE scope = ").bind(number);
    match scope {
        Scope::Fleet => _ = query.push(" AND subject = 0"),
        Scope::Identity(id) => {
            query
                .push(" AND subject = (SELECT root FROM identity WHERE uid = ")
                .bind(id.as_bytes())
                .push(")");
        }
        Scope::Campaign(id) => {
            query
                .push(" AND subject = (SELECT root FROM campaign WHERE uid = ")
                .bind(id.as_bytes())
                .push(")");
        }
        Scope::SessionName(_) => {
            query.push(" AND subject IN ");
            subject(query, scope);
        }
        _ => {
            query.push(" AND subject = ");
            subject(query, scope);
        }
    }
}

/// Conditions on `tag t`: a tag of the scope fulfils at least one of them. Each follows an index.
pub(super) fn conditions(scope: &Scope) -> Vec<Query> {
    let one = |column: &str| {
        let mut query = Query::new(column);
        subject(&mut query, scope);
        query
    };
    match scope {
        Scope::Fleet => vec![Query::new("1 = 1")],
        Scope::Attacker(_) | Scope::AttackerId(_) => vec![one("t.attacker = ")],
        Scope::Session(_) => vec![one("t.session = ")],
        Scope::SessionName(_) => vec![one("t.session IN ")],
        Scope::Identity(id) => belonging(&identities_of(*id)),
        Scope::Campaign(id) => belonging(&identities_of_campaign(*id)),
    }
}

/// The keys of the attackers of a scope, in parentheses; None for all.
pub(super) fn attackers(scope: &Scope) -> Option<Query> {
    let of = |identities: &Query| {
        let mut query = Query::new("(SELECT z.id FROM attacker z WHERE z.identity IN (SELECT i.id");
        query.append(identities).push("))");
        query
    };
    match scope {
        Scope::Fleet => None,
        Scope::Identity(id) => Some(of(&identities_of(*id))),
        Scope::Campaign(id) => Some(of(&identities_of_campaign(*id))),
        Scope::Session(_) | Scope::SessionName(_) => {
            let mut query = Query::new("(SELECT z.attacker FROM session z WHERE z.id IN ");
            subject(&mut query, scope);
            query.push(")");
            Some(query)
        }
        Scope::Attacker(_) | Scope::AttackerId(_) => {
            let mut query = Query::default();
            subject(&mut query, scope);
            Some(query)
        }
    }
}

/// Adds the key of an attacker or session, or the keys of sessions of one name, in parentheses.
pub(super) fn subject(query: &mut Query, scope: &Scope) {
    query.push("(SELECT ");
    match scope {
        Scope::Attacker(ip) => {
            query.push("id FROM attacker WHERE ip = ").bind(ip.to_canonical().to_string());
        }
        Scope::AttackerId(id) => _ = query.push("id FROM attacker WHERE uid = ").bind(id.as_bytes()),
        Scope::Session(key) => {
            query.push("s.id");
            session::one(query, key);
        }
        Scope::SessionName(name) => _ = query.push("id FROM session WHERE name = ").bind(&**name),
        Scope::Fleet | Scope::Identity(_) | Scope::Campaign(_) => _ = query.push("0"),
    }
    query.push(")");
}

/// ` FROM ... WHERE ...` for the rows `i` of an identity and of all that are merged into the same one.
fn identities_of(id: IdentityId) -> Query {
    let mut query = Query::new(" FROM identity x JOIN identity i ON i.root = x.root");
    query.push(" WHERE x.uid = ").bind(id.as_bytes());
    query
}

/// The same for all identities of a campaign.
fn identities_of_campaign(id: CampaignId) -> Query {
    let mut query = Query::new(
        " FROM campaign x JOIN campaign c ON c.root = x.root JOIN identity g ON g.campaign = c.id
          JOIN identity i ON i.root = g.id",
    );
    query.push(" WHERE x.uid = ").bind(id.as_bytes());
    query
}

fn belonging(identities: &Query) -> Vec<Query> {
    let mut by_attacker =
        Query::new("t.attacker IN (SELECT a.id FROM attacker a WHERE a.identity IN (SELECT i.id");
    by_attacker.append(identities).push("))");
    let mut own = Query::new("t.identity IN (SELECT i.id");
    own.append(identities).push(")");
    vec![by_attacker, own]
}
