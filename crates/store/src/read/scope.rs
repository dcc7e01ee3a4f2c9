//! A scope as a condition on a query.

use vespid_model::rows::Scope;

use super::session;
use crate::sql::Query;

/// Adds ` WHERE ...` for a query over `tag` or another table with the columns `attacker` and `session`.
/// An unknown attacker or session matches nothing.
pub(super) fn push(query: &mut Query, scope: &Scope) {
    match scope {
        Scope::Fleet => {}
        Scope::Attacker(ip) => {
            query.push(" WHERE attacker = (SELECT id FROM attacker WHERE ip = ");
            query.bind(ip.to_canonical().to_string()).push(")");
        }
        Scope::Session(key) => {
            // The attacker is named too, because the index begins with it.
            for (column, value) in [(" WHERE attacker", "s.attacker"), (" AND session", "s.id")] {
                query.push(column).push(" = (SELECT ").push(value);
                session::one(query, key);
                query.push(")");
            }
        }
    }
}
