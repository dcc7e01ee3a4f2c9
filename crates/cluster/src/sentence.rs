//! Reasons as sentences.

use crate::evidence::{Feature, Likeness, SharedValue};
use crate::weight::{Class, JOINS};

/// What two attackers have in common, and whether that is enough.
pub(crate) fn evidence(features: &[Feature], score: u32, halved: bool) -> String {
    let (told, nothing): (Vec<_>, Vec<_>) = features.iter().partition(|feature| feature.weight > 0);
    // What would say something if fewer had it, and what never does.
    let is_common = |feature: &&Feature| {
        matches!(feature.likeness, Likeness::Shared { .. }) && feature.class.row().weights[0] > 0
    };
    let (common, nothing): (Vec<_>, Vec<_>) = nothing.into_iter().partition(is_common);
    let mut sentences = Vec::new();
    if told.is_empty() {
        sentences.push("They have nothing in common that says anything.".to_owned());
    } else {
        sentences.push(format!("Both {}.", list(&told.into_iter().map(feature).collect::<Vec<_>>())));
    }
    for (features, why) in [(common, "which is too common to say anything"), (nothing, "which says nothing")]
    {
        if !features.is_empty() {
            let features: Vec<_> = features.into_iter().map(feature).collect();
            sentences.push(format!("Both {}, {why}.", list(&features)));
        }
    }
    if halved {
        sentences.push("Their keys or wallets differ, so it counts half.".to_owned());
    }
    sentences.push(if score >= JOINS {
        format!("Score {}; {} joins.", points(score), points(JOINS))
    } else {
        format!("Score {}; {} would join.", points(score), points(JOINS))
    });
    sentences.join(" ")
}

/// Thousandths as a number with two digits, rounded down.
pub(crate) fn points(score: u32) -> String {
    format!("{}.{:02}", score / 1000, score % 1000 / 10)
}

/// A value as it stands in a sentence: short, and otherwise as it is.
pub(crate) fn quoted(value: &str) -> String {
    const LONGEST: usize = 70;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// "a", "a and b", "a, b and c".
pub(crate) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "1 address", "3 addresses".
pub(crate) fn addresses(count: usize) -> String {
    if count == 1 { "1 address".to_owned() } else { format!("{count} addresses") }
}

fn feature(feature: &Feature) -> String {
    match &feature.likeness {
        Likeness::Shared { count, values } => shared(feature.class, *count, values),
        Likeness::Alike { shared, all, holders } => {
            let rarity = holders.map_or(String::new(), |holders| format!(", as {} do", addresses(holders)));
            format!("typed {shared} of {all} command shapes{rarity}")
        }
    }
}

fn shared(class: Class, count: usize, values: &[SharedValue]) -> String {
    let Some(first) = values.first() else { return name(class, false).to_owned() };
    let (value, held) = (quoted(first.observable.value()), addresses(first.holders));
    if count == 1 {
        format!("have the {} {value} ({held})", name(class, false))
    } else {
        format!("have {count} {}, such as {value} ({held})", name(class, true))
    }
}

/// What a class is called.
pub(crate) const fn name(class: Class, several: bool) -> &'static str {
    match (class, several) {
        (Class::SshKey, false) => "SSH key",
        (Class::SshKey, true) => "SSH keys",
        (Class::Wallet, false) => "wallet",
        (Class::Wallet, true) => "wallets",
        (Class::Eui64, false) => "hardware interface id",
        (Class::Eui64, true) => "hardware interface ids",
        (Class::Interface, false) => "interface id",
        (Class::Interface, true) => "interface ids",
        (Class::Numbered, false) => "numbered interface id",
        (Class::Numbered, true) => "numbered interface ids",
        (Class::Public, false) => "public place",
        (Class::Public, true) => "public places",
        (Class::Payload, false) => "payload",
        (Class::Payload, true) => "payloads",
        (Class::Url, false) => "URL",
        (Class::Url, true) => "URLs",
        (Class::Host, false) => "staging host",
        (Class::Host, true) => "staging hosts",
        (Class::Domain, false) => "domain",
        (Class::Domain, true) => "domains",
        (Class::Email, false) => "mail address",
        (Class::Email, true) => "mail addresses",
        (Class::Hassh, false) => "HASSH",
        (Class::Hassh, true) => "HASSHes",
        (Class::Ja3, false) => "JA3",
        (Class::Ja3, true) => "JA3s",
        (Class::Ja4, false) => "JA4",
        (Class::Ja4, true) => "JA4s",
        (Class::Ja4h, false) => "JA4H",
        (Class::Ja4h, true) => "JA4Hs",
        (Class::Client, false) => "client",
        (Class::Client, true) => "clients",
        (Class::Credential, false) => "credential",
        (Class::Credential, true) => "credentials",
        (Class::Habit, false) => "habit",
        (Class::Habit, true) => "habits",
        (Class::Shape, false) => "command shape",
        (Class::Shape, true) => "command shapes",
    }
}
