//! HTTP clients by their fingerprint: those of known tools, and programs that say they are browsers.
//!
//! Every client sends a settings frame over HTTP/2, so that a frame alone shows nothing. JA4H is
//! `<method><version><c|n><r|n><headers><language>_<hash>_...`, lower case; the fingerprints are those that the authors
//! of JA4+ publish (<https://github.com/FoxIO-LLC/ja4>).

use vespid_model::body::HttpFingerprint;
use vespid_model::evidence::{Client, Words};

use super::{Choice, Evidence, Which};

/// Kind of fingerprint, its beginning, whose it is.
const KNOWN: [(&str, &str, &str); 8] = [
    ("ja4h", "ge11cn020000_9ed1ff1f7b03", "IcedID dropper"),
    ("ja4h", "ge11cn060000_4e59edc1297a_4da5efaf0cbd", "Cobalt Strike"),
    ("ja4h", "po10nn060000_cdb958d032b0", "DarkGate"),
    ("ja4h", "po11nn050000_d253db9d024b", "LummaC2"),
    ("ja4", "t13d201100_2b729b4bf6f3_9e7b989ebec8", "IcedID"),
    ("ja4", "t13d190900_9dc949149365_97f8aa674fd9", "Sliver"),
    ("ja4", "t13d191000_9dc949149365_e7c285222651", "Evilginx"),
    ("ja4", "t13d880900_fcb5b95cb75a_b0d3b4ac2a14", "SoftEther VPN"),
];
/// Malware and frameworks speak to their servers; a VPN hides who speaks.
const TOOL: &str = "T1071.001";
const HIDDEN: (&str, &str) = ("SoftEther VPN", "T1090");
/// A program that says it is a browser.
const DISGUISED: &str = "T1036.012";
/// A program that asks, and hides nothing.
const SCRIPTED: (&str, f64) = ("T1595", 0.7);

pub(super) fn techniques() -> impl Iterator<Item = &'static str> {
    [TOOL, HIDDEN.1, DISGUISED, SCRIPTED.0].into_iter()
}

pub(super) fn lift(seen: &HttpFingerprint) -> Choice {
    let given = [("ja4h", &seen.ja4h), ("ja4", &seen.ja4), ("ja4_quic", &seen.ja4_quic)];
    let mut choice = Choice::new();
    for (kind, hash) in given.into_iter().filter_map(|(kind, hash)| Some((kind, hash.as_deref()?))) {
        let shown = |tool| {
            let protocol = seen.protocol.as_deref().map(Words::new);
            Evidence::Client(Client { kind, hash: Words::new(hash), protocol, tool })
        };
        let lower = hash.to_ascii_lowercase();
        let known = KNOWN.iter().find(|(of, begin, _)| *of == kind && begins(&lower, begin));
        if let Some((_, _, tool)) = known {
            let technique = if *tool == HIDDEN.0 { HIDDEN.1 } else { TOOL };
            choice.push((Which::One(technique), 1.0, shown(Some(tool))));
        } else if kind == "ja4h" && is_scripted(&lower) {
            let browser = seen.user_agent.as_deref().is_some_and(|agent| agent.starts_with("Mozilla/5.0 ("));
            let (technique, part) = if browser { (DISGUISED, 1.0) } else { SCRIPTED };
            choice.push((Which::One(technique), part, shown(None)));
        }
    }
    let mut seen = Vec::new();
    choice.retain(|(which, ..)| match which {
        Which::One(name) if !seen.contains(name) => {
            seen.push(*name);
            true
        }
        Which::One(_) => false,
        Which::Every => true,
    });
    choice
}

/// The whole parts of a fingerprint.
fn begins(hash: &str, begin: &str) -> bool {
    hash.strip_prefix(begin).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// No language, no cookie, no referer and at most five headers: nobody looks at the answer.
fn is_scripted(ja4h: &str) -> bool {
    let first = ja4h.split('_').next().unwrap_or_default();
    let headers = first.get(6..8).and_then(|digits| digits.parse::<u8>().ok());
    first.len() == 12
        && first.get(4..6) == Some("nn")
        && headers.is_some_and(|headers| headers <= 5)
        && first.get(8..12) == Some("0000")
}
