//! What everybody has: stock clients, wordlists, scripts, malware that is sold; and the bots that use them.

use fastrand::Rng;
use vespid_model::{Features, Observable, ObservableKind as Kind};

use super::LabelledFleet;
use super::address::{Address, YEAR, value};

/// A fleet in the making.
pub(super) struct World {
    pub(super) rng: Rng,
    seed: u64,
    attackers: Vec<Features>,
    hands: Vec<u64>,
    campaigns: Vec<u64>,
    size: usize,
    next: u64,
}

/// What an actor owns, and nobody else.
pub(super) struct Means {
    pub(super) hands: u64,
    number: u64,
}

impl World {
    pub(super) fn new(size: usize, seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            seed,
            attackers: Vec::new(),
            hands: Vec::new(),
            campaigns: Vec::new(),
            size,
            next: 1,
        }
    }

    /// Somebody new.
    pub(super) fn actor(&mut self) -> Means {
        self.next += 1;
        Means { hands: self.next, number: self.rng.u64(..) }
    }

    /// An address that appears at any time of the year.
    pub(super) fn address(&mut self) -> Address {
        let first = self.rng.u64(..YEAR);
        self.address_at(first)
    }

    pub(super) fn address_at(&mut self, first: u64) -> Address {
        self.next += 1;
        Address::new(self.seed, self.next, first)
    }

    pub(super) fn add(&mut self, hands: u64, address: Address) {
        self.add_to(hands, hands, address);
    }

    pub(super) fn add_to(&mut self, campaign: u64, hands: u64, address: Address) {
        self.attackers.push(address.features());
        self.hands.push(hands);
        self.campaigns.push(campaign);
    }

    pub(super) fn has_room(&self, share: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a size")]
        let filled = self.attackers.len() as f64 / self.size as f64;
        filled < share
    }

    /// Fills up with bots of nobody in particular, and a few small botnets; in random order.
    pub(super) fn fill(mut self) -> LabelledFleet {
        while self.has_room(1.0) {
            if self.rng.f64() < 0.02 {
                self.small_botnet();
            } else {
                self.bot();
            }
        }
        let mut order: Vec<usize> = (0..self.attackers.len()).collect();
        self.rng.shuffle(&mut order);
        let mut attackers: Vec<Option<Features>> = self.attackers.into_iter().map(Some).collect();
        LabelledFleet {
            attackers: order.iter().filter_map(|place| attackers[*place].take()).collect(),
            hands: order.iter().map(|place| self.hands[*place]).collect(),
            campaigns: order.iter().map(|place| self.campaigns[*place]).collect(),
        }
    }

    /// One bot with what all have: a stock client, the head of a wordlist with a bit of its tail, a script that
    /// thousands run, malware of a family.
    fn bot(&mut self) {
        let bot = self.actor();
        let mut address = self.address();
        let mut seen = self.stock_client();
        let tries = self.rng.usize(3..40);
        seen.extend(self.stock_credentials(tries));
        if self.rng.f64() < 0.6 {
            seen.extend(self.stock_script());
        }
        if self.rng.f64() < 0.3 {
            seen.extend(self.malware());
        }
        address.session(seen);
        if self.rng.f64() < 0.5 {
            let (decky, from) = (self.decky(), self.rng.u64(..YEAR));
            let (begins, ends) = (self.tactic(), self.tactic());
            address.stay(&decky, from, from + 600, begins, ends);
        }
        self.add(bot.hands, address);
    }

    /// A few bots that fetch from a place of their own.
    fn small_botnet(&mut self) {
        let owner = self.actor();
        for _ in 0..self.rng.usize(2..=8) {
            let mut address = self.address();
            let mut seen = self.stock_client();
            let tries = self.rng.usize(3..20);
            seen.extend(self.stock_credentials(tries));
            seen.extend(self.stock_script());
            seen.extend(owner.supply(0));
            address.session(seen);
            self.add(owner.hands, address);
        }
    }

    /// A client that many have; now and then a rarer version.
    pub(super) fn stock_client(&mut self) -> Vec<Observable> {
        let number = if self.rng.f64() < 0.1 { 20 + self.rng.usize(..200) } else { self.zipf(20) };
        client(&format!("stock{number}"))
    }

    /// The head of everybody's wordlist, more often than its tail.
    pub(super) fn stock_credentials(&mut self, count: usize) -> Vec<Observable> {
        (0..count)
            .map(|_| {
                let tail = self.rng.f64() < 0.05;
                let number = if tail { self.rng.usize(..50_000) } else { self.zipf(300) };
                credential(&format!("stock{number}"))
            })
            .collect()
    }

    /// A script that many run, with a command more or less.
    pub(super) fn stock_script(&mut self) -> Vec<Observable> {
        let script = self.zipf(12);
        let mut shapes: Vec<_> =
            (0..6 + script % 7).map(|line| shape(&format!("stock{script} -{line}"))).collect();
        if self.rng.f64() < 0.2 {
            shapes.truncate(shapes.len() - 1);
        }
        if self.rng.f64() < 0.2 {
            shapes.push(shape(&format!("other{}", self.rng.usize(..100))));
        }
        shapes
    }

    /// Malware of a family that dozens have at least, from one of its many places.
    pub(super) fn malware(&mut self) -> Vec<Observable> {
        let families = (self.size / 500).max(2);
        let family = self.rng.usize(..families);
        vec![
            value(Kind::Payload, &format!("{family:064x}")),
            value(Kind::Url, &format!("http://family{family}.test/bins.sh")),
            value(Kind::Host, &format!("family{family}.test")),
        ]
    }

    pub(super) fn decky(&mut self) -> String {
        format!("decky-{}", self.rng.usize(..20))
    }

    /// What is mostly seen: discovery, command and control, persistence, execution.
    pub(super) fn tactic(&mut self) -> u16 {
        [7, 11, 3, 2][self.rng.usize(..4)]
    }

    /// A number below `most`, each as often as its rank says.
    fn zipf(&mut self, most: usize) -> usize {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small numbers"
        )]
        let rank = ((most as f64 + 1.0).powf(self.rng.f64()) - 1.0) as usize;
        rank.min(most - 1)
    }

    /// Each with this chance.
    pub(super) fn some(&mut self, from: Vec<Observable>, chance: f64) -> Vec<Observable> {
        from.into_iter().filter(|_| self.rng.f64() < chance).collect()
    }
}

