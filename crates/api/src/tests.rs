//! The pages, asked for over the router on a real database that attackers filled with attacks on its readers.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tempfile::TempDir;
use tower::ServiceExt as _;
use vespid_model::Body as EventBody;
use vespid_model::body::{AuthResult, Command, Intel as Words, Session};
use vespid_model::id::{AttackerId, IdentityId, IntelId};
use vespid_model::intel::Intel;
use vespid_model::listing::{Feed, Said};
use vespid_model::rows::{SessionKey, SourceHealth};
use vespid_model::tag::Tagged;
use vespid_model::{Observable, ObservableKind};
use vespid_store::clustering::{EdgePut, Group};
use vespid_store::{Batch, Clustering, Edition, RuleText, Store};
use vespid_testkit::event::{at, client_version, command, connect, event, ip, login};
use vespid_testkit::tag::tag;

use crate::{Hosts, address, router, serve};

const SCRIPT: &str = "<script>alert(1)</script>";

/// Names that a path, a query, a link or a page could stumble over.
const ODD: [&str; 16] = [
    "plain",
    "a/b",
    "a?b",
    "a#b",
    "a b",
    "100%",
    "%2f",
    "..",
    ".",
    "~",
    "~..",
    "é密\u{202e}",
    "\"'<i>",
    "a&b=c;d",
    "javascript:alert(1)",
    "a\\b\nc",
];

struct Site {
    folder: TempDir,
    router: Router,
    store: Store,
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Site {
    async fn new(batch: Batch) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("t.db").display())).await.unwrap();
        let rule = RuleText {
            name: "uname".to_owned(),
            version: 1,
            title: "Asks for the kernel".to_owned(),
            description: "Bots ask <what> they landed on.".to_owned(),
            source_path: "rules/uname.yml".to_owned(),
            yaml: String::new(),
        };
        store.rule_register(vec![rule]).await.unwrap();
        store.commit(batch).await.unwrap();
        let router = router(store.clone(), Hosts::of("127.0.0.1:7878".parse().unwrap()));
        Self { folder, router, store }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).header("host", "localhost:7878").body(Body::empty()).unwrap()).await
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        answer.text
    }
}

fn tagged(event: vespid_model::Event, tags: &[&str]) -> Tagged {
    let tags = tags.iter().map(|technique| tag(&event, "uname", technique)).collect();
    Tagged { event, tags }
}

/// Attacker 1 with one session of everything, and sessions with odd names on decoys with odd names of attacker 2.
fn story() -> Batch {
    let mut all = vec![
        tagged(connect(0, 1, "s1"), &[]),
        tagged(client_version(1, 1, "s1", &format!("SSH-2.0-{SCRIPT}\x1b[31m")), &[]),
        tagged(login(2, 1, "s1", (SCRIPT, "1234"), AuthResult::Success), &["TA0001/T1078.001@0.8"]),
        tagged(
            command(3, 1, "s1", &format!("uname -a; {SCRIPT}")),
            &["TA0007/T1082@0.7", "TA0002/T1059.004@0.5"],
        ),
        tagged(event(4, 1, "decky-a", "s1", EventBody::Session(Session::Closed { duration_ms: 4000 })), &[]),
    ];
    for (name, second) in ODD.iter().zip(10..) {
        let body = EventBody::Command(Command { command_text: format!("uname {name}"), script: false });
        all.push(tagged(event(second, 2, name, name, body), &["TA0007/T1082@0.9"]));
    }
    Batch { tagged: all, tagged_at: Some(at(1000)), ..Batch::default() }
}

/// Every address that a page links to, as a browser reads it.
fn links(page: &str) -> BTreeSet<String> {
    let addresses = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    addresses.map(|address| address.replace("&amp;", "&")).collect()
}

