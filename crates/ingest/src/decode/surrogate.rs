//! Half a character in a JSON escape.
//!
//! Python writes a byte that is not UTF-8 as `\udcff`, a lone surrogate, which is no character and no valid JSON
//! string elsewhere. The event is worth more than the byte: it becomes U+FFFD.

/// The text with every lone surrogate escape replaced, None when there is none.
pub(super) fn replace_lone(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut mended: Option<String> = None;
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..)?) {
        let escape = at + found;
        let lone = match (code(bytes, escape), code(bytes, escape + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => {
                at = escape + 12;
                continue;
            }
            (Some(0xD800..=0xDFFF), _) => true,
            _ => false,
        };
        if lone {
            let out = mended.get_or_insert_with(String::new);
            out.push_str(text.get(copied..escape)?);
            out.push_str("\\ufffd");
            copied = escape + 6;
            at = copied;
        } else {
            at = escape + 2;
        }
        if at >= bytes.len() {
            break;
        }
    }
    let mut mended = mended?;
    mended.push_str(text.get(copied..)?);
    Some(mended)
}

/// The number of the escape at this place: `\u` and four hexadecimal digits.
fn code(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::replace_lone;

    #[test]
    fn only_lone_halves_are_replaced() {
        assert_eq!(replace_lone(r#""a\udcffb\ud800""#).as_deref(), Some(r#""a\ufffdb\ufffd""#));
        assert_eq!(replace_lone(r#""\ud83d\ude00 \\udcff \n""#), None);
        assert_eq!(replace_lone(r#""\ud83d\ud83d\ude00""#).as_deref(), Some(r#""\ufffd\ud83d\ude00""#));
        assert_eq!(replace_lone(r"\"), None);
        assert_eq!(replace_lone(r"x\ud80"), None);
    }
}
