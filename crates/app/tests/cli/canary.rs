//! Canary tokens: from who opens one to the stored tag.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use serde_json::{Value, json};
use vespid_model::clock::{Clock as _, SystemClock};

use crate::program::Place;

const ZONE: &str = "canary.example";

/// `vespid canary serve` on free ports, ended when dropped.
struct Server {
    child: Child,
    http: SocketAddr,
    dns: SocketAddr,
}

impl Server {
    fn start(place: &Place, more: &[&str]) -> Self {
        let args = ["canary", "serve", "--http", "127.0.0.1:0", "--dns", "127.0.0.1:0", "--domain", ZONE];
        Self::run(&mut place.command(&[&args, more].concat()))
    }

    fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut address = |begin: &str| {
            let line = lines.next().unwrap();
            line.strip_prefix(begin).unwrap().trim_end_matches('/').parse().unwrap()
        };
        Self { http: address("HTTP: http://"), dns: address("DNS: "), child }
    }

    /// Asks it to end; what it said on standard error until it did.
    fn end(&mut self) -> String {
        let terminate = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &terminate]).status().unwrap().success());
        let mut said = String::new();
        #[expect(clippy::disallowed_methods, reason = "our own server")]
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }

    /// One request, and all of the answer but its date.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.http).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {ZONE}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "our own server")]
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        answer.split("\r\n").filter(|line| !line.starts_with("date: ")).fold(
            String::new(),
            |mut all, line| {
                writeln!(all, "{line}").unwrap();
                all
            },
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a token; its path or label.
fn create(place: &Place, args: &[&str]) -> String {
    let said = place.say(&[&["canary", "create", "--decky", "share-1", "--domain", ZONE], args].concat());
    let said = said.trim();
    let token =
        said.strip_prefix(&format!("http://{ZONE}/")).or(said.strip_suffix(&format!(".{ZONE}"))).unwrap();
    assert_eq!(token.len(), 26);
    token.to_owned()
}

/// What events say, in the order of their times, once there are so many.
fn events(place: &Place, count: usize) -> Vec<Value> {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
        let mut rows = db.prepare("SELECT body FROM event WHERE kind = 9 ORDER BY id").unwrap();
        let bodies = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let all: Vec<Value> = bodies.map(|body| serde_json::from_str(&body.unwrap()).unwrap()).collect();
        if all.len() >= count || Instant::now() > until {
            assert_eq!(all.len(), count, "{all:#?}");
            return all;
        }
        sleep(Duration::from_millis(50));
    }
}

/// Waits until so many visits are stored, which they are a moment after their events.
fn triggers(place: &Place, count: usize) {
    let until = Instant::now() + Duration::from_secs(30);
    let expected = format!("Integer({count})");
    while place.ask("SELECT count(*) FROM canary_triggers") != expected {
        assert!(Instant::now() < until, "{}", place.ask("SELECT count(*) FROM canary_triggers"));
        sleep(Duration::from_millis(50));
    }
}

/// Time enough for what should not be stored.
fn pause() {
    sleep(Duration::from_millis(500));
}