impl Means {
    /// A banner and the HASSH that goes with it.
    pub(super) fn client(&self) -> Vec<Observable> {
        client(&format!("own{}", self.number))
    }

    pub(super) fn key(&self, number: u32) -> Observable {
        value(Kind::SshKey, &format!("SHA256:{}-{number}", self.number))
    }

    pub(super) fn wallet(&self) -> Observable {
        value(Kind::Wallet, &format!("4{:x}", self.number))
    }

    /// A payload with where it comes from.
    pub(super) fn supply(&self, number: u32) -> Vec<Observable> {
        vec![self.payload(number), self.url(number), self.host(number)]
    }

    pub(super) fn payload(&self, number: u32) -> Observable {
        value(Kind::Payload, &format!("{:056x}{number:08x}", self.number))
    }

    pub(super) fn url(&self, number: u32) -> Observable {
        value(Kind::Url, &format!("http://h{}-{number}.test/x.sh", self.number))
    }

    pub(super) fn host(&self, number: u32) -> Observable {
        value(Kind::Host, &format!("h{}-{number}.test", self.number))
    }

    /// So many of its own passwords, from this one on.
    pub(super) fn credentials(&self, from: usize, count: usize) -> Vec<Observable> {
        (from..from + count).map(|number| credential(&format!("{}-{number}", self.number))).collect()
    }

    /// So many commands of its own, from this one on.
    pub(super) fn script(&self, from: usize, count: usize) -> Vec<Observable> {
        (from..from + count).map(|number| shape(&format!("tool{} -{number}", self.number))).collect()
    }
}

pub(super) fn client(name: &str) -> Vec<Observable> {
    vec![value(Kind::Client, &format!("SSH-2.0-{name}")), value(Kind::Hassh, &format!("hassh-of-{name}"))]
}

pub(super) fn credential(name: &str) -> Observable {
    value(Kind::Credential, &format!("[\"root\",\"{name}\"]"))
}

pub(super) fn shape(name: &str) -> Observable {
    value(Kind::CommandShape, name)
}
