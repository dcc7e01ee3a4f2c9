//! Encoded values, against the encodings of real texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::item_hits;

fn typed(bytes: &[u8]) -> String {
    format!("echo {} | sh", STANDARD.encode(bytes))
}

/// The value with 0 to 3 bytes before and behind it: every place in a group of three, and every end.
#[test]
fn a_text_is_found_wherever_it_begins_and_whatever_stands_around() {
    for value in ["/bin/bash", "wget http", "curl", "id;"] {
        let item = format!("CommandLine|base64offset|contains: '{value}'");
        for before in ["", "x", "xy", "xyz", "\u{ff}"] {
            for behind in ["", "\n", "~~", "abc", "\u{ff}\u{ff}"] {
                let text = format!("{before}{value}{behind}");
                assert!(item_hits(&item, &typed(text.as_bytes())), "{text:?}");
            }
        }
        assert!(!item_hits(&item, &typed(b"nothing of the kind")), "{value}");
        assert!(!item_hits(&item, &format!("echo {value}")), "{value} itself");
    }
}

#[test]
fn of_several_texts_any_or_all() {
    let any = "CommandLine|base64offset|contains: ['wget ', 'curl ']";
    let all = "CommandLine|base64offset|contains|all: ['wget ', '/tmp/']";
    assert!(item_hits(any, &typed(b"cd /; curl 192.0.2.1")));
    assert!(item_hits(all, &typed(b"cd /tmp/; wget 192.0.2.1")));
    assert!(!item_hits(all, &typed(b"cd /var/; wget 192.0.2.1")));
    let not = "CommandLine|base64offset|contains|neq: 'wget '";
    assert!(!item_hits(&format!("Image|endswith: '/echo'\n{not}"), &typed(b"cd /; wget x")));
    assert!(item_hits(&format!("Image|endswith: '/echo'\n{not}"), &typed(b"cd /; curl x")));
}

#[test]
fn wide_characters_are_encoded_as_such() {
    let le: Vec<u8> = "xIEX (New".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = "xIEX (New".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let bom: Vec<u8> = [&[0xff, 0xfe][..], &le].concat();
    for name in ["wide", "utf16le"] {
        let item = format!("CommandLine|{name}|base64offset|contains: 'IEX ('");
        assert!(item_hits(&item, &typed(&le)) && !item_hits(&item, &typed(b"xIEX (New")), "{name}");
    }
    let item = "CommandLine|utf16be|base64offset|contains: 'IEX ('";
    assert!(item_hits(item, &typed(&be)) && !item_hits(item, &typed(&le[2..])));
    let item = "CommandLine|utf16|base64offset|contains: 'xIEX ('";
    assert!(item_hits(item, &typed(&bom)) && !item_hits(item, &typed(&le)));
}

#[test]
fn a_whole_text_is_encoded_from_its_beginning() {
    let item = "CommandLine|base64|contains: '/bin/bash -i'";
    assert!(item_hits(item, &typed(b"/bin/bash -i")));
    assert!(!item_hits(item, &typed(b"x/bin/bash -i")));
    let item = "CommandLine|wide|base64|contains: 'id; '";
    assert!(item_hits(item, &typed(b"i\0d\0;\0 \0")));
}
