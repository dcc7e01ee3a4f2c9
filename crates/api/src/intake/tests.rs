//! The intake asked over its router, with whoever reads lines played by the test.

use std::io::Write as _;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tokio::sync::mpsc::Receiver;
use tower::ServiceExt as _;

use super::{Intake, NotTaken, Post, Taken, intake_router};
use crate::Hosts;

/// Answers each request with the number of its lines, and gives the lines of all.
fn reader(mut posts: Receiver<Post>) -> tokio::task::JoinHandle<Vec<Vec<u8>>> {
    tokio::spawn(async move {
        let mut all = Vec::new();
        while let Some(Post { lines, format, answer }) = posts.recv().await {
            let taken = match format.as_deref() {
                Some("nonsense") => Err(NotTaken::Format("no format nonsense".to_owned())),
                Some("full") => Err(NotTaken::Store),
                _ => {
                    Ok(Taken { lines: lines.split(|byte| *byte == b'\n').count() as u64, ..Taken::default() })
                }
            };
            answer.send(taken).unwrap();
            all.push(lines);
        }
        all
    })
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: Value,
}

async fn ask(intake: &Intake, request: Request<Body>) -> Answer {
    let router = intake_router(intake.clone(), Hosts::of("127.0.0.1:1".parse().unwrap()));
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 100_000).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}

fn post(query: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Request<Body> {
    let request = Request::post(format!("/api/v1/events{query}")).header("host", "localhost");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(body)).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

const GZIP: (&str, &str) = ("content-encoding", "gzip");

#[tokio::test]
async fn lines_come_out_as_they_were_packed() {
    let (intake, posts) = Intake::new(None);
    let read = reader(posts);
    let plain = ask(&intake, post("", &[], b"a\nb".to_vec())).await;
    assert_eq!((plain.status, &plain.body["lines"]), (StatusCode::ACCEPTED, &2.into()));
    let two = [gzip(b"c\n"), gzip(b"d")].concat();
    assert_eq!(ask(&intake, post("?format=cowrie", &[GZIP], two)).await.status, StatusCode::ACCEPTED);
    drop(intake);
    assert_eq!(read.await.unwrap(), [b"a\nb".to_vec(), b"c\nd".to_vec()]);
}

#[tokio::test]
async fn what_is_bad_is_said_and_goes_no_further() {
    let (intake, posts) = Intake::new(None);
    let read = reader(posts);
    let bomb = gzip(&vec![b'x'; (32 << 20) + 1]);
    assert!(bomb.len() < 100_000);
    let cut = gzip(b"some lines\n");
    for (request, status, says) in [
        (post("", &[GZIP], bomb), 413, "fewer lines"),
        (post("", &[], vec![b'x'; (8 << 20) + 1]), 413, "fewer lines"),
        (post("", &[GZIP], b"not packed".to_vec()), 400, "gzip"),
        (post("", &[GZIP], cut[..cut.len() - 3].to_vec()), 400, "gzip"),
        (post("", &[("content-encoding", "br")], Vec::new()), 415, "\"br\""),
        (post("", &[GZIP, GZIP], Vec::new()), 415, "several"),
        (post("?form=cowrie", &[], Vec::new()), 400, "?format=NAME"),
        (post("", &[("origin", "https://evil.example")], Vec::new()), 403, "other sites"),
    ] {
        let answer = ask(&intake, request).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        assert!(answer.body["error"].as_str().unwrap().contains(says), "{}", answer.body);
    }
    let elsewhere = Request::post("/api/v1/events").header("host", "evil.example").body(Body::empty());
    assert_eq!(ask(&intake, elsewhere.unwrap()).await.status, StatusCode::MISDIRECTED_REQUEST);
    let get = Request::get("/api/v1/events").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(ask(&intake, get).await.status, StatusCode::METHOD_NOT_ALLOWED);
    drop(intake);
    assert!(read.await.unwrap().is_empty());
}

#[tokio::test]
async fn who_reads_lines_may_refuse_them() {
    let (intake, posts) = Intake::new(None);
    let read = reader(posts);
    let answer = ask(&intake, post("?format=nonsense", &[], Vec::new())).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body["error"].as_str().unwrap().starts_with("no format nonsense"));
    let answer = ask(&intake, post("?format=full", &[], Vec::new())).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers["retry-after"], "10");
    read.abort();
    let _ = read.await;
    assert_eq!(ask(&intake, post("", &[], Vec::new())).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn only_the_token_opens() {
    let (intake, posts) = Intake::new(Some("s3cret".to_owned()));
    let read = reader(posts);
    for shown in [
        None,
        Some("Bearer s3cres"),
        Some("Bearer "),
        Some("Bearer s3cretx"),
        Some("s3cret"),
        Some("Basic s3cret"),
    ] {
        let headers: Vec<_> = shown.iter().map(|shown| ("authorization", *shown)).collect();
        let answer = ask(&intake, post("", &headers, b"x".to_vec())).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{shown:?}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    for scheme in ["Bearer", "bearer"] {
        let shown = format!("{scheme} s3cret");
        let answer = ask(&intake, post("", &[("authorization", &shown)], b"x".to_vec())).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
    }
    // With a token, names do not matter: a site that makes a browser send has none.
    let named = Request::post("/api/v1/events").header("host", "vespid.example");
    let named = named.header("authorization", "Bearer s3cret").body(Body::from("x")).unwrap();
    assert_eq!(ask(&intake, named).await.status, StatusCode::ACCEPTED);
    drop(intake);
    assert_eq!(read.await.unwrap().len(), 3);
}

/// Nobody reads: the fifth is sent away, and the four wait for their answer.
#[tokio::test]
async fn too_many_at_once_are_sent_away() {
    let (intake, mut posts) = Intake::new(None);
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let intake = intake.clone();
            tokio::spawn(async move { ask(&intake, post("", &[], b"x".to_vec())).await.status })
        })
        .collect();
    let first = posts.recv().await.unwrap();
    while posts.len() < 3 {
        tokio::task::yield_now().await;
    }
    let answer = ask(&intake, post("", &[], b"x".to_vec())).await;
    assert_eq!(
        (answer.status, answer.headers["retry-after"].as_bytes()),
        (StatusCode::TOO_MANY_REQUESTS, &b"1"[..])
    );
    first.answer.send(Ok(Taken::default())).unwrap();
    for _ in 0..3 {
        posts.recv().await.unwrap().answer.send(Ok(Taken::default())).unwrap();
    }
    for status in waiting {
        assert_eq!(status.await.unwrap(), StatusCode::ACCEPTED);
    }
}
