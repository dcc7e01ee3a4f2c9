//! The rooms' dependencies point one way (ARCHITECTURE.md).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Which rooms a room may use. A new room needs a line here, and thought.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("attack", &["model"]),
    ("shell", &[]),
    ("engine", &["model", "attack", "shell"]),
    ("ingest", &["model"]),
    ("store", &["model", "attack"]),
    ("cluster", &["model", "attack"]),
    ("export", &["model", "attack"]),
    ("api", &["model", "attack", "store", "export"]),
    ("app", &["model", "attack", "shell", "engine", "ingest", "store", "cluster", "export", "api"]),
    ("testkit", &["model"]),
    ("hostile", &["model", "attack", "shell", "engine", "ingest"]),
];

/// Libraries that belong to some rooms only: no SQL outside `store`, no HTTP server outside `api`, no async in pure rooms,
/// sockets of sources in `app` alone.
const BELONGS_TO: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("rusqlite", &["store"]),
    ("axum", &["api"]),
    ("hyper", &["api"]),
    ("clap", &["app"]),
    ("anyhow", &["app"]),
    ("tokio", &["store", "api", "app"]),
    ("tokio-rustls", &["app"]),
    ("syslog_loose", &["ingest"]),
    ("hickory-proto", &["app"]),
    ("hyper", &["api"]),
    ("hyper-util", &["api"]),
    ("maxminddb", &["ingest"]),
    ("reqwest", &["app"]),
    ("rsigma-parser", &["engine"]),
    ("rsigma-eval", &["engine"]),
];

#[test]
fn rooms_use_only_what_they_may() {
    let allowed: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    for (room, package) in rooms() {
        let may_use = allowed.get(room.as_str()).unwrap_or_else(|| panic!("room {room} is not in MAY_USE"));
        for used in uses(&package).iter().filter_map(|name| name.strip_prefix("vespid-")) {
            assert!(may_use.contains(&used), "{room} may not use {used}");
        }
    }
}

#[test]
fn libraries_stay_in_their_rooms() {
    for (room, package) in rooms() {
        for (library, home) in BELONGS_TO {
            assert!(
                home.contains(&room.as_str()) || !uses(&package).contains(*library),
                "{room} uses {library}, which belongs to {home:?}"
            );
        }
    }
}

#[test]
fn the_list_names_no_room_that_is_gone() {
    let rooms = rooms();
    for (room, _) in MAY_USE {
        assert!(rooms.contains_key(*room), "{room} is in MAY_USE and not in crates/");
    }
}

/// The workspace's crates by room; `xtask` is none.
fn rooms() -> BTreeMap<String, Package> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap();
    let packages = metadata.packages.into_iter();
    packages.filter_map(|package| Some((package.name.strip_prefix("vespid-")?.to_owned(), package))).collect()
}

/// What a crate uses when it runs; tests may use more.
fn uses(package: &Package) -> BTreeSet<&str> {
    let normal =
        package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    normal.map(|dependency| dependency.name.as_str()).collect()
}
