//! The cases that are easily got wrong, each with the sentence that a reader sees.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::net::Ipv4Addr;

use vespid_cluster::{Apart, Campaigns, Fleet, Likeness, State, Why};
use vespid_model::features::{Stay, Verdict};
use vespid_model::id::{AttackerId, IdentityId};
use vespid_model::{Features, Observable, ObservableKind as Kind, TacticId, UtcMicros};

fn id(number: u32) -> AttackerId {
    AttackerId::derive(Ipv4Addr::from_bits(0xc000_0200 + number).into())
}

fn seen(kind: Kind, value: &str) -> Observable {
    Observable::new(kind, value).unwrap()
}

/// An attacker of one session.
fn attacker(number: u32, observables: &[Observable]) -> Features {
    of_sessions(number, &[observables])
}

fn of_sessions(number: u32, sessions: &[&[Observable]]) -> Features {
    let time = UtcMicros::from_micros(1_767_225_600_000_000 + i64::from(number));
    Features {
        attacker: id(number),
        first_seen: time,
        last_seen: time,
        observables: sessions.concat(),
        sessions: sessions.iter().map(|session| session.to_vec()).collect(),
        stays: Vec::new(),
    }
}

fn ssh(client: &str) -> Vec<Observable> {
    vec![seen(Kind::Client, client), seen(Kind::Hassh, &format!("hassh of {client}"))]
}

fn key(name: &str) -> Observable {
    seen(Kind::SshKey, &format!("SHA256:{name}"))
}

fn script(name: &str, lines: u32) -> Vec<Observable> {
    (0..lines).map(|line| seen(Kind::CommandShape, &format!("{name} -{line}"))).collect()
}

fn credentials(name: &str, count: u32) -> Vec<Observable> {
    (0..count).map(|number| seen(Kind::Credential, &format!("[\"{name}\",\"{number}\"]"))).collect()
}

/// These attackers among two hundred others, who have nothing in common with them or each other.
fn among_others(attackers: impl IntoIterator<Item = Features>, said: &[Verdict<AttackerId>]) -> Fleet {
    let others =
        (10_000..10_200).map(|number| attacker(number, &[seen(Kind::Host, &format!("{number}.test"))]));
    Fleet::of(attackers.into_iter().chain(others), said)
}

fn together(fleet: &Fleet, a: u32, b: u32) -> bool {
    fleet.identity_of(id(a)).unwrap().id == fleet.identity_of(id(b)).unwrap().id
}

fn why(fleet: &Fleet, a: u32, b: u32) -> String {
    fleet.why(id(a), id(b)).to_string()
}

#[test]
fn two_strangers_with_one_client() {
    let fleet = among_others([attacker(1, &ssh("SSH-2.0-Rare_1")), attacker(2, &ssh("SSH-2.0-Rare_1"))], &[]);
    assert!(!together(&fleet, 1, 2));
    assert_eq!(
        why(&fleet, 1, 2),
        "Not the same hands. Both have the HASSH hassh of SSH-2.0-Rare_1 (2 addresses) and have the client \
         SSH-2.0-Rare_1 (2 addresses). Score 0.35; 1.00 would join. That is too little."
    );
}

#[test]
fn one_actor_with_two_libraries_and_one_key() {
    let with_key = |client| [ssh(client), vec![key("one")]].concat();
    let fleet =
        Fleet::of([attacker(1, &with_key("SSH-2.0-Go")), attacker(2, &with_key("SSH-2.0-libssh"))], &[]);
    assert!(together(&fleet, 1, 2));
    assert_eq!(
        why(&fleet, 1, 2),
        "The same hands. Both have the SSH key SHA256:one (2 addresses). Score 1.00; 1.00 joins."
    );
}

