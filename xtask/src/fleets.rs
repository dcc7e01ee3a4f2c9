//! How well identities and campaigns agree with fleets whose truth is known.

use std::collections::HashMap;

use anyhow::{Context, Result};
use vespid_cluster::{Campaigns, Fleet};
use vespid_model::Features;
use vespid_model::id::AttackerId;
use vespid_testkit::fleet::{LabelledFleet, Scenario, by_any_fingerprint, by_owner_or_payload};
use vespid_testkit::partition::Agreement;

/// Not the seed of any test.
const SEED: u64 = 7;

/// Prints a row for each scenario, one for all of them in one fleet, and what simple rules would give.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let size = match args.first() {
        Some(size) => size.parse().with_context(|| format!("{size} is no number of attackers"))?,
        None => 5000,
    };
    println!("{size} attackers, seed {SEED}. Adjusted Rand index, homogeneity, completeness of identities;");
    println!(
        "adjusted Rand index if any equal fingerprint, or any equal key, wallet or payload, were the same hands.\n"
    );
    println!("scenario              ARI   homog.  compl.   any fingerprint  key or payload");
    for scenario in Scenario::ALL {
        row(scenario.name(), &scenario.fleet(size, SEED), scenario == Scenario::HandOver);
    }
    // Copycats of one place are no campaign there, and what else the parts share by chance is not known.
    row("all of them", &Scenario::mixed(size, SEED), false);
    Ok(())
}

fn row(name: &str, fleet: &LabelledFleet, with_campaigns: bool) {
    let (hands, campaigns) = found(&fleet.attackers);
    let simple = |rule: fn(&[Features]) -> Vec<u64>| {
        Agreement::of(&pairs(&fleet.hands, &rule(&fleet.attackers))).adjusted_rand
    };
    let Agreement { adjusted_rand, homogeneity, completeness } = Agreement::of(&pairs(&fleet.hands, &hands));
    let (any, owner) = (simple(by_any_fingerprint), simple(by_owner_or_payload));
    println!(
        "{name:20} {adjusted_rand:.3}  {homogeneity:.3}  {completeness:.3}    {any:.3}            {owner:.3}"
    );
    if with_campaigns {
        let Agreement { adjusted_rand, homogeneity, completeness } =
            Agreement::of(&pairs(&fleet.campaigns, &campaigns));
        println!("  its campaigns      {adjusted_rand:.3}  {homogeneity:.3}  {completeness:.3}");
    }
}

fn pairs(truth: &[u64], found: &[u64]) -> Vec<(u64, u64)> {
    truth.iter().copied().zip(found.iter().copied()).collect()
}

/// The identity and the campaign of each attacker, as numbers.
fn found(attackers: &[Features]) -> (Vec<u64>, Vec<u64>) {
    let fleet = Fleet::of(attackers.iter().cloned(), &[]);
    let campaigns = Campaigns::of(&fleet, &[]);
    let mut of_campaign = HashMap::new();
    let mut of: HashMap<AttackerId, (u64, u64)> = HashMap::new();
    for (identity, number) in fleet.identities().iter().zip(0..) {
        // Who is in no campaign is one of its own.
        let campaign = campaigns.campaign_of(identity.id);
        let together = campaign.map_or(number, |campaign| *of_campaign.entry(campaign).or_insert(number));
        of.extend(identity.members.iter().map(|member| (*member, (number, together))));
    }
    attackers.iter().filter_map(|attacker| of.get(&attacker.attacker)).copied().unzip()
}
