//! `vespid rules promote`

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Result;
use vespid_engine::{Engine, States};
use vespid_export::text::count;
use vespid_model::Tag;
use vespid_model::clock::{Clock, SystemClock};
use vespid_model::event::Event;
use vespid_store::{Concerned, Promoted, Promotion, StagedTag, Store, Tagger, Texts};

use super::super::login::login_name;
use super::args::PromoteArgs;
use super::candidates::Candidates;
use crate::clock::clock;
use crate::exit::Exit;
use crate::judge::ByRules;
use crate::rules;
use crate::whatif::Pass;

/// Events that are left for the last transaction, in which others wait: about a second to tag them, and what their
/// windows take.
const LEFT: i64 = 10_000;
/// Others may write as fast as we tag: then more is left.
const ROUNDS: u32 = 8;

pub(super) async fn run(args: &PromoteArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let attack = rules::catalogue_for(&store, args.attack_release).await?;
    let candidates = Candidates::load(&args.files, args.rules.as_deref(), &attack)?;
    let now = clock().now();
    let states = States::at(&store.rule_states().await?, now);
    let actor = args.by.clone().unwrap_or_else(login_name);
    let said = candidates.said();
    let Candidates { engine, texts, silent, .. } = candidates;
    let judge = Arc::new(ByRules { engine: Arc::clone(&engine), states: states.clone() });
    let tagger: Tagger = Arc::new(move |event: &Event| tags(&engine, &states, event));
    let texts = Texts { rules: texts, silent, tagger: Arc::clone(&tagger), judge };
    let promotion = Promotion::new(texts, &actor, now, SystemClock.now().as_micros());
    let done = promote(&store, &promotion, &tagger).await;
    if done.is_err() {
        // What waits in vain does no harm: the next promotion that comes a week later forgets it too.
        let _ = store.promotion_abandon(&promotion).await;
    }
    let Promoted { added, removed, kept } = done?;
    store.close().await;
    writeln!(io::stdout(), "{said}: {} added, {removed} removed, {kept} as they were", count(added, "tag"))?;
    Ok(Exit::Done)
}

fn tags(engine: &Engine, states: &States, event: &Event) -> Vec<Tag> {
    let mut tags = engine.tag(event).tags;
    states.apply(&mut tags);
    tags
}

/// Looks at the windows that are there and stages the tags of all events; what came meanwhile again, until little is
/// left.
async fn promote(store: &Store, promotion: &Promotion, tagger: &Tagger) -> Result<Promoted> {
    let (mut after, mut concerned) = (0, Concerned::default());
    for round in 0..ROUNDS {
        let until = store.promotion_fence(promotion).await?;
        // The first round looks even where there is no event any more: windows may have tags.
        if round > 0 && until - after < LEFT {
            break;
        }
        store.promotion_windows(promotion, &mut concerned, until).await?;
        let mut pass = Pass::between(store, None, after, until);
        while let Some(part) = pass.next().await? {
            let staged = part.iter().flat_map(|stored| {
                let of = |tag| StagedTag { event: stored.key, time: stored.event.time, tag };
                tagger(&stored.event).into_iter().map(of)
            });
            store.promotion_stage(promotion, staged.collect()).await?;
        }
        after = until;
    }
    Ok(store.promotion_finish(promotion.clone(), after, concerned).await?)
}
