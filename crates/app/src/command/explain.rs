//! `vespid explain`

use std::io::{self, Write};

use anyhow::{Result, bail};
use vespid_export::{Explanation, report};
use vespid_model::rows::{EventRow, Scope, SessionKey, SessionRow};
use vespid_store::Store;

use super::{look, target};
use crate::cli::{Database, ExplainFormat};
use crate::exit::Exit;

pub(crate) async fn run(db: &Database, id: &str, format: ExplainFormat) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let (session, events) = if let Some(found) = of_tag(&store, id).await? {
        found
    } else if let Some(key) = target::session(&store, id).await? {
        (store.session_find(&key).await?, store.session_events(&key).await?)
    } else {
        bail!("no session and no tag {id} in {}", db.db);
    };
    let attack = report::catalogue(&store.totals(&Scope::Fleet).await?.releases);
    let explanation = Explanation { session: session.as_ref(), events: &events };
    let mut out = io::stdout().lock();
    let text = match format {
        ExplainFormat::Text => explanation.text(attack, look::of(&out)),
        ExplainFormat::Json => explanation.json(attack),
    };
    out.write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

/// The session and the one event of a tag, when the id is that of a tag.
async fn of_tag(store: &Store, id: &str) -> Result<Option<(Option<SessionRow>, Vec<EventRow>)>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let Some((tag, event)) = store.tag_find(id).await? else { return Ok(None) };
    let session = match tag.session {
        Some(session) => store.session_find(&SessionKey { decky: tag.decky, session, ip: tag.ip }).await?,
        None => None,
    };
    Ok(Some((session, vec![event])))
}