#[test]
fn a_token_that_is_opened_is_taken_down_and_others_are_answered_alike() {
    let place = Place::new();
    let image = create(&place, &["--kind", "http"]);
    let gone = create(&place, &["--kind", "http", "--serve", "page"]);
    let redirect = create(&place, &["--kind", "http", "--serve", "redirect:https://intranet.example/a?b"]);
    let name = create(&place, &["--kind", "dns"]);
    place.say(&["canary", "revoke", &gone]);
    let server = Server::start(&place, &[]);
    let agent = "User-Agent: curl/8.5\r\nX-Odd: <script>\r\n";

    let known = server.ask("GET", &format!("/{image}/x?y=%3Cz%3E"), agent, "");
    assert!(
        known.starts_with("HTTP/1.1 200 OK") && known.contains("image/gif") && known.contains("GIF89a"),
        "{known}"
    );
    // Nobody's, a revoked one, one of another kind, and what is no name at all.
    for other in ["abcdefghabcdefghabcdefghab", &gone, &name, "", "favicon.ico", "..%2f..%2fetc"] {
        assert_eq!(server.ask("GET", &format!("/{other}"), agent, ""), known, "{other}");
    }
    let moved = server.ask("GET", &format!("/{redirect}"), "", "");
    assert!(
        moved.starts_with("HTTP/1.1 302 Found") && moved.contains("location: https://intranet.example/a?b"),
        "{moved}"
    );
    for answer in [&known, &moved] {
        assert!(
            !answer.contains(&image) && !answer.contains("script") && !answer.contains("curl"),
            "{answer}"
        );
    }
    // Whatever is posted where, and however much of it, is answered alike.
    let none = server.ask("POST", "/abcdefgh", "", "{}");
    assert!(none.starts_with("HTTP/1.1 204 "), "{none}");
    for (path, body) in
        [(&image, "{\"nonce\":\"x\"}".to_owned()), (&image, "x".repeat(17 << 10)), (&gone, String::new())]
    {
        assert_eq!(server.ask("POST", &format!("/{path}"), "", &body), none);
    }

    let seen = events(&place, 2);
    triggers(&place, 2);
    assert_eq!(
        (&seen[0]["user_agent"], &seen[0]["request_path"]),
        (&json!("curl/8.5"), &json!(format!("/{image}/x?y=%3Cz%3E")))
    );
    let row = "kind || ' ' || decky_name || ' ' || trigger_count || ' ' || state";
    let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
    let ask = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(
        ask(&format!("SELECT {row} FROM canary_tokens WHERE callback_token = '{image}'")),
        "http share-1 1 planted"
    );
    let trigger = ask(&format!(
        "SELECT src_ip || ' ' || user_agent || ' ' || (raw_headers ->> 'x-odd') || ' ' || (attacker_id = (SELECT uuid FROM attackers))
         FROM canary_triggers WHERE request_path LIKE '/{image}%'"
    ));
    assert_eq!(trigger, "127.0.0.1 curl/8.5 <script> 1");
    let list = place.say(&["canary", "list"]);
    assert!(
        list.starts_with("  token                       state    kind  decoy    opened  last (UTC)"),
        "{list}"
    );
    assert!(list.contains(&format!("{image}  planted  http  share-1       1  20")), "{list}");
    assert!(list.contains(&format!("{gone}  revoked  http")), "{list}");
    let refused =
        place.run(&["canary", "create", "--kind", "http", "--decky", "x", "--domain", "no host name"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        refused.status.code() == Some(2) && said.contains("'--domain <ZONE>': not a host name"),
        "{said}"
    );
    assert_eq!(place.say(&["canary", "list"]), list);
    let missing = place.run(&["canary", "revoke", "nobodys"]);
    assert_eq!(missing.status.code(), Some(1));
}

#[test]
fn who_asks_too_often_is_answered_and_not_taken_down() {
    let place = Place::new();
    let image = create(&place, &["--kind", "http"]);
    let mut server = Server::start(&place, &[]);
    let answers: Vec<String> = (0..80).map(|_| server.ask("GET", &format!("/{image}"), "", "")).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.contains("GIF89a")));
    pause();
    events(&place, 60);
    let said = server.end();
    assert!(said.contains("20 visits answered and not taken down"), "{said}");
}

/// Who does not finish a request is cut off, and is in nobody's way meanwhile.
#[test]
fn who_is_slow_is_cut_off() {
    let place = Place::new();
    let server = Server::start(&place, &[]);
    let mut slow: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(server.http).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
    }
    assert!(server.ask("GET", "/", "", "").contains("GIF89a"));
    slow[0].set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    assert_eq!(slow[0].read(&mut [0; 100]).unwrap(), 0);
}

#[test]
fn one_connection_is_one_request() {
    let place = Place::new();
    let server = Server::start(&place, &[]);
    let mut stream = TcpStream::connect(server.http).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
        .write_all("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n".repeat(2).as_bytes())
        .unwrap();
    let mut answer = Vec::new();
    // The second request is not read, so that the connection may be reset behind the answer.
    #[expect(clippy::disallowed_methods, reason = "our own server")]
    let _ = stream.read_to_end(&mut answer);
    assert_eq!(String::from_utf8_lossy(&answer).matches("HTTP/1.1 200").count(), 1);
}

