//! The pages in a real browser.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::program::{Place, sample};

const CHROMIUM: &str = "/usr/bin/chromium";

/// `vespid serve` on a free port, ended when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(place: &Place) -> Self {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.map(Result::unwrap).find(|line| line.contains("http://")).unwrap();
        let address = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Who does not finish a request must not keep the program from ending.
#[test]
fn an_interrupt_ends_it_whatever_clients_do() {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    place.say(&["ingest", &log]);
    let mut server = Server::start(&place);
    let address = server.address.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut client = TcpStream::connect(&address).unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    // Answered, so that the one before it is being read.
    let mut other = TcpStream::connect(&address).unwrap();
    other.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let answer = BufReader::new(other).lines().next().unwrap().unwrap();
    assert_eq!(answer, "HTTP/1.1 200 OK");
    // The shell's own: not every machine has a program of this name.
    let interrupt = format!("kill -INT {}", server.child.id());
    assert!(Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
    assert!(server.child.wait().unwrap().success());
    assert!(!place.path("vespid.db-wal").exists());
}

/// The page as the browser has it after running what it would run.
fn browse(place: &Place, url: &str) -> String {
    let profile = format!("--user-data-dir={}", place.path("profile").display());
    let output = Command::new(CHROMIUM)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--dump-dom",
        ])
        .args([&profile, url])
        .env("HOME", place.path(""))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_browser_shows_the_matrix_and_runs_nothing_that_was_typed() {
    assert!(Path::new(CHROMIUM).exists(), "{CHROMIUM} is missing: run `cargo xtask services` first");
    let place = Place::new();
    let good = place.write("good.json", &sample());
    // The script would change the title, which the page shows.
    let typed = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>";
    let hostile = format!(
        "{{\"eventid\":\"cowrie.command.input\",\"input\":\"cat /etc/shadow {typed}\",\"session\":\"evil\",\"src_ip\":\"192.0.2.66\",\
         \"sensor\":\"d/1?\",\"timestamp\":\"2026-11-24T16:00:00Z\"}}\n"
    );
    let hostile = place.write("hostile.json", hostile.as_bytes());
    place.say(&["ingest", &good, &hostile]);
    let server = Server::start(&place);

    let home = browse(&place, &server.address);
    for text in ["Reconnaissance", "Defense Impairment", "T1105", "192.0.2.66"] {
        assert!(home.contains(text), "{text} is on the first page");
    }
    let session = browse(&place, &format!("{}sessions/d%2F1%3F/evil/192.0.2.66", server.address));
    assert!(session.contains("T1003.008"), "{session}");
    assert!(session.contains("&lt;script&gt;"), "shown as typed");
    assert!(!session.contains("<title>owned") && !session.contains("<script"), "nothing ran");
}
