//! `vespid rules disable`, `clip` and `enable`

use std::io::{self, Write};

use anyhow::{Result, bail};
use vespid_export::printable;
use vespid_model::Confidence;
use vespid_model::id::RuleId;
use vespid_model::rule_state::{RuleMode, RuleState};
use vespid_store::Store;

use super::super::login::login_name;
use super::args::{PackArgs, Why};
use super::known::Known;
use crate::exit::Exit;
use crate::moment::Moment;

pub(super) async fn run(
    pack: &PackArgs,
    name: &str,
    mode: RuleMode,
    most: Option<Confidence>,
    until: Option<Moment>,
    why: Why,
) -> Result<Exit> {
    let store = Store::open_existing(&pack.db.db).await?;
    let mut known = Known::of(pack, Some(&store)).await?;
    known.check(name)?;
    let expires_at = until.map(|until| until.after(known.now));
    if let Some(end) = expires_at.filter(|end| *end <= known.now) {
        bail!("--until {end} is past: nothing would change");
    }
    let state = RuleState {
        rule: RuleId::new(name),
        state: mode,
        confidence_max: most,
        expires_at,
        reason: why.reason,
        set_by: Some(why.by.unwrap_or_else(login_name)),
    };
    let before = known.state_shown(name);
    store.rule_state_set(state, known.now).await?;
    let states = store.rule_states().await?;
    store.close().await;
    known.states = states.into_iter().map(|row| (row.state.rule.to_string(), row)).collect();
    let now = known.state_shown(name);
    writeln!(io::stdout(), "{} was {before}, is {now}", printable(name))?;
    Ok(Exit::Done)
}