#[test]
fn what_is_not_taken_down_is_answered_and_counted() {
    let place = Place::new();
    let page = create(&place, &["--kind", "http", "--serve", "page"]);
    let mut server = Server::start(&place, &[]);
    // Nobody waits for these.
    for body in ["{}", "{\"nonce\":\"x\"}", &"x".repeat(17 << 10)] {
        assert!(server.ask("POST", &format!("/{page}"), "", body).starts_with("HTTP/1.1 204 "));
    }
    // A number that is good, with what no page sends.
    let answer = server.ask("GET", &format!("/{page}"), "", "");
    let number = answer.split("nonce: \"").nth(1).unwrap().split('"').next().unwrap();
    let odd = json!({ "nonce": number, "utc_offset": "x" }).to_string();
    assert!(server.ask("POST", &format!("/{page}"), "", &odd).starts_with("HTTP/1.1 204 "));
    triggers(&place, 1);
    let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
    db.execute_batch("ALTER TABLE canary_token RENAME TO away").unwrap();
    assert!(server.ask("GET", &format!("/{page}"), "", "").contains("GIF89a"));
    let mut slow: Vec<TcpStream> = (0..64).map(|_| TcpStream::connect(server.dns).unwrap()).collect();
    let mut refused = TcpStream::connect(server.dns).unwrap();
    refused.set_read_timeout(Some(Duration::from_secs(4))).unwrap();
    assert_eq!(refused.read(&mut [0; 2]).unwrap(), 0, "at once, before others are given up");
    slow.clear();
    let said = server.end();
    for line in [
        "4 script's answers not taken down",
        "1 request answered and not taken down: the database",
        "1 connection refused",
    ] {
        assert!(said.lines().any(|said| said.starts_with(line)), "{line}: {said}");
    }
}

/// Somebody writes for long meanwhile.
#[test]
fn a_visit_is_of_when_it_was_asked_for() {
    let place = Place::new();
    let image = create(&place, &["--kind", "http"]);
    let args = ["canary", "serve", "--http", "127.0.0.1:0", "--dns", "127.0.0.1:0", "--domain", ZONE];
    let mut server = Server::run(place.command(&args).env_remove("SOURCE_DATE_EPOCH"));
    let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    server.ask("GET", &format!("/{image}"), "", "");
    let late = SystemClock.now().as_micros();
    sleep(Duration::from_secs(1));
    db.execute_batch("COMMIT").unwrap();
    triggers(&place, 1);
    let at = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert!((late - 900_000..=late).contains(&at("SELECT time FROM event")));
    assert!((late - 900_000..=late).contains(&at("SELECT occurred_at FROM canary_trigger")));

    // It does not wait for ever when it is to end, and says what that costs.
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..3 {
        assert!(server.ask("GET", &format!("/{image}"), "", "").contains("GIF89a"));
    }
    let begun = Instant::now();
    let said = server.end();
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(said.contains("3 requests answered and not taken down: the database"), "{said}");
}

