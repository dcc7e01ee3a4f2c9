//! SSH public keys in a text.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};
use vespid_model::ObservableKind;

use super::Seen;

/// What a key's line begins with (RFC 4253, 6.6; RFC 5656; RFC 8709; OpenSSH's PROTOCOL.u2f).
const TYPES: [&str; 8] = [
    "ssh-rsa ",
    "ssh-dss ",
    "ssh-ed25519 ",
    "ecdsa-sha2-nistp256 ",
    "ecdsa-sha2-nistp384 ",
    "ecdsa-sha2-nistp521 ",
    "sk-ssh-ed25519@openssh.com ",
    "sk-ecdsa-sha2-nistp256@openssh.com ",
];
/// A key of 16,384 bits has fewer.
const LONGEST: usize = 4096;

/// Adds the fingerprint of each key, as `ssh-keygen -l` prints it.
pub(super) fn find(text: &str, seen: &mut Seen) {
    // Each begins with the length of its type's name, three zero bytes first.
    if !text.contains(" AAAA") {
        return;
    }
    for kind in TYPES {
        for (at, _) in text.match_indices(kind) {
            let rest = &text[at + kind.len()..];
            let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
            let end = rest.bytes().position(|byte| !is_base64(byte)).unwrap_or(rest.len());
            seen.option(ObservableKind::SshKey, fingerprint(kind.trim_end(), &rest[..end]).as_deref());
        }
    }
}

/// None for what is cut off or no key.
fn fingerprint(kind: &str, encoded: &str) -> Option<String> {
    let blob = (encoded.len() <= LONGEST).then(|| STANDARD.decode(encoded).ok())??;
    let (named, mut rest) = field(&blob)?;
    if named != kind.as_bytes() || rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        rest = field(rest)?.1;
    }
    Some(format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&blob))))
}

/// A field behind its length, and what follows (RFC 4251, 5).
fn field(blob: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = blob.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with ssh-keygen; its fingerprint is what `ssh-keygen -lf` says of it.
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXri0BdHOWm7gj1Wdttx+Pls8TDQqs1d5o0/xmq/Abi";
    const FINGERPRINT: &str = "SHA256:2bRVagrn8WI65rqzxuu1AJJnem0wIVEYz1MPhkmnKNs";

    fn found(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        find(text, &mut seen);
        seen.into_vec().iter().map(|it| it.value().to_owned()).collect()
    }

    #[test]
    fn the_fingerprint_is_that_of_ssh_keygen() {
        assert_eq!(found(&format!("echo \"{KEY} mdr\">>.ssh/authorized_keys;ls")), [FINGERPRINT]);
        assert_eq!(found(&format!("{KEY}\n{KEY}")), [FINGERPRINT]);
    }

    #[test]
    fn a_key_that_is_cut_off_or_named_wrong_is_none() {
        assert_eq!(found(&KEY[..KEY.len() - 4]), [""; 0]);
        assert_eq!(found(&KEY.replace("ssh-ed25519", "ssh-rsa")), [""; 0]);
        assert_eq!(found("ssh-rsa AAAA"), [""; 0]);
    }
}
