//! PostgreSQL. It refuses to run as root; root's is run as the account of its package.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::programs::{account, find, postgres_folders, root};
use super::{run, succeed};

pub(super) const READY: &str = "ready to accept connections";
const ACCOUNT: &str = "postgres";

pub(super) fn prepare(folder: &Path) {
    if root() {
        let (user, group) = account(ACCOUNT);
        succeed(chown(folder, Some(user), Some(group)), "giving the folder away");
    }
    let mut initdb = program("initdb", folder);
    initdb.arg("--pgdata").arg(folder.join("data"));
    run(initdb.args(["--auth=trust", "--username=vespid", "--encoding=UTF8", "--locale=C", "--no-sync"]));
}

pub(super) fn command(folder: &Path, port: u16) -> Command {
    let mut command = program("postgres", folder);
    command.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string()]);
    // A commit is handed to the system, which outlives a killed server; only its disk is not waited for.
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "fsync=off",
        "full_page_writes=off",
        "shared_buffers=32MB",
        "max_connections=100",
    ] {
        command.args(["-c", setting]);
    }
    command
}

pub(super) fn create(port: u16, name: &str) -> String {
    let mut client = Command::new("psql");
    client.args(["--no-psqlrc", "--quiet", "--host=127.0.0.1", "--username=vespid", "--dbname=postgres"]);
    run(client.args([format!("--port={port}"), format!("--command=CREATE DATABASE {name}")]));
    format!("postgres://vespid@127.0.0.1:{port}/{name}")
}

/// Asks it to end at once, its children with it; false when it cannot be asked.
pub(super) fn quit(process: &Child) -> bool {
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -QUIT \"$0\"", &process.id().to_string()]);
    kill.stdin(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn program(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(find(name, &postgres_folders()));
    command.current_dir(folder);
    if root() {
        let (user, group) = account(ACCOUNT);
        command.uid(user).gid(group);
    }
    command
}
