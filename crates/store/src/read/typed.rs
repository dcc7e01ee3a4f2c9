//! What was typed in a session.

use vespid_model::body::Session;
use vespid_model::rows::{SessionKey, TypedRow};
use vespid_model::{Body, SourceKind, UtcMicros};

use super::{column, event, session};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

impl Store {
    /// The lines that were typed in a session, to its shell or to a program that ran in it, by time: the first ones.
    /// Scripts that a sensor logs as if they were typed are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_typed(&self, key: &SessionKey, limit: u32) -> Result<Vec<TypedRow>, StoreError> {
        let mut find = Query::new("SELECT s.id");
        session::one(&mut find, key);
        let Some(found) = self.pool.first(&find).await? else { return Ok(Vec::new()) };
        let mut query = Query::new("SELECT time, kind, body FROM event WHERE session = ");
        query.bind(found.get::<i64>(0)?).push(" AND kind IN ");
        query.list([SourceKind::Command, SourceKind::Session].map(|kind| kind.code().into()));
        query.push(" ORDER BY time, uid");
        let mut typed = Vec::new();
        self.pool
            .each(&query, |row: Row| {
                let (time, kind) = (UtcMicros::from_micros(row.get(0)?), column::kind(row.get(1)?)?);
                typed.extend(line(time, event::body(kind, &row.get::<String>(2)?)?));
                Ok::<_, StoreError>(typed.len() < limit as usize)
            })
            .await?;
        Ok(typed)
    }
}

fn line(time: UtcMicros, body: Body) -> Option<TypedRow> {
    match body {
        Body::Command(command) if !command.script => {
            Some(TypedRow { time, program: None, text: command.command_text })
        }
        Body::Session(Session::Input { realm, input }) => {
            Some(TypedRow { time, program: Some(realm), text: input })
        }
        _ => None,
    }
}
