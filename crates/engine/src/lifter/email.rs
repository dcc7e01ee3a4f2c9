//! Messages: what is said of them is shaped here, so that no address, URL, header's value or body gets into a tag.
//!
//! What was not checked is absent, and absent is not false. A count that cannot be, such as a negative one, is odd.

use vespid_model::body::Email;
use vespid_model::evidence::{self, Domain, Header, Sha256, Words};

use super::{Choice, Evidence, Odd, Which};

/// What a rule looks for in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    Attachment,
    EncodedBody,
    Extortion,
    Impersonation,
    Kit,
    LookalikeLink,
    Mass,
    Relay,
    SpoofedSender,
}

/// Domains and hashes that are shown.
const SHOWN: usize = 64;
/// Bytes of base64 that no signature or picture of a letterhead has.
const ENCODED: i64 = 4096;
/// Extensions that open by a click and are no documents.
const CLICKED: [&str; 3] = ["img", "iso", "lnk"];
/// Words of those who want a payment made, in subjects and bodies.
const URGED: [&str; 5] = ["gift card", "invoice", "payroll", "urgent", "wire"];
const ASKED: [&str; 4] = ["confidential", "send", "transfer", "update banking"];
/// Words of those who want to be paid.
const PAID: [&str; 5] = ["bitcoin", "btc", "decrypt", "monero", "ransom"];
/// An unsigned message proves less than one whose names differ.
const UNSIGNED: f64 = 0.6;

impl Aspect {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "attachment" => Self::Attachment,
            "encoded_body" => Self::EncodedBody,
            "extortion" => Self::Extortion,
            "impersonation" => Self::Impersonation,
            "kit" => Self::Kit,
            "lookalike_link" => Self::LookalikeLink,
            "mass" => Self::Mass,
            "relay" => Self::Relay,
            "spoofed_sender" => Self::SpoofedSender,
            _ => return None,
        })
    }

    pub(super) const fn techniques(self) -> &'static [&'static str] {
        match self {
            Self::Attachment => &["T1566.001", "T1027.006", "T1027.013"],
            _ => &[],
        }
    }

    pub(super) fn lift(self, email: &Email) -> Result<Choice, Odd> {
        let shown = base(email)?;
        Ok(match self {
            Self::Attachment => attachment(email, &shown),
            Self::EncodedBody => {
                let bytes = count("body_base64_bytes", email.body_base64_bytes)?;
                every(bytes.filter(|bytes| *bytes >= ENCODED).map(|bytes| evidence::Email {
                    encoded_byte_count: Some(bytes),
                    matched_headers: vec![Header::Body],
                    ..shown
                }))
            }
            Self::Extortion => every(keyword(&PAID, email.body_text.as_deref()).map(|word| {
                evidence::Email { matched_body_kw: Some(word), matched_headers: vec![Header::Body], ..shown }
            })),
            Self::Impersonation => {
                let subject = keyword(&URGED, email.subject.as_deref());
                let body = keyword(&ASKED, email.body_text.as_deref());
                every(subject.zip(body).map(|(subject, body)| evidence::Email {
                    matched_subject_kw: Some(subject),
                    matched_body_kw: Some(body),
                    matched_headers: vec![Header::Subject, Header::Body],
                    ..shown
                }))
            }
            Self::Kit => {
                every(email.matched_kit.as_deref().filter(|kit| !kit.is_empty()).map(|kit| evidence::Email {
                    matched_kit: Some(Words::new(kit)),
                    matched_headers: vec![Header::Mailer],
                    ..shown
                }))
            }
            Self::LookalikeLink => every(email.urls.iter().find_map(|url| lookalike(url)).map(|host| {
                evidence::Email { matched_url_host: Some(host), matched_headers: vec![Header::Body], ..shown }
            })),
            Self::Mass => every(email.body_simhash.as_deref().filter(|hash| !hash.is_empty()).map(|_| shown)),
            Self::Relay => {
                let differ = differ(email.from_domain.as_deref(), email.mail_from_domain.as_deref());
                let matched_headers = vec![Header::From, Header::MailFrom];
                every(differ.then_some(evidence::Email { matched_headers, ..shown }))
            }
            Self::SpoofedSender => spoofed(email, shown),
        })
    }
}

/// What every message shows, and nothing of one that is odd.
pub(super) fn shield(email: &Email) -> Evidence {
    Evidence::Email(Box::new(base(email).unwrap_or_default()))
}

fn every(shown: Option<evidence::Email>) -> Choice {
    shown.map(|shown| (Which::Every, 1.0, Evidence::Email(Box::new(shown)))).into_iter().collect()
}