#[test]
fn a_copycat_with_another_key() {
    let url = seen(Kind::Url, "http://198.51.100.7/x.sh");
    let of = |key_name| [ssh("SSH-2.0-Rare_1"), script("run", 8), vec![key(key_name), url.clone()]].concat();
    // The third shows no key, and cannot be a bridge between the two.
    let bridge = [script("run", 8), vec![url.clone()]].concat();
    let fleet = among_others([attacker(1, &of("his")), attacker(2, &of("hers")), attacker(3, &bridge)], &[]);
    assert!(!together(&fleet, 1, 2));
    assert!(together(&fleet, 1, 3) || together(&fleet, 2, 3));
    assert_eq!(
        why(&fleet, 1, 2),
        "Not the same hands. Both have the URL http://198.51.100.7/x.sh (3 addresses), have the HASSH hassh of \
         SSH-2.0-Rare_1 (2 addresses), have the client SSH-2.0-Rare_1 (2 addresses) and typed 8 of 8 command shapes, as 3 \
         addresses do. Their keys or wallets differ, so it counts half. Score 0.97; 1.00 would join. That is too little."
    );
    let other = if together(&fleet, 1, 3) { 2 } else { 1 };
    assert!(matches!(fleet.why(id(3), id(other)), Why::Apart { reason: Apart::OtherOwners, .. }));
    assert!(why(&fleet, 3, other).ends_with(
        "Score 1.60; 1.00 joins. Their identities are known by different keys or wallets, and this is no proof against that."
    ));
}

#[test]
fn a_nat_address_of_two_actors() {
    let his = [ssh("SSH-2.0-Go"), vec![key("his")]].concat();
    let hers = [ssh("SSH-2.0-PuTTY"), vec![key("hers")]].concat();
    let fleet = among_others([attacker(1, &his), attacker(2, &hers), of_sessions(3, &[&his, &hers])], &[]);
    assert!(fleet.is_shared(id(3)));
    assert!(!together(&fleet, 1, 2) && !together(&fleet, 1, 3) && !together(&fleet, 2, 3));
    assert_eq!(
        why(&fleet, 1, 3),
        "Not the same hands. Both have the SSH key SHA256:his (2 addresses), have the HASSH hassh of SSH-2.0-Go (2 addresses) \
         and have the client SSH-2.0-Go (2 addresses). Score 1.35; 1.00 joins. It ties nothing: the keys of one address fall \
         into groups that were never seen in one session and came with different clients, so several hands use that address."
    );
    let withheld = State::Withheld(Apart::SharedAddress(id(3)));
    assert_eq!(fleet.edges().map(|edge| edge.state).collect::<Vec<_>>(), [withheld, withheld]);
    assert_eq!((fleet.counts().shared, fleet.counts().withheld), (1, 2));
    // Nor are both in one campaign over it.
    assert!(Campaigns::of(&fleet, &[]).campaigns().is_empty());
    // A person may know better.
    let said = [Verdict { a: id(1), b: id(3), same: true }];
    let fleet = Fleet::of([attacker(1, &his), attacker(2, &hers), of_sessions(3, &[&his, &hers])], &said);
    assert!(together(&fleet, 1, 3) && !together(&fleet, 1, 2));
    assert!(why(&fleet, 1, 3).starts_with("The same hands. A person said so. Both have the SSH key"));
}

#[test]
fn one_actor_that_rotates_keys_is_one() {
    let go = ssh("SSH-2.0-Go");
    let (old, new) = ([go.clone(), vec![key("old")]].concat(), [go, vec![key("new")]].concat());
    let fleet = Fleet::of([attacker(1, &old), attacker(2, &new), of_sessions(3, &[&old, &new])], &[]);
    assert!(!fleet.is_shared(id(3)));
    assert!(together(&fleet, 1, 3) && together(&fleet, 2, 3));
    assert_eq!(
        why(&fleet, 1, 2).matches("Both have the SSH key").count(),
        2,
        "a way over the third: {}",
        why(&fleet, 1, 2)
    );

    // Other clients, but both keys in one session: the same hands, too.
    let both = [ssh("SSH-2.0-PuTTY"), vec![key("old"), key("new")]].concat();
    let fleet = Fleet::of([attacker(1, &old), attacker(2, &new), of_sessions(3, &[&old, &both])], &[]);
    assert!(!fleet.is_shared(id(3)) && together(&fleet, 1, 2));
}

#[test]
fn a_very_common_hassh() {
    let fleet = Fleet::of((0..300).map(|number| attacker(number, &ssh("SSH-2.0-Go"))), &[]);
    assert_eq!(fleet.identities().len(), 300);
    assert_eq!(
        why(&fleet, 1, 2),
        "Not the same hands. They have nothing in common that says anything. Both have the HASSH hassh of SSH-2.0-Go (300 \
         addresses) and have the client SSH-2.0-Go (300 addresses), which is too common to say anything. Score 0.00; 1.00 would join. That is \
         too little."
    );
}

