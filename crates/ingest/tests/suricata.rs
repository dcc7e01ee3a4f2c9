//! Who is the attacker in Suricata's records that do not say it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use vespid_ingest::decode::{Decoded, Format, Passed};

/// The source of the events of a record between two ends; else why it has none.
fn attacker(kind: &str, source: (&str, u16), target: (&str, u16), more: &str) -> Result<String, Passed> {
    let ((src_ip, src_port), (dest_ip, dest_port)) = (source, target);
    let line = format!(
        r#"{{"timestamp":"2026-11-24T15:31:00Z","flow_id":1,"event_type":"{kind}","src_ip":"{src_ip}","src_port":{src_port},"dest_ip":"{dest_ip}","dest_port":{dest_port}{more}}}"#
    );
    match Format::Suricata.decode(line.as_bytes()).unwrap() {
        Decoded::Events(events) => Ok(events[0].source_ip.to_string()),
        Decoded::Passed(passed) => Err(passed),
        Decoded::Blank => panic!("{line} is not blank"),
    }
}

fn file(method: &str) -> String {
    format!(r#","http":{{"url":"/x","http_method":"{method}"}},"fileinfo":{{"filename":"a.php","size":4}}"#)
}

#[test]
fn the_method_says_who_sent_a_file() {
    let (scanner, decoy) = ("203.0.113.9", "192.0.2.10");
    // The decoy answers, also from a port above the client's.
    for method in ["GET", "HEAD"] {
        for ports in [(8080, 41542), (64297, 44505)] {
            let passed = attacker("fileinfo", (decoy, ports.0), (scanner, ports.1), &file(method));
            assert_eq!(passed, Err(Passed::Housekeeping), "{method} {ports:?}");
        }
    }
    for method in ["POST", "PUT", "PATCH"] {
        for ports in [(36528, 64297), (5000, 8080), (40000, 80)] {
            let found = attacker("fileinfo", (scanner, ports.0), (decoy, ports.1), &file(method));
            assert_eq!(found.as_deref(), Ok(scanner), "{method} {ports:?}");
        }
        let answer = attacker("fileinfo", (decoy, 80), (scanner, 40000), &file(method));
        assert_eq!(answer, Err(Passed::Housekeeping), "{method}");
    }
}

#[test]
fn what_is_left_of_a_connection_is_an_answer() {
    let (decoy, scanner) = (("172.31.7.94", 5671), ("203.0.113.198", 39504));
    let midway = r#","proto":"TCP","flow":{"pkts_toserver":1,"pkts_toclient":0},"tcp":{"tcp_flags":"00"}"#;
    assert_eq!(attacker("flow", decoy, scanner, midway).as_deref(), Ok(scanner.0));
    let whole = midway.replace("\"00\"", "\"02\",\"syn\":true");
    assert_eq!(attacker("flow", decoy, scanner, &whole), Err(Passed::Outgoing));
    assert_eq!(attacker("flow", scanner, decoy, &whole).as_deref(), Ok(scanner.0));
}

#[test]
fn within_one_network_anybody_may_attack() {
    let more = r#","proto":"UDP","flow":{"state":"new"}"#;
    for (source, target, found) in [
        (("192.168.1.66", 4000), ("192.168.1.10", 53), Ok("192.168.1.66")),
        (("10.0.0.5", 4000), ("169.254.7.7", 80), Ok("10.0.0.5")),
        (("fe80::1", 5353), ("ff02::fb", 5353), Ok("fe80::1")),
        (("fe80::1", 40000), ("2001:db8::1", 22), Ok("fe80::1")),
        (("192.168.1.10", 5353), ("224.0.0.251", 5353), Err(Passed::Outgoing)),
        (("192.168.1.10", 68), ("255.255.255.255", 67), Err(Passed::Outgoing)),
        (("10.0.0.5", 40000), ("169.254.169.254", 80), Err(Passed::Outgoing)),
        (("10.0.0.5", 40000), ("198.51.100.7", 53), Err(Passed::Outgoing)),
    ] {
        let read = attacker("flow", source, target, more);
        assert_eq!(read.as_deref().map_err(|passed| *passed), found, "{source:?} {target:?}");
    }
}
