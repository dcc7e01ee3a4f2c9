//! The escapes of `$'...'`.

/// One escape of `$'...'`: what it stands for and its length.
pub(crate) fn escape(bytes: &[u8]) -> (Option<char>, usize) {
    let simple = |char| (Some(char), 2);
    match bytes.get(1) {
        Some(b'n') => simple('\n'),
        Some(b't') => simple('\t'),
        Some(b'r') => simple('\r'),
        Some(b'a') => simple('\x07'),
        Some(b'e' | b'E') => simple('\x1b'),
        Some(byte @ (b'\\' | b'\'' | b'"' | b'?')) => simple(char::from(*byte)),
        Some(b'x') => number(&bytes[2..], 2, 16).map_or((None, 1), |(char, digits)| (Some(char), 2 + digits)),
        Some(b'u') => number(&bytes[2..], 4, 16).map_or((None, 1), |(char, digits)| (Some(char), 2 + digits)),
        Some(b'0'..=b'7') => {
            number(&bytes[1..], 3, 8).map_or((None, 1), |(char, digits)| (Some(char), 1 + digits))
        }
        _ => (None, 1),
    }
}

fn number(bytes: &[u8], most: usize, radix: u32) -> Option<(char, usize)> {
    let digits = bytes.iter().take(most).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let text = std::str::from_utf8(bytes.get(..digits)?).ok()?;
    Some((char::from_u32(u32::from_str_radix(text, radix).ok()?)?, digits))
}