/// What is shown of any message.
fn base(email: &Email) -> Result<evidence::Email, Odd> {
    let mut rcpt_domain_set: Vec<_> =
        email.rcpt_domains.iter().filter_map(|text| Domain::parse(text)).collect();
    rcpt_domain_set.sort_unstable();
    rcpt_domain_set.dedup();
    rcpt_domain_set.truncate(SHOWN);
    let hashes = email.attachment_sha256s.iter().filter_map(|text| Sha256::parse(text));
    Ok(evidence::Email {
        body_sha256: email.body_sha256.as_deref().and_then(Sha256::parse),
        rcpt_domain_set,
        attachment_sha256s: hashes.take(SHOWN).collect(),
        rcpt_count: count("rcpt_count", email.rcpt_count)?,
        ..evidence::Email::default()
    })
}

fn count(field: &'static str, value: Option<i64>) -> Result<Option<i64>, Odd> {
    match value {
        Some(count) if count < 0 => Err(Odd { field, found: count.to_string(), expected: "a count" }),
        _ => Ok(value),
    }
}

/// An attachment that harms by what it is. An encrypted archive hides its content (T1027.013), a page that assembles
/// a file in the browser hides the file (T1027.006).
fn attachment(email: &Email, shown: &evidence::Email) -> Choice {
    let clicked = |extension: &&str| {
        email
            .attachment_extensions
            .iter()
            .any(|it| it.trim_start_matches('.').eq_ignore_ascii_case(extension))
    };
    let triggers = [
        (email.attachment_macros, "macros", None),
        (email.attachment_password_protected, "encrypted_archive", Some("T1027.013")),
        (email.html_smuggling, "html_smuggling", Some("T1027.006")),
        (email.mal_hash_match, "known_hash", None),
    ];
    let found: Vec<_> = triggers
        .into_iter()
        .filter(|(holds, ..)| *holds == Some(true))
        .map(|(_, trigger, hides)| (trigger, hides))
        .chain(CLICKED.iter().find(|it| clicked(it)).map(|extension| (*extension, None)))
        .collect();
    let evidence = |trigger| {
        let shown = evidence::Email { matched_trigger: Some(trigger), ..shown.clone() };
        Evidence::Email(Box::new(shown))
    };
    let first = found.first().map(|(trigger, _)| (Which::One("T1566.001"), 1.0, evidence(*trigger)));
    let hides =
        found.iter().filter_map(|(trigger, hides)| Some((Which::One((*hides)?), 1.0, evidence(*trigger))));
    first.into_iter().chain(hides).collect()
}

/// Names that do not belong together, and checks that failed.
fn spoofed(email: &Email, shown: evidence::Email) -> Choice {
    let from = email.from_domain.as_deref();
    let signals = [
        (email.dkim_signed == Some(false), "dkim_unsigned", &[Header::DkimSignature][..], UNSIGNED),
        (
            differ(from, email.mail_from_domain.as_deref()),
            "from_mail_from_mismatch",
            &[Header::From, Header::MailFrom],
            1.0,
        ),
        (
            differ(from, email.return_path_domain.as_deref()),
            "from_return_path_mismatch",
            &[Header::From, Header::ReturnPath],
            1.0,
        ),
        (email.spf_pass == Some(false), "spf_fail", &[Header::AuthenticationResults], 1.0),
    ];
    let holds: Vec<_> = signals.iter().filter(|(holds, ..)| *holds).collect();
    let mut matched_headers: Vec<_> =
        holds.iter().flat_map(|(_, _, headers, _)| headers.iter().copied()).collect();
    matched_headers.sort_unstable();
    matched_headers.dedup();
    let part = holds.iter().map(|(.., part)| *part).fold(0.0, f64::max);
    let matched_signals: Vec<_> = holds.iter().map(|(_, signal, ..)| *signal).collect();
    let shown = evidence::Email { matched_headers, matched_signals, ..shown };
    if holds.is_empty() {
        Choice::new()
    } else {
        vec![(Which::Every, part, Evidence::Email(Box::new(shown)))]
    }
}

/// Are both there, and neither the other nor under it? `mail.example` may send for `news.mail.example`.
fn differ(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one.and_then(Domain::parse), other.and_then(Domain::parse)) else {
        return false;
    };
    !one.is_within(&other) && !other.is_within(&one)
}

fn keyword(words: &[&'static str], text: Option<&str>) -> Option<&'static str> {
    let text = text?.to_lowercase();
    words.iter().find(|word| text.contains(**word)).copied()
}

/// The host of a URL that is written in another script, or is that in ASCII (RFC 3492).
fn lookalike(url: &str) -> Option<Domain> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let foreign = |label: &str| {
        label.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("xn--")) || !label.is_ascii()
    };
    host.split('.').any(foreign).then(|| Domain::parse(host)).flatten()
}