/// What a program that plays a browser would send, once.
#[test]
fn a_number_is_good_for_one_answer_of_its_page() {
    let place = Place::new();
    let page = create(&place, &["--kind", "http", "--serve", "page"]);
    let other = create(&place, &["--kind", "http", "--serve", "page"]);
    let server = Server::start(&place, &[]);
    let agent = "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)\r\n";
    let nonce =
        |answer: &str| answer.split("nonce: \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer = server.ask("GET", &format!("/{page}"), agent, "");
    let first = nonce(&answer);
    assert!(!answer.contains(&page) && answer.contains(&format!("script-src 'nonce-{first}'")), "{answer}");
    let facts = |nonce: &str| {
        json!({ "nonce": nonce, "webdriver": true, "platform": "Linux x86_64", "renderer": "Mesa Intel(R) UHD Graphics 620",
                "utc_offset": 480, "addresses": ["198.51.100.7"] })
        .to_string()
    };
    let same = server.ask(
        "POST",
        &format!("/{other}"),
        agent,
        &facts(&nonce(&server.ask("GET", &format!("/{page}"), agent, ""))),
    );
    for body in [facts(&first), facts(&first), facts("0123456789abcdef")] {
        assert_eq!(server.ask("POST", &format!("/{page}"), agent, &body), same);
    }
    pause();
    // Two visits, and what one of them told.
    let seen = events(&place, 3);
    let told = seen.iter().find(|event| event.get("navigator_webdriver").is_some()).unwrap();
    assert_eq!(told["platform_ua_inconsistent"], json!(true));
    assert_eq!(told["ua_webgl_mismatch"], json!(true));
    // Nobody knows where 127.0.0.1 is, nor is it on the internet.
    assert!(told.get("tz_mismatch_zones").is_none() && told.get("webrtc_geo_mismatch").is_none(), "{told}");
    let tags: Vec<Value> = place.tags().iter().map(|tag| serde_json::from_str(tag).unwrap()).collect();
    let mut rules: Vec<&str> = tags.iter().map(|tag| tag["rule_id"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules.dedup();
    assert_eq!(rules, ["canary_automated", "canary_false_platform"]);
    assert!(
        tags.iter().all(|tag| tag["decky_id"] == "share-1" && tag["session_id"] == told["trigger_id"]),
        "{tags:#?}"
    );
}

/// Where the address is, is known from a database; its clocks are.
#[test]
fn a_clock_of_another_country_is_told() {
    let place = Place::new();
    let page = create(&place, &["--kind", "http", "--serve", "page"]);
    let code = [("country".to_owned(), mmdb_writer::Value::map([("iso_code".to_owned(), "JP")]))];
    let mut countries = mmdb_writer::Writer::new("GeoLite2-Country");
    let network: ipnet::IpNet = "127.0.0.0/8".parse().unwrap();
    countries.insert_value(network, mmdb_writer::Value::map(code)).unwrap();
    let file = place.write("country.mmdb", &countries.to_bytes().unwrap());
    let server = Server::start(&place, &["--country", &file]);
    let answer = server.ask("GET", &format!("/{page}"), "", "");
    let number = answer.split("nonce: \"").nth(1).unwrap().split('"').next().unwrap();
    let facts = json!({ "nonce": number, "webdriver": false, "utc_offset": 60 }).to_string();
    server.ask("POST", &format!("/{page}"), "", &facts);
    let told = events(&place, 2).pop().unwrap();
    assert_eq!(
        (&told["tz_mismatch_zones"], &told["navigator_webdriver"]),
        (&json!(-8), &json!(false)),
        "{told}"
    );
    pause();
    let tags = place.tags().join("\n");
    assert!(tags.contains("\"canary_foreign_clock\"") && !tags.contains("canary_automated"), "{tags}");
}

/// The page in a real browser that a program drives.
fn browse(place: &Place, server: &Server, page: &str, more: &[&str]) -> Browser {
    const CHROMIUM: &str = "/usr/bin/chromium";
    assert!(
        std::path::Path::new(CHROMIUM).exists(),
        "{CHROMIUM} is missing: run `cargo xtask services` first"
    );
    let child = Command::new(CHROMIUM)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--enable-automation"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--user-agent=Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"])
        .args(["--remote-debugging-port=0", &format!("--user-data-dir={}", place.path("profile").display())])
        .args(more)
        .arg(format!("http://{}/{page}", server.http))
        .env("HOME", place.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Browser(child)
}

/// Open until it is dropped: its script takes as long as the machine needs.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_driven_browser_gives_itself_away() {
    let place = Place::new();
    let page = create(&place, &["--kind", "http", "--serve", "page"]);
    let server = Server::start(&place, &[]);
    let browser = browse(&place, &server, &page, &[]);
    let seen = events(&place, 2);
    drop(browser);
    let told =
        seen.iter().find(|event| event.get("navigator_webdriver").is_some()).expect("the script has sent");
    assert_eq!(
        (&told["navigator_webdriver"], &told["platform_ua_inconsistent"]),
        (&json!(true), &json!(true)),
        "{told}"
    );
    // A tag is stored a moment later than its event is seen.
    pause();
    let tags = place.tags().join("\n");
    assert!(tags.contains("\"canary_automated\"") && tags.contains("\"canary_false_platform\""), "{tags}");
}

/// What a browser draws and sounds like is the same the next time, and named where somebody took it down; its language
/// is none of the country.
#[test]
fn a_known_tool_is_told_by_what_it_draws_and_a_language_by_the_country() {
    let place = Place::new();
    let page = create(&place, &["--kind", "http", "--serve", "page"]);
    let server = Server::start(&place, &[]);
    let browser = browse(&place, &server, &page, &["--accept-lang=pt-BR"]);
    let seen = events(&place, 2);
    drop(browser);
    assert!(seen.iter().all(|event| event.get("canvas_audio_hash_match").is_none()), "{seen:#?}");
    assert!(seen.iter().all(|event| event.get("lang_country_mismatch").is_none()), "{seen:#?}");
    let sent = |name: &str| {
        let sql = format!("SELECT json_extract(raw_headers, '$._fp.{name}') FROM canary_triggers");
        let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
        db.query_row(&sql, [], |row| row.get::<_, String>(0)).unwrap()
    };
    assert_eq!(sent("language"), "pt-BR");
    let (canvas, audio) = (sent("canvas_hash"), sent("audio_hash"));
    for hash in [&canvas, &audio] {
        assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    }
    drop(server);

    let other = create(&place, &["--kind", "http", "--serve", "page"]);
    let list = place.write("renderings.txt", format!("# taken down here\n{canvas} puppeteer\n").as_bytes());
    let code = [("country".to_owned(), mmdb_writer::Value::map([("iso_code".to_owned(), "JP")]))];
    let mut countries = mmdb_writer::Writer::new("GeoLite2-Country");
    let network: ipnet::IpNet = "127.0.0.0/8".parse().unwrap();
    countries.insert_value(network, mmdb_writer::Value::map(code)).unwrap();
    let countries = place.write("country.mmdb", &countries.to_bytes().unwrap());
    let server = Server::start(&place, &["--renderings", &list, "--country", &countries]);
    let browser = browse(&place, &server, &other, &["--accept-lang=pt-BR"]);
    let seen = events(&place, 4);
    drop(browser);
    let told =
        seen.iter().find(|event| event.get("canvas_audio_hash_match").is_some()).expect("the same picture");
    assert_eq!(
        (&told["canvas_audio_hash_match"], &told["lang_country_mismatch"]),
        (&json!("puppeteer"), &json!(true)),
        "{told}"
    );
    pause();
    let tags = place.tags().join("\n");
    assert!(
        tags.contains("\"canary_tool_rendering\"") && tags.contains("\"canary_foreign_clock\""),
        "{tags}"
    );

    let bad = place.write("bad.txt", b"12 puppeteer\n");
    let refused = place.run(&["canary", "serve", "--http", "127.0.0.1:0", "--renderings", &bad]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        refused.status.code() == Some(1) && said.contains("bad.txt: line 1: expected the sixteen digits"),
        "{said}"
    );
}

#[test]
fn a_name_that_is_asked_for_is_taken_down() {
    let place = Place::new();
    let name = create(&place, &["--kind", "dns"]);
    let web = create(&place, &["--kind", "http"]);
    let server = Server::start(&place, &["--address", "192.0.2.77"]);
    let query = |name: &str| {
        let mut message = Message::query();
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), RecordType::A));
        message.to_vec().unwrap()
    };
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    udp.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let ask = |name: &str| {
        let mut buffer = [0; 1500];
        udp.send_to(&query(name), server.dns).unwrap();
        let length = udp.recv(&mut buffer).unwrap();
        Message::from_vec(&buffer[..length]).unwrap()
    };
    udp.send_to(b"nonsense", server.dns).unwrap();
    let known = ask(&format!("{name}.{ZONE}."));
    let unknown = ask(&format!("abcdefghabcdefghabcdefghab.{ZONE}."));
    for answer in [&known, &unknown, &ask(&format!("{web}.{ZONE}."))] {
        assert_eq!((answer.metadata.response_code, answer.answers.len()), (ResponseCode::NoError, 1));
        assert_eq!(answer.answers[0].data, known.answers[0].data);
    }
    assert_eq!(ask("www.example.org.").metadata.response_code, ResponseCode::Refused);

    let mut tcp = TcpStream::connect(server.dns).unwrap();
    let asked = query(&format!("who.{}.Canary.EXAMPLE.", name.to_uppercase()));
    tcp.write_all(&u16::try_from(asked.len()).unwrap().to_be_bytes()).unwrap();
    tcp.write_all(&asked).unwrap();
    let mut length = [0; 2];
    tcp.read_exact(&mut length).unwrap();
    let mut answer = vec![0; u16::from_be_bytes(length).into()];
    tcp.read_exact(&mut answer).unwrap();
    assert_eq!(Message::from_vec(&answer).unwrap().answers.len(), 1);

    let seen = events(&place, 2);
    assert_eq!(seen[0]["dns_qname"], json!(format!("{name}.{ZONE}.")));
    assert_eq!(seen[1]["dns_qname"], json!(format!("who.{name}.{ZONE}.")));
    assert_eq!(place.ask("SELECT count(*) FROM canary_triggers WHERE src_ip = '127.0.0.1'"), "Integer(2)");
}
