//! `vespid explain`

use std::io::{self, BufWriter, Write};
use std::net::IpAddr;

use anyhow::{Result, bail};
use vespid_export::Explanation;
use vespid_export::explain::{Format, Listed};
use vespid_model::rows::{EventsFrom, Scope, SessionKey, TagCursor};
use vespid_store::{FoundTag, Store};

use super::{look, target};
use crate::cli::{Database, ExplainFormat};
use crate::clock::clock;
use crate::exit::Exit;

/// Events in a part.
const PART: u32 = 4000;
/// Tags without an event, whose evidence may be large.
const ALONE: u32 = 50;

/// What is explained.
enum Subject {
    /// All events of a session.
    Session(SessionKey),
    /// What events of an address show together, and what providers say of it.
    Attacker(IpAddr),
    /// One tag, and where it is from.
    Tag(Box<FoundTag>, Option<SessionKey>),
}

pub(crate) async fn run(db: &Database, id: &str, format: ExplainFormat) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let Some(subject) = find(&store, id).await? else {
        bail!("no session, tag or address {id} in {}", db.shown())
    };
    let session = match &subject {
        Subject::Session(key) | Subject::Tag(_, Some(key)) => store.session_find(key).await?,
        Subject::Tag(_, None) | Subject::Attacker(_) => None,
    };
    let attack = store.catalogue_of(&store.totals(&Scope::Fleet).await?.releases).await?;
    let stdout = io::stdout().lock();
    let format = match format {
        ExplainFormat::Text => Format::Text(look::of(&stdout)),
        ExplainFormat::Json => Format::Json,
    };
    let mut out = BufWriter::new(stdout);
    let about = match &subject {
        Subject::Tag(found, _) => found.tag.tag.ip,
        Subject::Attacker(ip) => Some(*ip),
        Subject::Session(_) => None,
    };
    let listings = match about {
        Some(ip) => store.listing_list(ip).await?,
        None => Vec::new(),
    };
    let mut explanation = Explanation::new(&attack, format);
    if about.is_some() {
        explanation = explanation.with_listings(Listed { listings: &listings, now: clock().now() });
    }
    out.write_all(explanation.begin(session.as_ref()).as_bytes())?;
    match subject {
        Subject::Session(key) => all(&store, &key, &mut explanation, &mut out).await?,
        Subject::Attacker(ip) => {
            let said = store.listing_events(&listings).await?;
            out.write_all(explanation.events(&said).as_bytes())?;
            if !windows(&store, ip, &mut explanation, &mut out).await? && said.is_empty() {
                writeln!(
                    io::stderr(),
                    "nothing that several events of {ip} show together, and no provider says anything of it; its \
                     sessions: vespid report --attacker {ip}"
                )?;
            }
        }
        Subject::Tag(found, _) => out.write_all(
            match &found.event {
                Some(event) => explanation.events(std::slice::from_ref(event)),
                None => explanation.alone(&found.tag, &found.evidence),
            }
            .as_bytes(),
        )?,
    }
    out.write_all(explanation.end().as_bytes())?;
    out.flush()?;
    store.close().await;
    Ok(Exit::Done)
}

async fn find(store: &Store, id: &str) -> Result<Option<Subject>> {
    if let Ok(id) = id.parse()
        && let Some(found) = store.tag_find(id).await?
    {
        let tag = &found.tag.tag;
        let session = match (&tag.decky, &tag.session, tag.ip) {
            (Some(decky), Some(session), Some(ip)) => {
                Some(SessionKey { decky: decky.clone(), session: session.clone(), ip })
            }
            _ => None,
        };
        return Ok(Some(Subject::Tag(Box::new(found), session)));
    }
    // Before sessions: a sensor may name one by the address, and DECKY/ID says it then.
    if let Ok(ip) = id.parse()
        && store.attacker_find(ip).await?.is_some()
    {
        return Ok(Some(Subject::Attacker(ip)));
    }
    Ok(target::session(store, id).await?.map(Subject::Session))
}

/// False when there is nothing to show.
async fn windows(
    store: &Store,
    ip: IpAddr,
    explanation: &mut Explanation<'_>,
    out: &mut impl Write,
) -> Result<bool> {
    let mut after = None;
    loop {
        let tags = store.attacker_windows(ip, ALONE, after).await?;
        let Some(last) = tags.last() else { return Ok(after.is_some()) };
        after = Some(TagCursor { created_at: last.tag.tag.created_at, id: last.tag.tag.id });
        for found in &tags {
            out.write_all(explanation.alone(&found.tag, &found.evidence).as_bytes())?;
        }
    }
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
        let Some(last) = events.last() else { break };
        from = EventsFrom::After(last.time, last.id);
        out.write_all(explanation.events(&events).as_bytes())?;
    }
    let mut after = None;
    loop {
        let tags = store.session_tags_alone(key, ALONE, after).await?;
        let Some(last) = tags.last() else { break };
        after = Some(TagCursor { created_at: last.tag.tag.created_at, id: last.tag.tag.id });
        for found in &tags {
            out.write_all(explanation.alone(&found.tag, &found.evidence).as_bytes())?;
        }
    }
    for found in store.session_windows(key, ALONE).await? {
        out.write_all(explanation.alone(&found.tag, &found.evidence).as_bytes())?;
    }
    Ok(())
}
