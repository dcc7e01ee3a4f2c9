#![doc = include_str!("../README.md")]

mod check;
mod damage;
mod dictionary;
mod random;
mod seeds;

pub use check::ONE_FORMAT;
pub use damage::{Damage, LONGEST};
pub use vespid_ingest::decode::Format;

/// A door that hostile bytes come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A typed line is taken apart.
    Shell,
    /// A line of Cowrie's log is decoded.
    Cowrie,
    /// A line of Vespid's own events is decoded.
    Native,
    /// A line of any other log is decoded: the first byte chooses the format, unless [`ONE_FORMAT`] does.
    Formats,
    /// A capture of packets is read.
    Capture,
    /// A stream of syslog is taken apart: the first byte says in which pieces it comes.
    Syslog,
    /// A file of a provider is read: the first byte says whose. Or what the script of a canary token sends.
    Intel,
    /// A rule file is read, checked and run.
    Rule,
    /// The shipped rules look at an event: one of Vespid's own where the bytes are one, else a typed line.
    Tag,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Shell,
        Self::Cowrie,
        Self::Native,
        Self::Formats,
        Self::Capture,
        Self::Syslog,
        Self::Intel,
        Self::Rule,
        Self::Tag,
    ];

    /// The name, also of its file in `fuzz/fuzz_targets/`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Cowrie => "cowrie",
            Self::Native => "native",
            Self::Formats => "formats",
            Self::Capture => "capture",
            Self::Syslog => "syslog",
            Self::Intel => "intel",
            Self::Rule => "rule",
            Self::Tag => "tag",
        }
    }

    /// Panics when something does not hold for these bytes.
    pub fn check(self, bytes: &[u8]) {
        match self {
            Self::Shell => check::shell(&String::from_utf8_lossy(bytes)),
            Self::Cowrie => check::cowrie(bytes),
            Self::Native => check::native(bytes),
            Self::Formats => check::formats(bytes),
            Self::Capture => check::capture(bytes),
            Self::Syslog => check::syslog(bytes),
            Self::Intel => check::intel(bytes),
            Self::Rule => check::rule(&String::from_utf8_lossy(bytes)),
            Self::Tag => check::tag(bytes),
        }
    }

    /// Real inputs to begin with, each once.
    pub fn seeds(self) -> Vec<Vec<u8>> {
        seeds::of(self)
    }

    /// The file in `fuzz/` with words that mean something there.
    pub const fn dictionary(self) -> &'static str {
        match self {
            Self::Shell | Self::Tag => "shell.dict",
            Self::Cowrie => "cowrie.dict",
            Self::Native | Self::Formats | Self::Syslog | Self::Intel | Self::Capture => "native.dict",
            Self::Rule => "rule.dict",
        }
    }

    /// The words of [`Target::dictionary`].
    pub fn words(self) -> Vec<Vec<u8>> {
        dictionary::words(match self {
            Self::Shell | Self::Tag => include_str!("../../../fuzz/shell.dict"),
            Self::Cowrie => include_str!("../../../fuzz/cowrie.dict"),
            Self::Native | Self::Formats | Self::Syslog | Self::Intel | Self::Capture => {
                include_str!("../../../fuzz/native.dict")
            }
            Self::Rule => include_str!("../../../fuzz/rule.dict"),
        })
    }
}
