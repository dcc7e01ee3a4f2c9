//! MariaDB without its own tables: a server that checks no rights needs none of them, and starts within a second.

use std::path::Path;
use std::process::Command;

use super::programs::{find, root};
use super::run;

pub(super) const READY: &str = "ready for connections";

pub(super) fn prepare(_: &Path) {}

pub(super) fn command(folder: &Path, port: u16) -> Command {
    let mut command = Command::new(find("mariadbd", &["/usr/sbin".into(), "/usr/libexec".into()]));
    command.arg("--no-defaults").current_dir(folder);
    if root() {
        command.arg("--user=root");
    }
    for (option, value) in [
        ("datadir", folder.display().to_string()),
        ("socket", folder.join("socket").display().to_string()),
        ("pid-file", folder.join("pid").display().to_string()),
        ("bind-address", "127.0.0.1".to_owned()),
        ("port", port.to_string()),
    ] {
        command.arg(format!("--{option}={value}"));
    }
    // A commit is handed to the system, which outlives a killed server; only its disk is not waited for.
    command.args(["--skip-grant-tables", "--skip-log-bin", "--performance-schema=OFF"]);
    command.args(["--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync"]);
    command.args(["--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M"]);
    command
}

pub(super) fn create(port: u16, name: &str) -> String {
    let mut client = Command::new("mariadb");
    client.args(["--no-defaults", "--host=127.0.0.1", "--user=root", &format!("--port={port}")]);
    run(client.arg(format!("--execute=CREATE DATABASE {name}")));
    format!("mysql://root@127.0.0.1:{port}/{name}")
}
