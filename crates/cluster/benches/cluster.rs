//! How long a fleet takes, and how much memory: 10,000 and 100,000 attackers, each in a process of its own, and a hundred
//! more into it. The fleet is all scenarios of `testkit` together. Then fleets that are made to be slow.
#![expect(clippy::print_stdout, reason = "what it is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::net::Ipv4Addr;
use std::process::Command;
use std::{env, fs};

use rustix::time::{ClockId, clock_gettime};
use vespid_cluster::{Campaigns, Fleet};
use vespid_model::id::AttackerId;
use vespid_model::{Features, Observable, ObservableKind, UtcMicros};
use vespid_testkit::fleet::Scenario;

const SIZES: [usize; 2] = [10_000, 100_000];
/// For a run that only shows that it runs.
const BRIEF: usize = 1_000;
/// How many come later.
const MORE: usize = 100;

fn main() {
    let arg = env::args().nth(1).unwrap_or_default();
    match (arg.parse(), HOSTILE.iter().find(|(name, _)| *name == arg)) {
        (Ok(size), _) => one(size),
        (_, Some((name, partner))) => hostile(name, *partner),
        // `cargo bench` says so; `cargo test` does not.
        _ if arg == "--bench" => all(),
        _ => one(BRIEF),
    }
}

fn all() {
    let run = |arg: &str| {
        let out = Command::new(env::current_exe().unwrap()).arg(arg).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        println!("{text}");
        text
    };
    let measured = SIZES.map(|size| {
        let text = run(&size.to_string());
        let numbers = text.lines().last().unwrap().split_whitespace();
        numbers.map(|number| number.parse::<f64>().unwrap()).collect::<Vec<_>>()
    });
    println!("growth from {} to {} attackers:", SIZES[0], SIZES[1]);
    for (name, place) in
        [("the fleet at once", 0), ("campaigns", 1), ("100 more", 2), ("memory of the fleet", 3)]
    {
        println!("  {name:20} {:.1}", measured[1][place] / measured[0][place]);
    }
    println!();
    for (name, _) in HOSTILE {
        run(name);
    }
}

fn one(size: usize) {
    let mut attackers = Scenario::mixed(size + MORE, 1).attackers;
    // The last ones of all would all be of one scenario.
    let step = attackers.len() / MORE;
    let more: Vec<_> = (0..MORE).rev().map(|number| attackers.swap_remove(number * step)).collect();
    let values: usize = attackers.iter().map(|attacker| attacker.observables.len()).sum();
    let input = status("VmRSS:");

    let mut fleet = Fleet::default();
    let (full, whole) = timed(|| {
        for attacker in &attackers {
            fleet.put(attacker);
        }
        fleet.settle().work
    });
    let memory = status("VmHWM:") - input;
    let (campaigns, found) = timed(|| Campaigns::of(&fleet, &[]).campaigns().len());
    let (later, work) = timed(|| {
        for attacker in &more {
            fleet.put(attacker);
        }
        fleet.settle().work
    });
    let counts = fleet.counts();
    let (gone, _) = timed(|| {
        for attacker in attackers.iter().step_by(10) {
            fleet.remove(attacker.attacker);
        }
        fleet.settle()
    });
    println!("{} attackers with {values} values, {counts:?}", attackers.len());
    println!("  at once      {full:.2} s of processor time, {} pairs weighed", whole.pairs);
    println!("  {MORE} more     {later:.4} s, {:.4} of that; {work:?}", later / full);
    println!("  a tenth less {gone:.3} s");
    println!("  campaigns    {campaigns:.2} s, {found} found");
    println!("  memory       {memory:.0} MB beside {input:.0} MB of input");
    println!("{full} {campaigns} {later} {memory}");
}

/// How hostile attackers share values: with which group of 32 attacker and value are.
type Partner = fn(attacker: u32, value: u32) -> u32;

/// A thousand values each.
const HOSTILE: [(&str, Partner); 3] = [
    ("everybody has the same", |_, _| 0),
    ("groups of 32 have the same", |attacker, _| attacker / 32),
    // Another group for each value, as far as there are attackers.
    ("each value with 31 others", |attacker, value| {
        (attacker.wrapping_mul(2 * value + 1).wrapping_add(value * value)) % HOSTILE_SIZE / 32
    }),
];
const HOSTILE_SIZE: u32 = 1 << 16;

fn hostile(name: &str, partner: Partner) {
    let mut fleet = Fleet::default();
    let (seconds, work) = timed(|| {
        for attacker in 0..HOSTILE_SIZE {
            let values = (0..1000).map(|value| {
                let text = format!("[\"{value}\",\"{}\"]", partner(attacker, value));
                Observable::new(ObservableKind::Credential, &text).unwrap()
            });
            fleet.put(&Features {
                attacker: AttackerId::derive(Ipv4Addr::from_bits(attacker).into()),
                first_seen: UtcMicros::EARLIEST,
                last_seen: UtcMicros::EARLIEST,
                observables: values.collect(),
                sessions: Vec::new(),
                stays: Vec::new(),
            });
        }
        fleet.settle().work
    });
    println!("hostile: {HOSTILE_SIZE} attackers with 1000 passwords each, {name}:");
    println!(
        "  {seconds:.1} s, {} pairs weighed, {:.0} MB, {:?}",
        work.pairs,
        status("VmHWM:"),
        fleet.counts()
    );
}

/// Seconds of processor time.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let now = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        std::time::Duration::try_from(time).unwrap().as_secs_f64()
    };
    let began = now();
    let done = work();
    (now() - began, done)
}

/// Megabytes of this process.
fn status(field: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1000.0
}
