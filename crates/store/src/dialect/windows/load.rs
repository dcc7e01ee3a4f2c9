//! The members of a window that are stored.

use std::collections::BTreeSet;

use sqlx::Error;
use vespid_model::event::Event;
use vespid_model::id::EventId;
use vespid_model::window::{Member, Moment, Window};
use vespid_model::{Body, SourceKind, UtcMicros};

use super::seen::Seen;
use super::slots::Slot;
use crate::sql::{Query, Row, Tx, Value};
use crate::windows::Judge;

/// Events read at once.
const PAGE: u32 = 2_048;

/// How far was read.
#[derive(Default)]
struct Pages {
    after: Option<Moment>,
    ended: bool,
    /// Of windows of which length, where that is not the length of the time that is read.
    length: Option<i64>,
}

/// Reads events of one attacker.
pub(crate) struct Reader<'a> {
    pub(crate) judge: &'a dyn Judge,
    /// The attacker's key.
    pub(crate) attacker: i64,
    pub(crate) slot: Slot,
    /// The greatest key of an event that is read.
    pub(crate) before: i64,
}

impl Reader<'_> {
    /// The first members of the window.
    pub(crate) async fn seen(&self, tx: &mut Tx<'_>) -> Result<Seen, Error> {
        let mut seen = Seen::default();
        let mut pages = Pages::default();
        while !seen.is_full()
            && let Some(members) = self.next(tx, &mut pages).await?
        {
            if !members.is_empty() {
                seen.add(self.judge, self.slot, members);
            }
        }
        Ok(seen)
    }

    /// The windows of one length to which something is brought within this one, which may have any.
    pub(crate) async fn windows(&self, tx: &mut Tx<'_>, length: i64) -> Result<BTreeSet<Window>, Error> {
        let mut windows = BTreeSet::new();
        let mut pages = Pages { length: Some(length), ..Pages::default() };
        while let Some(members) = self.next(tx, &mut pages).await? {
            let of_length = members.iter().filter(|it| it.touches.iter().any(|touch| touch.length == length));
            windows.extend(of_length.map(|member| Window::around(member.moment.0, length)));
        }
        Ok(windows)
    }

    /// The members of the next page; None behind the last.
    async fn next(&self, tx: &mut Tx<'_>, pages: &mut Pages) -> Result<Option<Vec<Member>>, Error> {
        let kinds = self.judge.kinds(pages.length.unwrap_or(self.slot.window.length));
        if pages.ended || kinds.is_empty() {
            return Ok(None);
        }
        let rows = tx.all(&self.page(&kinds, pages.after)).await?;
        let mut members = Vec::new();
        for row in &rows {
            let (moment, member) = self.member(row)?;
            pages.after = Some(moment);
            members.extend(member);
        }
        pages.ended = rows.len() < PAGE as usize;
        Ok(Some(members))
    }

    fn page(&self, kinds: &[SourceKind], after: Option<Moment>) -> Query {
        let mut query = Query::new(
            "SELECT e.uid, e.kind, e.time, d.name, s.name, e.body FROM event e
             JOIN decky d ON d.id = e.decky LEFT JOIN session s ON s.id = e.session
             WHERE e.attacker = ",
        );
        query.bind(self.attacker);
        let from = after.map_or(self.slot.window.start, |(time, _)| time);
        query.push(" AND e.time >= ").bind(from.as_micros());
        query.push(" AND e.time < ").bind(self.slot.window.end().as_micros());
        if let Some((time, id)) = after {
            query.push(" AND (e.time > ").bind(time.as_micros()).push(" OR e.uid > ").bind(id.as_bytes());
            query.push(")");
        }
        query.push(" AND e.id <= ").bind(self.before).push(" AND e.kind IN ");
        query.list(kinds.iter().map(|kind| Value::from(kind.code())));
        query.push(" ORDER BY e.time, e.uid LIMIT ").bind(PAGE);
        query
    }

    /// When an event happened, and what it brings: one that cannot be read brings nothing.
    fn member(&self, row: &Row) -> Result<(Moment, Option<Member>), Error> {
        let uid = row.get::<Vec<u8>>(0)?.try_into().map_err(|_| Error::Decode("event.uid".into()))?;
        let (id, time) = (EventId::from_bytes(uid), UtcMicros::from_micros(row.get(2)?));
        let body_json = row.get::<String>(5)?.into_boxed_str();
        let kind = u8::try_from(row.get::<i64>(1)?).ok().and_then(SourceKind::from_code);
        let Some(body) = kind.and_then(|kind| Body::from_json(kind, &body_json).ok()) else {
            return Ok(((time, id), None));
        };
        let event = Event {
            id,
            time,
            source_ip: self.slot.ip,
            decky: row.get::<String>(3)?.into(),
            session: row.get::<Option<String>>(4)?.map(Into::into),
            body,
            body_json,
        };
        let touches = self.judge.touches(&event);
        let member = Member {
            moment: (time, id),
            touches,
            decky: event.decky.into(),
            session: event.session.map(Into::into),
        };
        Ok(((time, id), (!member.touches.is_empty()).then_some(member)))
    }
}