#[tokio::test]
async fn the_overview_shows_matrix_attackers_and_sessions() {
    let site = Site::new(story()).await;
    let page = site.page("/").await;
    for expected in [
        "21 events, 17 sessions, 2 attackers, 19 tags",
        "ATT&amp;CK 19.2",
        "System Information Discovery",
        "Default Accounts",
        "<h3>Stealth</h3>",
        "href=\"/attackers/192.0.2.2\"",
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    let column = page.split("<h3>Discovery</h3>").nth(1).unwrap().split("</section>").next().unwrap();
    let discovery = "TA0007".parse().unwrap();
    let known = vespid_attack::Catalogue::default_release();
    let known = known.live().filter(|technique| technique.tactics.contains(&discovery)).count();
    assert!(column.contains(&format!("1 of {known}<")), "{column}");
    assert!(column.contains("<span class=\"n\">17</span>"), "{column}");
    let order: Vec<_> = ["Reconnaissance", "Initial Access", "Execution", "Discovery", "Impact"]
        .iter()
        .map(|tactic| page.find(&format!("<h3>{tactic}</h3>")).unwrap())
        .collect();
    assert!(order.is_sorted());
}

#[tokio::test]
async fn an_empty_database_says_what_to_do() {
    let site = Site::new(Batch::default()).await;
    assert!(site.page("/").await.contains("vespid ingest PATH"));
    assert!(site.page("/attackers").await.contains("0 attackers"));
    assert!(site.page("/techniques/T1082").await.contains("0 tags"));
}

#[tokio::test]
async fn every_link_on_every_page_leads_somewhere() {
    let site = Site::new(story()).await;
    let mut seen = BTreeSet::new();
    let mut waiting = vec!["/".to_owned(), "/attackers".to_owned()];
    while let Some(path) = waiting.pop() {
        let page = site.page(&path).await;
        for link in links(&page) {
            if link.starts_with('/') && seen.insert(link.clone()) {
                waiting.push(link);
            } else {
                assert!(
                    link.starts_with('/')
                        || link == "#content"
                        || link.starts_with("https://attack.mitre.org/"),
                    "{link} on {path}"
                );
            }
        }
    }
    let sessions: Vec<_> = seen.iter().filter(|path| path.starts_with("/sessions/")).collect();
    let of = |end: &str| sessions.iter().filter(|path| path.ends_with(end)).count();
    assert_eq!((of("/replay"), of(".1") + of(".2")), (ODD.len() + 1, ODD.len() + 1), "{seen:?}");
}

#[tokio::test]
async fn odd_names_have_pages_of_their_own() {
    let site = Site::new(story()).await;
    for name in ODD {
        let path =
            address::session(&SessionKey { decky: name.to_owned(), session: name.to_owned(), ip: ip(2) });
        let page = site.page(&path).await;
        assert!(page.contains("Asks for the kernel"), "{name}");
        assert!(page.contains("192.0.2.2"), "{name}");
    }
}

#[tokio::test]
async fn a_session_explains_its_tags() {
    let site = Site::new(story()).await;
    let page = site.page("/sessions/decky-a/s1/192.0.2.1").await;
    for expected in [
        "<mark>uname -a; &lt;script&gt;alert(1)&lt;/script&gt;</mark>",
        "Asks for the kernel",
        "Bots ask &lt;what&gt; they landed on.",
        "Command and Scripting Interpreter: Unix Shell",
        "confidence 0.70",
        "href=\"/techniques/T1082\"",
        "192.0.2.1",
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
}

/// What providers say is shown, as text, and only of whom they say it.
#[tokio::test]
async fn an_attacker_has_the_verdict_of_providers() {
    let site = Site::new(story()).await;
    let attackers = site.store.attacker_list(2, 0).await.unwrap().rows;
    let id = attackers[0].id;
    let intel = Intel {
        feodo_listed: Some(true),
        feodo_malware_family: Some("<b>QakBot".to_owned()),
        aggregate_verdict: Some("malicious".to_owned()),
        ..Intel::new(IntelId::derive(id), id, at(0), at(9))
    };
    site.store.intel_put(intel).await.unwrap();
    let page = site.page(&format!("/attackers/{}", attackers[0].ip)).await;
    assert!(page.contains("Providers say: malicious (Feodo Tracker &lt;b&gt;QakBot; 20"), "{page}");
    assert!(!page.contains("What providers say"), "{page}");

    // A tag from a listing, and where that is from.
    let words = Words {
        feodo_listed: Some(true),
        feodo_malware_family: Some("<b>Emotet".to_owned()),
        ..Words::default()
    };
    let said = Said::new(Feed::Feodo, attackers[0].ip, Some(at(5)), words);
    let edition = Edition { number: 1, now: at(7), ttl: 1, keep: true };
    site.store.listing_put(vec![said], edition).await.unwrap();
    let event = site.store.listing_list(attackers[0].ip).await.unwrap()[0].event().unwrap();
    let tags = vec![tag(&event, "uname", "TA0042/T1588.001@0.9")];
    site.store.commit(Batch { tagged: vec![Tagged { event, tags }], ..Batch::default() }).await.unwrap();
    let page = site.page(&format!("/attackers/{}", attackers[0].ip)).await;
    for part in
        ["What providers say", "from the Feodo Tracker's list, imported 20", "T1588.001", "&lt;b&gt;Emotet"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let other = site.page(&format!("/attackers/{}", attackers[1].ip)).await;
    assert!(!other.contains("Providers say") && !other.contains("What providers say"), "{other}");
}

#[tokio::test]
async fn a_technique_names_groups_without_blaming_them() {
    let site = Site::new(story()).await;
    let page = site.page("/techniques/T1082").await;
    assert!(page.contains("Documented use, not attribution"));
    assert!(page.contains("(ATT&amp;CK 18.1)"));
    assert!(page.contains("https://attack.mitre.org/techniques/T1082"));
    assert!(page.contains("17 tags"));
    assert!(page.contains("href=\"/sessions/decky-a/s1/192.0.2.1\""));
}

/// The browser asks for the next line when its time has come, until there is none.
#[tokio::test]
async fn what_was_typed_is_shown_at_its_pace() {
    let mut batch = story();
    batch.tagged.push(tagged(command(5, 1, "s1", &format!("id; {SCRIPT}")), &[]));
    let site = Site::new(batch).await;
    let path = "/sessions/decky-a/s1/192.0.2.1";
    assert!(site.page(path).await.contains(&format!("href=\"{path}/replay\"")));
    let begin = site.get(&format!("{path}/replay")).await;
    assert_eq!(begin.headers["refresh"], format!("3; url={path}/replay?line=1"));
    assert!(begin.text.contains("Line 0 of 2") && !begin.text.contains("uname"), "{}", begin.text);
    let first = site.get(&format!("{path}/replay?line=1")).await;
    assert_eq!(first.headers["refresh"], format!("2; url={path}/replay?line=2"));
    assert!(
        first.text.contains("uname -a; &lt;script&gt;") && !first.text.contains(SCRIPT),
        "{}",
        first.text
    );
    let paused = site.get(&format!("{path}/replay?line=1&stop")).await;
    assert!(!paused.headers.contains_key("refresh") && paused.text.contains("Go on"));
    let end = site.get(&format!("{path}/replay?line=99")).await;
    assert!(!end.headers.contains_key("refresh") && end.text.contains("Line 2 of 2"));
    assert_eq!(site.get(&format!("{path}/replay?line=x")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.get("/sessions/decky-a/none/192.0.2.1/replay").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_attacker_shows_whose_hands_it_is_and_what_was_seen_with_it() {
    let mut batch = story();
    let client = Observable::new(ObservableKind::Client, &format!("SSH-2.0-{SCRIPT}")).unwrap();
    batch.observed = vec![(1, [client.clone()].into()), (5, [client].into())];
    let site = Site::new(batch).await;
    let page = site.page("/attackers/192.0.2.1").await;
    assert!(page.contains("What was seen with it") && page.contains("SSH-2.0-&lt;script&gt;"), "{page}");
    assert!(!page.contains(SCRIPT) && !page.contains("The same hands"), "{page}");

    let (one, two) = (AttackerId::derive(ip(1)), AttackerId::derive(ip(2)));
    let identity = IdentityId::derive(one);
    let group = Group { id: identity, first_seen: at(0), last_seen: at(9), members: 2 };
    let edge = EdgePut {
        a: one.min(two),
        b: one.max(two),
        joins: true,
        score: 1000,
        features: "[]".to_owned(),
        sentence: format!("Both have {SCRIPT}."),
    };
    let found = Clustering {
        identities: vec![group],
        links: vec![(one, Some(identity)), (two, Some(identity))],
        edges: vec![edge],
        ..Clustering::default()
    };
    site.store.clustering_put(found, 0, at(10)).await.unwrap();
    let page = site.page("/attackers/192.0.2.1").await;
    for expected in
        ["The same hands", &identity.to_string(), "href=\"/attackers/192.0.2.2\"", "Both have &lt;script&gt;"]
    {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    assert!(!page.contains(SCRIPT), "{page}");
}

#[tokio::test]
async fn nothing_typed_can_run() {
    let site = Site::new(story()).await;
    for path in [
        "/",
        "/attackers",
        "/attackers/192.0.2.1",
        "/attackers/192.0.2.2",
        "/sessions/decky-a/s1/192.0.2.1",
        "/techniques/T1082",
    ] {
        let page = site.page(path).await.to_lowercase();
        for bad in ["<script", "<i>", "href=\"javascript", " style=\"", " onload=", "\x1b", "\u{202e}"] {
            assert!(!page.contains(bad), "{bad:?} on {path}");
        }
    }
    assert!(site.page("/sessions/decky-a/s1/192.0.2.1").await.contains("&lt;script&gt;"));
}

/// Files are named by whoever makes them.
#[tokio::test]
async fn sources_are_shown_as_they_fare() {
    let site = Site::new(Batch::default()).await;
    assert!(site.page("/sources").await.contains("vespid watch PATH"));
    let store = Store::open(&format!("sqlite:{}", site.folder.path().join("t.db").display())).await.unwrap();
    let source = SourceHealth {
        kind: "file".to_owned(),
        name: format!("/logs/{SCRIPT}\u{202e}"),
        lines: 1234,
        errors: 1,
        last_error: Some(format!("\x1b[31m{SCRIPT}")),
        ..SourceHealth::default()
    };
    store.source_health_add(vec![source], at(0)).await.unwrap();
    let page = site.page("/sources").await;
    assert!(page.contains("/logs/&lt;script&gt;") && page.contains("1,234"), "{page}");
    for bad in ["<script", "\x1b", "\u{202e}"] {
        assert!(!page.contains(bad), "{bad:?}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_kindly() {
    let site = Site::new(story()).await;
    for (path, status, says) in [
        ("/nothing", StatusCode::NOT_FOUND, "no such page"),
        ("/attackers/192.0.2.99", StatusCode::NOT_FOUND, "no such attacker"),
        ("/attackers/x", StatusCode::BAD_REQUEST, "An attacker is an IP address"),
        ("/attackers?page=0", StatusCode::BAD_REQUEST, "A page is a number"),
        ("/attackers?page=<b>", StatusCode::BAD_REQUEST, "A page is a number"),
        ("/sessions/a/b/192.0.2.1", StatusCode::NOT_FOUND, "no such session"),
        ("/sessions/decky-a/s1/192.0.2.2", StatusCode::NOT_FOUND, "no such session"),
        ("/sessions/decky-a/s1/x", StatusCode::NOT_FOUND, "no such session"),
        ("/sessions/a/%ff/192.0.2.1", StatusCode::NOT_FOUND, "no such session"),
        ("/techniques/T9999", StatusCode::NOT_FOUND, "no such technique"),
        ("/techniques/%3Cscript%3E", StatusCode::BAD_REQUEST, "A technique is an ATT&amp;CK id"),
    ] {
        let path = path.replace('<', "%3C").replace('>', "%3E");
        let answer = site.get(&path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(
            answer.text.contains(says) && answer.text.contains("To the overview"),
            "{path}: {}",
            answer.text
        );
    }
    assert_eq!(site.get("/attackers?page=4294967295").await.status, StatusCode::NOT_FOUND);
    let post = Request::post("/").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(site.ask(post).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_broken_database_shows_no_internals() {
    let site = Site::new(story()).await;
    let file = site.folder.path().join("t.db");
    std::fs::remove_file(site.folder.path().join("t.db-wal")).unwrap_or_default();
    std::fs::write(&file, vec![0_u8; 8192]).unwrap();
    let answer = site.get("/").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text.contains("could not be read"));
    for inside in ["sql", "SELECT", "t.db", "malformed", "not a database"] {
        assert!(!answer.text.contains(inside), "{inside}");
    }
}

#[tokio::test]
async fn every_answer_forbids_scripts_and_caching() {
    let site = Site::new(story()).await;
    for (path, host) in
        [("/", "localhost"), ("/nothing", "localhost"), ("/style.css", "localhost"), ("/", "evil.example")]
    {
        let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
        let headers = site.ask(request).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("script-src"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn other_hosts_are_refused() {
    let site = Site::new(story()).await;
    let ask = |hosts: &[&str]| {
        let request = hosts.iter().fold(Request::get("/"), |request, host| request.header("host", *host));
        site.ask(request.body(Body::empty()).unwrap())
    };
    for hosts in [&["evil.example:7878"][..], &[], &["localhost", "evil.example"]] {
        let answer = ask(hosts).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{hosts:?}");
        assert!(!answer.text.contains("System Information Discovery"));
    }
    assert_eq!(ask(&["127.0.0.1:7878"]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_layer_is_a_download() {
    let site = Site::new(story()).await;
    let answer = site.get("/navigator.json").await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let layer: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(layer["versions"]["layer"], "4.5");
    assert_eq!(layer["versions"]["attack"], "19");
}

#[tokio::test]
async fn style_and_health_are_there() {
    let site = Site::new(Batch::default()).await;
    assert_eq!(site.page("/health").await, "ok");
    let style = site.get("/style.css").await;
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert!(style.text.contains(".heat-6") && style.text.contains("mark {"));
}

#[tokio::test]
async fn a_long_session_comes_in_pages() {
    let events = (0..1201).map(|second| tagged(command(second, 3, "long", &format!("echo n{second}.")), &[]));
    let site =
        Site::new(Batch { tagged: events.collect(), tagged_at: Some(at(0)), ..Batch::default() }).await;
    let first = site.page("/sessions/decky-a/long/192.0.2.3").await;
    assert!(first.contains("echo n499.") && !first.contains("echo n500."));
    assert!(first.contains("href=\"/sessions/decky-a/long/192.0.2.3?page=2\""));
    let last = site.page("/sessions/decky-a/long/192.0.2.3?page=3").await;
    assert!(last.contains("echo n1200.") && !last.contains("rel=\"next\""));
}

#[tokio::test]
async fn the_server_answers_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("t.db").display())).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, store, async { drop(stopped.await) }));
    let answer = tokio::task::spawn_blocking(move || {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = vec![0; 4096];
        let length = stream.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..length]).into_owned()
    })
    .await
    .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    stop.send(()).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(10), server).await.unwrap().unwrap().unwrap();
}
