//! The scenarios, one function each: the actors in question. `World::fill` puts the others beside them.

use vespid_model::{Observable, ObservableKind as Kind};

use super::address::{Address, YEAR, value};
use super::world::{Means, World, client};
use super::{LabelledFleet, Scenario};

/// How much of a fleet the actors in question are; the rest is background.
const SHARE: f64 = 0.4;

const DAY: u64 = 24 * 3600;

pub(super) fn fleet(scenario: Scenario, size: usize, seed: u64) -> LabelledFleet {
    let mut world = World::new(size, seed);
    while world.has_room(SHARE) {
        match scenario {
            Scenario::SharedWordlist => shared_wordlist(&mut world),
            Scenario::VpnHopping => vpn_hopping(&mut world),
            Scenario::LoneWolves => lone_wolves(&mut world),
            Scenario::BotnetOneKey => {
                botnets(&mut world, size);
                break;
            }
            Scenario::TwoLibraries => two_libraries(&mut world),
            Scenario::Nat => nat(&mut world),
            Scenario::Copycats => copycats(&mut world),
            Scenario::SlowBurn => slow_burn(&mut world),
            Scenario::MultiProtocol => multi_protocol(&mut world),
            Scenario::KeyRotation => key_rotation(&mut world),
            Scenario::HandOver => hand_over(&mut world),
            Scenario::NoiseFloor => break,
        }
    }
    world.fill()
}

/// Five strangers found the same rare list; two of them use the same rare client, too. Each has a few addresses, which
/// its own supply or key ties.
fn shared_wordlist(world: &mut World) {
    let list = world.actor();
    for stranger in 0..5 {
        let own = world.actor();
        let by_key = world.rng.bool();
        for _ in 0..world.rng.usize(1..=4) {
            let mut address = world.address();
            let mut seen = world.some(list.credentials(0, 60), 0.8);
            seen.extend(if stranger < 2 { list.client() } else { world.stock_client() });
            seen.extend(world.stock_script());
            seen.extend(if by_key { vec![own.key(0)] } else { own.supply(0) });
            address.session(seen);
            world.add(own.hands, address);
        }
    }
}

/// Three to fifteen addresses; a stock client; most of its passwords and commands each time, among stock ones.
fn vpn_hopping(world: &mut World) {
    let own = world.actor();
    for _ in 0..world.rng.usize(3..=15) {
        let mut address = world.address();
        let mut seen = world.stock_client();
        seen.extend(world.some(own.credentials(0, 30), 0.7));
        seen.extend(world.stock_credentials(10));
        seen.extend(world.some(own.script(0, 12), 0.9));
        address.session(seen);
        world.add(own.hands, address);
    }
}

/// Stock tools, a supply of their own, mostly one address.
fn lone_wolves(world: &mut World) {
    let own = world.actor();
    for _ in 0..if world.rng.f64() < 0.3 { 2 } else { 1 } {
        let mut address = world.address();
        let mut seen = world.stock_client();
        seen.extend(world.stock_credentials(25));
        seen.extend(world.stock_script());
        seen.extend(world.malware());
        seen.extend(if world.rng.bool() { vec![own.key(0), own.wallet()] } else { vec![own.key(0)] });
        address.session(seen);
        world.add(own.hands, address);
    }
}

/// Two botnets of a third and a tenth of the fleet: same malware, same script, other keys.
fn botnets(world: &mut World, size: usize) {
    let shared = world.actor();
    for bots in [size * 3 / 10, size / 10] {
        let own = world.actor();
        for _ in 0..bots {
            let mut address = world.address();
            let mut seen = world.stock_client();
            seen.extend(world.stock_credentials(5));
            seen.extend(shared.script(0, 9));
            seen.extend(shared.supply(0));
            seen.push(own.key(0));
            address.session(seen);
            world.add(own.hands, address);
        }
    }
}

/// A scanner in one library breaks in, another library works: other client, passwords and commands. Half of the
/// addresses show the key, half the supply, some both.
fn two_libraries(world: &mut World) {
    let own = world.actor();
    let (scanner, worker) = (world.stock_client(), client("stock-worker"));
    for number in 0..world.rng.usize(4..=12) {
        let mut address = world.address();
        let scans = number % 2 == 0;
        let mut seen = if scans { scanner.clone() } else { worker.clone() };
        seen.extend(world.stock_credentials(8));
        seen.extend(own.credentials(if scans { 0 } else { 100 }, 5));
        seen.extend(own.script(if scans { 0 } else { 100 }, 6));
        match number % 3 {
            0 => seen.extend([own.key(0), own.wallet()]),
            1 => seen.push(own.key(0)),
            _ => seen.push(own.wallet()),
        }
        address.session(seen);
        world.add(own.hands, address);
    }
}

/// Two actors with keys and clients of their own, and one address that both use, in sessions of their own.
fn nat(world: &mut World) {
    let actors = [world.actor(), world.actor()];
    let clients = [world.stock_client(), client("stock-b")];
    let session = |world: &mut World, side: usize| {
        let mut seen = clients[side].clone();
        seen.extend(world.stock_credentials(6));
        seen.push(actors[side].key(0));
        seen.extend(world.some(actors[side].script(0, 8), 0.9));
        seen
    };
    for (side, actor) in actors.iter().enumerate() {
        for _ in 0..world.rng.usize(2..=6) {
            let mut address = world.address();
            let seen = session(world, side);
            address.session(seen);
            world.add(actor.hands, address);
        }
    }
    // An address of both is of neither.
    let mut address = world.address();
    for side in [0, 1, 0, 1] {
        let seen = session(world, side);
        address.session(seen);
    }
    let nobody = world.actor();
    world.add(nobody.hands, address);
}

