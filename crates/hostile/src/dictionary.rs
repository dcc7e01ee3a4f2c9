//! The words of a fuzzer's dictionary: one a line in quotes, with `\\`, `\"` and `\xNN`; `#` begins a comment.

pub(crate) fn words(text: &str) -> Vec<Vec<u8>> {
    text.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"')).map(word).collect()
}

fn word(quoted: &str) -> Vec<u8> {
    let mut word = Vec::new();
    let mut bytes = quoted.bytes();
    while let Some(byte) = bytes.next() {
        word.push(match byte {
            b'\\' => match bytes.next().unwrap_or(b'\\') {
                b'x' => bytes.by_ref().take(2).fold(0, |value, digit| value << 4 | hex(digit)),
                escaped => escaped,
            },
            plain => plain,
        });
    }
    word
}

fn hex(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_what_the_fuzzer_reads() {
        let text = "# words\n\"$(\"\n\n \"<<E\\x0a\" \n\"a\\\\\\\"\"\n";
        assert_eq!(words(text), [b"$(".to_vec(), b"<<E\n".to_vec(), b"a\\\"".to_vec()]);
    }
}
