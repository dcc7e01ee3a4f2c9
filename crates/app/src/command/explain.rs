//! `vespid explain`

use std::io::{self, BufWriter, Write};

use anyhow::{Result, bail};
use vespid_export::Explanation;
use vespid_export::explain::Format;
use vespid_model::rows::{EventRow, EventsFrom, Scope, SessionKey};
use vespid_store::Store;

use super::{look, target};
use crate::cli::{Database, ExplainFormat};
use crate::exit::Exit;

/// Events in a part.
const PART: u32 = 4000;

/// What is explained: the one event of a tag, or all events of a session.
struct Subject {
    session: Option<SessionKey>,
    only: Option<EventRow>,
}

pub(crate) async fn run(db: &Database, id: &str, format: ExplainFormat) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let Some(subject) = find(&store, id).await? else {
        bail!("no session and no tag {id} in {}", db.shown())
    };
    let session = match &subject.session {
        Some(key) => store.session_find(key).await?,
        None => None,
    };
    let attack = store.catalogue_of(&store.totals(&Scope::Fleet).await?.releases).await?;
    let stdout = io::stdout().lock();
    let format = match format {
        ExplainFormat::Text => Format::Text(look::of(&stdout)),
        ExplainFormat::Json => Format::Json,
    };
    let mut out = BufWriter::new(stdout);
    let mut explanation = Explanation::new(&attack, format);
    out.write_all(explanation.begin(session.as_ref()).as_bytes())?;
    match (subject.only, subject.session) {
        (Some(event), _) => out.write_all(explanation.events(&[event]).as_bytes())?,
        (None, Some(key)) => all(&store, &key, &mut explanation, &mut out).await?,
        (None, None) => {}
    }
    out.write_all(explanation.end().as_bytes())?;
    out.flush()?;
    store.close().await;
    Ok(Exit::Done)
}

async fn find(store: &Store, id: &str) -> Result<Option<Subject>> {
    if let Ok(id) = id.parse()
        && let Some((tag, event)) = store.tag_find(id).await?
    {
        let session = tag.session.map(|session| SessionKey { decky: tag.decky, session, ip: tag.ip });
        return Ok(Some(Subject { session, only: Some(event) }));
    }
    let session = target::session(store, id).await?;
    Ok(session.map(|key| Subject { session: Some(key), only: None }))
}

async fn all(
    store: &Store,
    key: &SessionKey,
    explanation: &mut Explanation<'_>,
    out: &mut impl Write,
) -> Result<()> {
    let mut from = EventsFrom::Offset(0);
    loop {
        let events = store.session_events(key, from, PART).await?;
        let Some(last) = events.last() else { return Ok(()) };
        from = EventsFrom::After(last.time, last.id);
        out.write_all(explanation.events(&events).as_bytes())?;
    }
}