#[test]
fn one_actor_over_ssh_and_http() {
    let url = seen(Kind::Url, "http://198.51.100.7/x.sh");
    let over_ssh = [ssh("SSH-2.0-Go"), script("run", 5), vec![url.clone()]].concat();
    let over_http = vec![seen(Kind::Client, "Mozilla/5.0"), seen(Kind::Ja4h, "po11nn"), url];
    let fleet = Fleet::of([attacker(1, &over_ssh), attacker(2, &over_http)], &[]);
    assert!(together(&fleet, 1, 2));
    assert_eq!(
        why(&fleet, 1, 2),
        "The same hands. Both have the URL http://198.51.100.7/x.sh (2 addresses). Score 1.00; 1.00 joins."
    );
}

#[test]
fn everybodys_password_says_nothing_and_a_rare_list_something() {
    let everybody = (10..110).map(|number| attacker(number, &credentials("root", 1)));
    let list = [credentials("root", 1), credentials("own", 10)].concat();
    let pair = [attacker(1, &list), attacker(2, &[list.clone(), script("run", 9)].concat())];
    let fleet = among_others(everybody.clone().chain(pair), &[]);
    assert!(!together(&fleet, 1, 2), "a list alone is too little");
    let Why::Apart { evidence, .. } = fleet.why(id(1), id(2)) else { panic!("apart") };
    assert_eq!(evidence.score, 600);
    assert!(
        matches!(&evidence.features[0].likeness, Likeness::Shared { count: 11, values } if values[0].holders == 2)
    );

    let pair = [1, 2].map(|number| attacker(number, &[list.clone(), script("run", 9)].concat()));
    let fleet = among_others(everybody.chain(pair.clone()), &[]);
    assert!(together(&fleet, 1, 2), "a list and a habit are enough");
    assert!(!together(&fleet, 10, 11));
    // In a handful of addresses nobody knows what is rare, until there are more.
    let few = (3..7).map(|number| attacker(number, &ssh("SSH-2.0-Go")));
    let mut fleet = Fleet::of(few.chain(pair), &[]);
    assert!(!together(&fleet, 1, 2));
    (100..230).for_each(|number| fleet.put(&attacker(number, &[])));
    fleet.settle();
    assert!(together(&fleet, 1, 2));
}

/// A key that thousands have is a botnet of one owner, and each pair is told in one step.
#[test]
fn a_key_that_many_have_joins_all_of_them() {
    let fleet = Fleet::of((0..2000).map(|number| attacker(number, &[key("botnet")])), &[]);
    assert_eq!(fleet.identities().len(), 1);
    assert_eq!(
        why(&fleet, 3, 1999),
        "The same hands. Both have the SSH key SHA256:botnet (2000 addresses). Score 1.00; 1.00 joins."
    );
    assert!(fleet.counts().edges < 2000 * 5, "and not every pair is kept: {:?}", fleet.counts());
}

#[test]
fn a_verdict_keeps_apart_over_others_and_can_be_taken_back() {
    let four = || (1..=4).map(|number| attacker(number, &[key("one")]));
    let mut fleet = Fleet::of(four(), &[]);
    let all = fleet.identity_of(id(1)).unwrap();
    assert_eq!((all.members.len(), all.id), (4, IdentityId::derive(id(1))));

    fleet.judge(&[Verdict { a: id(1), b: id(4), same: false }]);
    let changes = fleet.settle().changes;
    assert!(!together(&fleet, 1, 4));
    assert!(together(&fleet, 2, 1) != together(&fleet, 2, 4));
    assert_eq!((changes.split.len(), changes.merged.len()), (1, 0), "who leaves gets an id: {changes:?}");
    assert!(why(&fleet, 1, 4).ends_with("Score 1.00; 1.00 joins. A person said that they are not the same."));
    let (with_1, with_4) = if together(&fleet, 2, 1) { (2, 4) } else { (1, 2) };
    assert!(matches!(fleet.why(id(with_1), id(with_4)), Why::Apart { reason: Apart::SaidOf(_, _), .. }));

    // The same and not the same cannot both be.
    fleet.judge(&[
        Verdict { a: id(1), b: id(4), same: false },
        Verdict { a: id(2), b: id(1), same: true },
        Verdict { a: id(2), b: id(4), same: true },
    ]);
    fleet.settle();
    assert_eq!(fleet.contradictions().len(), 1);

    fleet.judge(&[]);
    let changes = fleet.settle().changes;
    assert_eq!(fleet.identity_of(id(4)), Some(all));
    assert_eq!(changes.merged.len(), 1, "the id of the one that was split off points to the other again");
}

