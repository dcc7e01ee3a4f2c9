//! The fingerprints of a TLS client: JA3 (github.com/salesforce/ja3) and JA4 (github.com/FoxIO-LLC/ja4, the TLS client's,
//! which is free to use).

use md5::Md5;
use sha2::{Digest as _, Sha256};
use tls_parser::{
    TlsClientHelloContents, TlsExtension, TlsExtensionType, TlsMessage, TlsMessageHandshake,
    parse_tls_client_hello_extensions, parse_tls_message_handshake,
};

use super::ssh::hex;

/// A record's header, and the kind of record that a handshake is in.
const HEADER: usize = 5;
const HANDSHAKE: u8 = 22;

/// What a client offers.
pub(super) struct Hello {
    pub(super) ja3: String,
    pub(super) ja4: String,
    pub(super) server_name: Option<String>,
}

/// Does a stream begin like a TLS client's? None while that cannot be told.
pub(super) fn is_tls(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [HANDSHAKE, 3, _, _, _, kind, ..] => Some(*kind == 1),
        [HANDSHAKE, 3, ..] | [HANDSHAKE] | [] => None,
        _ => Some(false),
    }
}

/// None while the message is not whole, or when it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Hello> {
    let message = handshake(bytes);
    let (_, message) = parse_tls_message_handshake(&message).ok()?;
    let TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello)) = message else { return None };
    let (_, extensions) = parse_tls_client_hello_extensions(hello.ext.unwrap_or_default()).ok()?;
    let offered = Offered::of(&hello, &extensions);
    Some(Hello { ja3: offered.ja3(), ja4: offered.ja4(), server_name: offered.server_name })
}

/// The bytes of the records without their headers: a message may fill several.
fn handshake(mut bytes: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(bytes.len());
    while let Some(([HANDSHAKE, _, _, high, low], rest)) = bytes.split_first_chunk::<HEADER>() {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (part, next) = rest.split_at(length.min(rest.len()));
        message.extend_from_slice(part);
        bytes = next;
    }
    message
}

struct Offered {
    version: u16,
    newest: u16,
    ciphers: Vec<u16>,
    extensions: Vec<u16>,
    groups: Vec<u16>,
    formats: Vec<u8>,
    signatures: Vec<u16>,
    protocol: Vec<u8>,
    server_name: Option<String>,
}

impl Offered {
    fn of(hello: &TlsClientHelloContents<'_>, extensions: &[TlsExtension<'_>]) -> Self {
        let mut offered = Self {
            version: hello.version.0,
            newest: hello.version.0,
            ciphers: hello.ciphers.iter().map(|cipher| cipher.0).filter(|it| !is_grease(*it)).collect(),
            extensions: extensions.iter().map(number).filter(|it| !is_grease(*it)).collect(),
            groups: Vec::new(),
            formats: Vec::new(),
            signatures: Vec::new(),
            protocol: Vec::new(),
            server_name: None,
        };
        for extension in extensions {
            match extension {
                TlsExtension::EllipticCurves(groups) => {
                    offered.groups =
                        groups.iter().map(|group| group.0).filter(|it| !is_grease(*it)).collect();
                }
                TlsExtension::EcPointFormats(formats) => offered.formats = formats.to_vec(),
                TlsExtension::SignatureAlgorithms(all) => {
                    offered.signatures = all.iter().copied().filter(|it| !is_grease(*it)).collect();
                }
                TlsExtension::SupportedVersions(versions) => {
                    let newest = versions.iter().map(|version| version.0).filter(|it| !is_grease(*it)).max();
                    offered.newest = newest.unwrap_or(offered.version);
                }
                TlsExtension::ALPN(protocols) => {
                    offered.protocol = protocols.first().map_or_else(Vec::new, |first| first.to_vec());
                }
                TlsExtension::SNI(names) => {
                    let name = names.first().map(|(_, name)| String::from_utf8_lossy(name).into_owned());
                    offered.server_name = name;
                }
                _ => {}
            }
        }
        offered
    }

    fn ja3(&self) -> String {
        let text = format!(
            "{},{},{},{},{}",
            self.version,
            joined(&self.ciphers),
            joined(&self.extensions),
            joined(&self.groups),
            joined(&self.formats)
        );
        hex(&Md5::digest(text.as_bytes()))
    }

    fn ja4(&self) -> String {
        let version = match self.newest {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            _ => "00",
        };
        let name = if self.server_name.is_some() { 'd' } else { 'i' };
        let (ciphers, extensions) = (self.ciphers.len().min(99), self.extensions.len().min(99));
        let protocol = ends(&self.protocol);
        let sorted = |numbers: &[u16]| {
            let mut numbers: Vec<String> = numbers.iter().map(|it| format!("{it:04x}")).collect();
            numbers.sort();
            numbers.join(",")
        };
        // The server's name and the protocol are said already.
        let others: Vec<u16> = self.extensions.iter().copied().filter(|it| !matches!(it, 0 | 16)).collect();
        let mut rest = sorted(&others);
        if !self.signatures.is_empty() {
            let signatures: Vec<_> = self.signatures.iter().map(|it| format!("{it:04x}")).collect();
            rest = format!("{rest}_{}", signatures.join(","));
        }
        let ciphers_hash = short(&sorted(&self.ciphers));
        let rest_hash = if self.extensions.is_empty() { short("") } else { short(&rest) };
        format!("t{version}{name}{ciphers:02}{extensions:02}{protocol}_{ciphers_hash}_{rest_hash}")
    }
}

/// The first and the last character of a protocol's name; of its hex where one is no letter or digit; 00 without one.
fn ends(protocol: &[u8]) -> String {
    match (protocol.first(), protocol.last()) {
        (Some(first), Some(last)) if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => {
            format!("{}{}", *first as char, *last as char)
        }
        (Some(first), Some(last)) => {
            let (first, last) = (format!("{first:02x}"), format!("{last:02x}"));
            format!("{}{}", &first[..1], &last[1..])
        }
        _ => "00".to_owned(),
    }
}

/// Twelve digits of the SHA-256; zeros of nothing.
fn short(text: &str) -> String {
    if text.is_empty() { "0".repeat(12) } else { hex(&Sha256::digest(text.as_bytes()))[..12].to_owned() }
}

fn joined(numbers: &[impl ToString]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
}

fn number(extension: &TlsExtension<'_>) -> u16 {
    match extension {
        TlsExtension::Grease(number, _) => *number,
        other => TlsExtensionType::from(other).0,
    }
}

/// Values that mean nothing, sent to keep servers open to new ones (RFC 8701).
const fn is_grease(number: u16) -> bool {
    number & 0x0f0f == 0x0a0a && number >> 8 == number & 0xff
}
