//! The client's side of an SSH connection: its banner and its key exchange.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use ssh_parser::{SshPacket, parse_ssh_packet};

/// What a client said so far.
pub(super) struct Said {
    pub(super) banner: String,
    /// HASSH and the lists that it is made of.
    pub(super) hassh: Option<(String, String)>,
}

/// Does a stream begin like an SSH client's? None while that cannot be told.
pub(super) fn is_ssh(bytes: &[u8]) -> Option<bool> {
    const BEGIN: &[u8] = b"SSH-";
    let known = bytes.len().min(BEGIN.len());
    if bytes[..known] == BEGIN[..known] { (known == BEGIN.len()).then_some(true) } else { Some(false) }
}

/// None while the banner is not whole.
pub(super) fn read(bytes: &[u8]) -> Option<Said> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at(end + 1);
    let banner = String::from_utf8_lossy(line).trim_end().to_owned();
    let hassh = match parse_ssh_packet(rest) {
        Ok((_, (SshPacket::KeyExchange(lists), _))) => {
            // https://github.com/salesforce/hassh: key exchange, encryption, authentication, compression.
            let parts = [
                lists.kex_algs,
                lists.encr_algs_client_to_server,
                lists.mac_algs_client_to_server,
                lists.comp_algs_client_to_server,
            ];
            let parts: Vec<_> = parts.iter().map(|part| String::from_utf8_lossy(part)).collect();
            let algorithms = parts.join(";");
            Some((hex(&Md5::digest(algorithms.as_bytes())), algorithms))
        }
        _ => None,
    };
    Some(Said { banner, hassh })
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