#[test]
fn a_value_that_becomes_common_gives_the_lost_identity_back() {
    let payload = |number| attacker(number, &[seen(Kind::Payload, "ab12")]);
    let mut fleet = Fleet::of([payload(1), payload(2)], &[]);
    assert!(together(&fleet, 1, 2));
    (3..60).for_each(|number| fleet.put(&payload(number)));
    let changes = fleet.settle().changes;
    assert!(!together(&fleet, 1, 2));
    assert_eq!(changes.split, [(IdentityId::derive(id(2)), IdentityId::derive(id(1)))]);
    assert_eq!(fleet.counts().too_common, 1);
    // And back.
    (3..60).for_each(|number| fleet.remove(id(number)));
    let changes = fleet.settle().changes;
    assert_eq!(changes.merged, [(IdentityId::derive(id(2)), IdentityId::derive(id(1)))]);
    assert_eq!(changes.gone.len(), 57);
}

/// Who is only with another over one that leaves is alone afterwards, also where persons had tied them.
#[test]
fn one_that_leaves_takes_its_ties_along() {
    let said = [1, 3].map(|other| Verdict { a: id(2), b: id(other), same: true });
    let mut fleet = Fleet::of((1..=3).map(|number| attacker(number, &ssh("SSH-2.0-Go"))), &said);
    assert!(together(&fleet, 1, 3));
    fleet.remove(id(2));
    let changes = fleet.settle().changes;
    assert!(!together(&fleet, 1, 3));
    assert_eq!(changes.split, [(IdentityId::derive(id(3)), IdentityId::derive(id(1)))]);
    assert_eq!(fleet.why(id(1), id(2)), Why::Unknown(id(2)));
}

fn on(decky: &str, hours: (i64, i64), tactics: (u16, u16)) -> Stay {
    let at = |hour: i64| UtcMicros::from_micros(1_767_225_600_000_000 + hour * 3_600_000_000);
    let (begins, ends) = (TacticId::from_code(tactics.0), TacticId::from_code(tactics.1));
    Stay { decky: decky.into(), first: at(hours.0), last: at(hours.1), begins, ends }
}

const DISCOVERY: u16 = 7;
const PERSISTENCE: u16 = 3;

/// Fifty strangers on one decoy, an hour apart, each leaving with persistence and beginning with discovery.
#[test]
fn closeness_in_time_is_no_campaign() {
    let strangers = (0..50_u32).map(|number| {
        let hour = i64::from(number);
        let stays = vec![on("decky-1", (hour, hour), (DISCOVERY, PERSISTENCE))];
        Features { stays, ..attacker(number, &[ssh("SSH-2.0-Go"), credentials("root", 3)].concat()) }
    });
    let campaigns = Campaigns::of(&among_others(strangers, &[]), &[]);
    assert!(campaigns.campaigns().is_empty() && campaigns.edges().is_empty());
}