/// The one who is copied has a key, a script, passwords, and addresses of which not all show the key. Copycats type
/// the same, some fetch from the same place, with the same client, and plant keys of their own.
fn copycats(world: &mut World) {
    let original = world.actor();
    let rare_client = world.rng.bool();
    for number in 0..world.rng.usize(3..=8) {
        let mut address = world.address();
        let mut seen = if rare_client { original.client() } else { world.stock_client() };
        seen.extend(original.credentials(0, 12));
        seen.extend(original.script(0, 10));
        seen.push(original.url(0));
        if number == 0 || world.rng.f64() < 0.7 {
            seen.push(original.key(0));
        }
        address.session(seen);
        world.add(original.hands, address);
    }
    for _ in 0..2 {
        let copycat = world.actor();
        let with_url = world.rng.bool();
        for _ in 0..world.rng.usize(1..=3) {
            let mut address = world.address();
            let mut seen = if rare_client { original.client() } else { world.stock_client() };
            seen.extend(world.stock_credentials(12));
            seen.extend(original.script(0, 10));
            seen.push(copycat.key(0));
            if with_url {
                seen.push(original.url(0));
            }
            address.session(seen);
            world.add(copycat.hands, address);
        }
    }
}

/// An address every few weeks. Passwords and commands drift, and places are given up: what one has is half gone two
/// addresses later.
fn slow_burn(world: &mut World) {
    let own = world.actor();
    let addresses = world.rng.usize(4..=12);
    for number in 0..addresses {
        let mut address = world.address_at(YEAR * number as u64 / addresses as u64);
        let mut seen = world.stock_client();
        seen.extend(own.credentials(number * 8, 24));
        seen.extend(own.script(number * 2, 10));
        seen.extend(world.stock_credentials(10));
        if number % 2 == 0 {
            let place = u32::try_from(number / 4).unwrap_or(0);
            seen.extend([own.url(place), own.host(place)]);
        }
        address.session(seen);
        world.add(own.hands, address);
    }
}

/// Breaks into SSH from some addresses and exploits web servers from others; both fetch from one place, which is not
/// always seen whole.
fn multi_protocol(world: &mut World) {
    let own = world.actor();
    for number in 0..world.rng.usize(3..=8) {
        let mut address = world.address();
        let mut seen: Vec<Observable>;
        if number % 2 == 0 {
            seen = world.stock_client();
            seen.extend(world.stock_credentials(15));
            seen.extend(own.script(0, 7));
        } else {
            let agent = world.rng.usize(..5);
            seen = vec![
                value(Kind::Client, &format!("Mozilla/5.0 agent{agent}")),
                value(Kind::Ja4h, &format!("po11nn0000{agent}")),
                value(Kind::Ja4, &format!("t13d-agent{agent}")),
            ];
        }
        seen.push(own.host(0));
        seen.push(if world.rng.f64() < 0.8 { own.url(0) } else { own.payload(0) });
        if world.rng.bool() {
            seen.push(own.payload(0));
        }
        address.session(seen);
        world.add(own.hands, address);
    }
}

/// A key lasts for a few addresses; where it is changed, an address shows both, in one session or in two with the same
/// client.
fn key_rotation(world: &mut World) {
    let own = world.actor();
    let clients = world.stock_client();
    for number in 0..world.rng.u32(4..=10) {
        let mut address = world.address();
        let mut seen = clients.clone();
        seen.extend(world.stock_credentials(8));
        seen.push(own.key(number / 3));
        if number % 3 == 2 {
            if world.rng.bool() {
                seen.push(own.key(number / 3 + 1));
            } else {
                let mut later = clients.clone();
                later.push(own.key(number / 3 + 1));
                address.session(later);
            }
        }
        address.session(seen);
        world.add(own.hands, address);
    }
}

/// A broker breaks in and leaves a password; a buyer comes within the day and uses it. Another two work from one host.
/// Strangers come and go on the same decoys, in the same phases, with nothing of it.
fn hand_over(world: &mut World) {
    let (broker, buyer) = (world.actor(), world.actor());
    for deal in 0..world.rng.usize(1..=3) {
        let decky = world.decky();
        let second = world.rng.u64(..YEAR - 10 * DAY);
        let by = [broker.credentials(deal, 1), buyer.credentials(900 + deal, 1)];
        for (side, actor) in [&broker, &buyer].into_iter().enumerate() {
            let from = second + side as u64 * world.rng.u64(7200..DAY);
            let mut address = world.address_at(from);
            let mut seen = world.stock_client();
            seen.extend(world.stock_credentials(10));
            seen.extend(by[0].clone());
            seen.push(actor.key(0));
            address.session(seen);
            let (begins, ends) = if side == 0 { (2, 3) } else { (7, 9) };
            address.stay(&decky, from, from + 3000, begins, ends);
            world.add_to(broker.hands, actor.hands, address);
        }
        strangers(world, &decky, second);
    }
    let partners = [world.actor(), world.actor()];
    for partner in &partners {
        for _ in 0..2 {
            let mut address = world.address();
            let mut seen = world.stock_client();
            seen.extend(world.stock_credentials(10));
            seen.extend([partner.key(0), partners[0].host(0)]);
            address.session(seen);
            world.add_to(partners[0].hands, partner.hands, address);
        }
    }
}

/// Passers-by, an hour apart: one ends with persistence, the next begins with discovery.
fn strangers(world: &mut World, decky: &str, second: u64) {
    for number in 0..4 {
        let stranger: Means = world.actor();
        let from = second + number * 3600;
        let mut address: Address = world.address_at(from);
        let mut seen = world.stock_client();
        seen.extend(world.stock_credentials(10));
        seen.extend(world.stock_script());
        address.session(seen);
        address.stay(decky, from, from + 600, 7, 3);
        world.add(stranger.hands, address);
    }
}
