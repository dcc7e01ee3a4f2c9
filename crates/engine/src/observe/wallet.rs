//! Addresses of cryptocurrencies in a text. Each has a form that hardly comes by chance.

use bech32::Hrp;
use vespid_model::ObservableKind;

use super::Seen;

/// The shortest address there is, and the longest: Monero's integrated ones.
const SHORTEST: usize = 26;
const LONGEST: usize = 106;

pub(super) fn find(text: &str, seen: &mut Seen) {
    let words = text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
    let words = words.filter(|word| (SHORTEST..=LONGEST).contains(&word.len()));
    for word in words.filter_map(|word| std::str::from_utf8(word).ok()) {
        if is_bitcoin(word) || is_monero(word) {
            seen.add(ObservableKind::Wallet, word);
        } else if is_segwit(word) || is_ethereum(word) {
            // The case says nothing about which one it is.
            seen.add(ObservableKind::Wallet, &word.to_ascii_lowercase());
        }
    }
}

/// `Base58Check` of a version and twenty bytes: 0 for a key's hash, 5 for a script's.
fn is_bitcoin(word: &str) -> bool {
    word.starts_with(['1', '3'])
        && word.len() <= 35
        && bs58::decode(word)
            .with_check(None)
            .into_vec()
            .is_ok_and(|it| it.len() == 21 && matches!(it[0], 0 | 5))
}

/// Bech32 (BIP 173) or Bech32m (BIP 350) of a witness program on the main net.
fn is_segwit(word: &str) -> bool {
    word.get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case("bc1"))
        && bech32::segwit::decode(word).is_ok_and(|(network, _, _)| network == Hrp::parse_unchecked("bc"))
}

/// Base58 of 69 bytes (77 with a payment id) whose first one says main net: 18 an address, 19 an integrated one, 42 a
/// subaddress. Its checksum is another hash than the library's, so that a misspelt address counts.
fn is_monero(word: &str) -> bool {
    matches!(word.len(), 95 | 106)
        && word.starts_with(['4', '8'])
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() && !b"0OIl".contains(&byte))
}

/// Twenty bytes in hex.
fn is_ethereum(word: &str) -> bool {
    word.len() == 42
        && word.starts_with("0x")
        && word.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().skip(2).any(|byte| byte != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        find(text, &mut seen);
        seen.into_vec().iter().map(|it| it.value().to_owned()).collect()
    }

    #[test]
    fn addresses_of_their_standards_are_found() {
        // The first block's; BIP 173's and BIP 350's own examples; Monero's project.
        for wallet in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        ] {
            assert_eq!(found(&format!("xmrig -u {wallet}.x -p x")), [wallet]);
        }
        assert_eq!(
            found("0x52908400098527886E0F7030069857D2E4169EE7"),
            ["0x52908400098527886e0f7030069857d2e4169ee7"]
        );
    }

    #[test]
    fn what_is_misspelt_or_something_else_is_none() {
        for text in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "0x0000000000000000000000000000000000000000",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