#[test]
fn a_hand_over_with_what_was_left_there() {
    let left = credentials("admin", 1);
    let of = |number, own: &str, stay| {
        let observables = [vec![key(own)], left.clone()].concat();
        Features { stays: vec![stay], ..attacker(number, &observables) }
    };
    let broker = of(1, "broker", on("decky-1", (0, 1), (2, PERSISTENCE)));
    let fleet = among_others([broker.clone(), of(2, "buyer", on("decky-1", (4, 5), (DISCOVERY, 9)))], &[]);
    assert!(!together(&fleet, 1, 2));
    let [broker_id, buyer_id] = [1, 2].map(|number| IdentityId::derive(id(number)));
    let campaigns = Campaigns::of(&fleet, &[]);
    assert_eq!(campaigns.campaigns().len(), 1);
    assert!(campaigns.why(broker_id, buyer_id).to_string().ends_with(
        "On decky-1 one had got to persistence; 3 h 0 min later the other began with discovery, and both have the credential \
         [\"admin\",\"0\"] (2 addresses)."
    ));
    // Later than a day, the other way round, elsewhere, or only passing through: none.
    for stay in [
        on("decky-1", (26, 27), (DISCOVERY, 9)),
        on("decky-1", (0, 0), (DISCOVERY, 9)),
        on("decky-2", (4, 5), (DISCOVERY, 9)),
        on("decky-1", (4, 5), (2, 9)),
    ] {
        let fleet = among_others([broker.clone(), of(2, "buyer", stay.clone())], &[]);
        assert!(Campaigns::of(&fleet, &[]).campaigns().is_empty(), "{stay:?}");
    }
    // A verdict stands against it.
    let apart = [Verdict { a: broker_id, b: buyer_id, same: false }];
    let campaigns = Campaigns::of(&fleet, &apart);
    assert!(campaigns.campaigns().is_empty());
    let told = campaigns.why(broker_id, buyer_id).to_string();
    assert!(told.starts_with("Not one campaign: a verdict stands against it. On decky-1"), "{told}");
}

#[test]
fn identities_with_one_rare_host_are_a_campaign_and_a_person_may_make_one() {
    let host = seen(Kind::Host, "stage.test");
    let with = |number, name| attacker(number, &[key(name), host.clone()]);
    let fleet = Fleet::of([with(1, "a"), with(2, "b"), attacker(3, &[key("c")])], &[]);
    let [a, b, c] = [1, 2, 3].map(|number| IdentityId::derive(id(number)));
    let campaigns = Campaigns::of(&fleet, &[]);
    assert_eq!(campaigns.campaign_of(a), campaigns.campaign_of(b));
    assert_eq!(campaigns.campaign_of(c), None, "one alone is no campaign");
    assert!(
        campaigns.why(a, b).to_string().ends_with("Both have the staging host stage.test (2 identities).")
    );
    assert_eq!(campaigns.why(a, c).to_string(), "Not one campaign: nothing is known that ties them.");

    let said = Campaigns::of(&fleet, &[Verdict { a: b, b: c, same: true }]);
    assert_eq!(said.campaigns()[0].identities.len(), 3);
    assert_eq!(said.campaigns()[0].id, campaigns.campaigns()[0].id, "who joins does not change the id");
    assert!(said.why(a, c).to_string().contains("a person said so."));
    let both =
        [Verdict { a, b: c, same: true }, Verdict { a, b, same: false }, Verdict { a: b, b: c, same: true }];
    assert_eq!(Campaigns::of(&fleet, &both).contradictions().len(), 1);
}

/// What was said of an identity holds for the one that it is part of now.
#[test]
fn a_verdict_outlives_the_id_that_it_names() {
    let wallet = seen(Kind::Wallet, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
    let url = seen(Kind::Url, "http://192.0.2.7/only-they");
    let mine = [key("mine"), url.clone()];
    let theirs = [key("theirs"), url];
    let late = [attacker(5, &mine), attacker(6, &theirs)];
    let (a, b) = (IdentityId::derive(id(5)), IdentityId::derive(id(6)));
    let apart = [Verdict { a, b, same: false }];
    let fleet = among_others(late.clone(), &[]);
    assert!(Campaigns::of(&fleet, &[]).campaign_of(a).is_some(), "without it they are one");
    assert_eq!(Campaigns::of(&fleet, &apart).campaign_of(a), None);

    // An earlier address of the same hands gives the identity another id.
    let earlier = attacker(1, &[key("mine"), wallet]);
    let fleet = among_others(late.into_iter().chain([earlier]), &[]);
    let now = fleet.identity_of(id(5)).unwrap().id;
    assert_ne!(now, a);
    assert!(Campaigns::of(&fleet, &[]).campaign_of(now).is_some());
    assert_eq!(Campaigns::of(&fleet, &apart).campaign_of(now), None);
}
