//! One source that floods, one that hangs, and one that is heard all the same.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use super::{Watch, health, lines};
use crate::live::{FOLLOWS, rule, typed};
use crate::program::{Place, sample};

#[test]
fn a_flood_and_a_silence_delay_nobody() {
    let (place, text) = (Place::new(), sample());
    let lines = lines(&text);
    let args = ["cowrie.json", "--syslog-udp", "127.0.0.1:0", "--syslog-tcp", "127.0.0.1:0"];
    let watch = Watch::start(&place, &args);
    let (udp, tcp) = (watch.address("syslog+udp"), watch.address("syslog+tcp"));
    let (over, sent) = (AtomicBool::new(false), AtomicU64::new(0));
    // Begun and never ended.
    let mut hanging: Vec<_> = (0..20).map(|_| TcpStream::connect(tcp).unwrap()).collect();
    for stream in &mut hanging {
        stream.write_all(b"99999 <13>and then").unwrap();
    }
    let times = thread::scope(|scope| {
        scope.spawn(|| {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            while !over.load(Ordering::Relaxed) {
                for number in 0..50 {
                    let garbage = format!("<13>garbage {} {number}\x1b", sent.load(Ordering::Relaxed));
                    let _ = socket.send_to(garbage.as_bytes(), udp);
                    sent.fetch_add(1, Ordering::Relaxed);
                }
                sleep(Duration::from_millis(2));
            }
        });
        scope.spawn(|| {
            let mut stream = TcpStream::connect(tcp).unwrap();
            let garbage = "{\"no\": \"record\"}\n".repeat(200);
            while !over.load(Ordering::Relaxed) {
                if stream.write_all(garbage.as_bytes()).is_err() {
                    break;
                }
                sleep(Duration::from_millis(2));
            }
        });
        let mut log = OpenOptions::new().create(true).append(true).open(place.path("cowrie.json")).unwrap();
        log.write_all(&lines[..10].concat()).unwrap();
        watch.has_events(10);
        let times: Vec<Duration> = (10..20)
            .map(|number| {
                log.write_all(lines[number]).unwrap();
                watch.has_events(number + 1)
            })
            .collect();
        // And one among those who flood its own way in.
        let mut stream = TcpStream::connect(tcp).unwrap();
        stream.write_all(&[b"<13>1 - h cowrie - - - ", lines[20]].concat()).unwrap();
        watch.has_events(21);
        over.store(true, Ordering::Relaxed);
        times
    });
    // A second is what is promised on a machine that is not busy.
    assert!(times.iter().all(|time| *time < Duration::from_secs(5)), "{times:?}");
    watch.end();
    let health = health(&place, "syslog+udp");
    let (read, dropped) = (health["lines"].as_u64().unwrap(), health["dropped"].as_u64().unwrap());
    assert!(read > 0 && read + dropped <= sent.load(Ordering::Relaxed), "{health}");
    assert_eq!(health["dead_letters"], read, "all of it is counted");
    let kept = place.ask("SELECT COUNT(*) <= 2000 FROM dead_letter");
    assert_eq!(kept, "Integer(1)", "and not all is kept");
}

/// Pages beside the sources, and how these fare.
#[test]
fn the_pages_say_how_sources_fare() {
    let place = Place::new();
    place.write("<b>.json", &sample());
    let watch = Watch::start(&place, &["<b>.json", "--listen", "127.0.0.1:0"]);
    watch.has_events(1469);
    watch.comes_to("SELECT COALESCE(SUM(event_count), 0) FROM source_health", "Integer(1469)");
    let address = watch.address("http");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /sources HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let page: String = BufReader::new(stream).lines().map_while(Result::ok).collect();
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    assert!(page.contains("&lt;b&gt;.json") && page.contains("1,469") && !page.contains("<b>"), "{page}");
    watch.end();
    let table = place.say(&["sources"]);
    let row = table.lines().find(|line| line.contains("<b>.json")).unwrap();
    assert!(row.trim().starts_with("file") && row.contains("1,469"), "{table}");
}

/// Rules that change are those of every source within a second.
#[test]
fn rules_are_shared_by_all_sources() {
    let place = Place::new();
    std::fs::create_dir(place.path("rules")).unwrap();
    place.write("rules/a.yml", rule("apple", 1, "apple").as_bytes());
    let args = ["cowrie.json", "--syslog-tcp", "127.0.0.1:0", "--rules", "rules"];
    let watch = Watch::start(&place, &args);
    let mut log = OpenOptions::new().create(true).append(true).open(place.path("cowrie.json")).unwrap();
    let mut stream = TcpStream::connect(watch.address("syslog+tcp")).unwrap();
    let mut say = |second: u32, text: &str| {
        log.write_all(typed(second, &format!("{text} file")).as_bytes()).unwrap();
        let message = format!("<13>1 - h cowrie - - - {}", typed(second + 1, &format!("{text} tcp")));
        stream.write_all(message.as_bytes()).unwrap();
    };
    // Tags of the one rule ten times, and of the other.
    let tags =
        "SELECT SUM(10 * (r.name = 'apple') + (r.name = 'pear')) FROM tag t JOIN rule r ON r.id = t.rule";
    say(1, "apple pear");
    watch.comes_to(tags, "Integer(20)");
    place.write("rules/b.yml", rule("pear", 1, "pear").as_bytes());
    sleep(FOLLOWS);
    say(3, "apple pear");
    watch.comes_to(tags, "Integer(42)");
    watch.end();
}
