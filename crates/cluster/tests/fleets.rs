//! Fleets of which the truth is known: how well identities and campaigns agree with it.

use std::collections::HashMap;

use vespid_cluster::{Campaigns, Fleet};
use vespid_model::Features;
use vespid_model::id::AttackerId;
use vespid_testkit::fleet::{Scenario, by_any_fingerprint, by_owner_or_payload};
use vespid_testkit::partition::Agreement;

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
    attackers.iter().map(|attacker| of[&attacker.attacker]).unzip()
}

fn agreement(truth: &[u64], found: &[u64]) -> Agreement {
    let labels: Vec<_> = truth.iter().copied().zip(found.iter().copied()).collect();
    Agreement::of(&labels)
}

/// Sizes and seeds. The weights were chosen while looking at others (11 to 14).
const FLEETS: [(usize, u64); 4] = [(1000, 31), (1000, 32), (3000, 33), (5000, 34)];

#[test]
fn hands_are_found_in_every_scenario() {
    let mut failures = Vec::new();
    for scenario in Scenario::ALL {
        for (size, seed) in FLEETS {
            let fleet = scenario.fleet(size, seed);
            let (hands, campaigns) = found(&fleet.attackers);
            let score = agreement(&fleet.hands, &hands);
            println!("{:16} {size:5} {seed} {score:?}", scenario.name());
            if score.worst() < 0.95 {
                failures.push(format!("{} {size} {seed}: {score:?}", scenario.name()));
            }
            if scenario == Scenario::HandOver {
                let score = agreement(&fleet.campaigns, &campaigns);
                println!("      campaigns: {score:?}");
                if score.worst() < 0.95 {
                    failures.push(format!("campaigns {size} {seed}: {score:?}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A scenario that any rule gets right shows nothing.
#[test]
fn simple_rules_fail_in_several_scenarios() {
    let fails = |rule: fn(&[_]) -> Vec<u64>| {
        let failed = Scenario::ALL.iter().filter(|scenario| {
            let fleet = scenario.fleet(2000, 21);
            agreement(&fleet.hands, &rule(&fleet.attackers)).worst() < 0.9
        });
        failed.count()
    };
    assert!(fails(by_any_fingerprint) >= 8);
    assert!(fails(by_owner_or_payload) >= 4);
}

#[test]
fn the_same_seed_is_the_same_fleet() {
    let fleets = [5, 5, 6].map(|seed| Scenario::Copycats.fleet(500, seed));
    assert!(fleets[0].attackers == fleets[1].attackers && fleets[0].hands == fleets[1].hands);
    assert!(fleets[0].attackers != fleets[2].attackers);
    assert!(fleets[0].attackers.len() >= 500);
}
