//! Private database servers: the installed programs on a temporary folder and a free loopback port.

mod mariadb;
mod postgres;
mod programs;

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a server may take to start; a busy machine is slow.
const STARTING: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);
/// Another program may take the port between our choice and the server's start.
const PORTS: u32 = 5;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `mariadbd`.
    MariaDb,
    /// `postgres`.
    Postgres,
}

/// A running server. Ended, with all its data, when dropped.
#[derive(Debug)]
pub struct Server {
    kind: Kind,
    port: u16,
    process: Child,
    folder: TempDir,
}

impl Server {
    /// Starts a server with no databases of ours.
    ///
    /// # Panics
    /// With the server's own words when it is not installed or does not start: a test cannot go on then.
    pub fn start(kind: Kind) -> Self {
        // Short: a socket's path may have a hundred bytes.
        let folder = succeed(tempfile::Builder::new().prefix("vespid").tempdir(), "a temporary folder");
        match kind {
            Kind::MariaDb => mariadb::prepare(folder.path()),
            Kind::Postgres => postgres::prepare(folder.path()),
        }
        let mut said = String::new();
        for _ in 0..PORTS {
            let port = free_port();
            match begin(kind, folder.path(), port) {
                Ok(process) => return Self { kind, port, process, folder },
                Err(output) => said = output,
            }
        }
        fail(&format!("{kind:?} does not start:\n{said}"))
    }

    /// Makes a database and returns its address.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn database(&self, name: &str) -> String {
        match self.kind {
            Kind::MariaDb => mariadb::create(self.port, name),
            Kind::Postgres => postgres::create(self.port, name),
        }
    }

    /// Ends the server as a power failure would: it has no time to write anything.
    pub fn kill(&mut self) {
        // Already gone is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again on the same folder and port, after [`Server::kill`].
    ///
    /// # Panics
    /// With the server's own words when it does not start.
    pub fn restart(&mut self) {
        let begun = Instant::now();
        loop {
            // What was left of the killed one, its children or its port, is gone after a moment.
            match begin(self.kind, self.folder.path(), self.port) {
                Ok(process) => {
                    self.process = process;
                    return;
                }
                Err(said) if begun.elapsed() > STARTING => {
                    fail(&format!("{:?} does not start again:\n{said}", self.kind))
                }
                Err(_) => thread::sleep(POLL * 5),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.kind == Kind::Postgres && postgres::quit(&self.process) {
            // Given its children and shared memory back, it ends by itself.
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(5) {
                if !matches!(self.process.try_wait(), Ok(None)) {
                    return;
                }
                thread::sleep(POLL);
            }
        }
        self.kill();
    }
}

/// Starts the program and waits until it says that it is ready; else gives back what it said.
fn begin(kind: Kind, folder: &Path, port: u16) -> Result<Child, String> {
    let (mut command, ready) = match kind {
        Kind::MariaDb => (mariadb::command(folder, port), mariadb::READY),
        Kind::Postgres => (postgres::command(folder, port), postgres::READY),
    };
    let log = folder.join("server.log");
    let output = succeed(File::create(&log), "the server's log");
    let errors = succeed(output.try_clone(), "the server's log");
    let mut process = succeed(
        command.stdin(Stdio::null()).stdout(output).stderr(errors).spawn(),
        &format!("starting {}", command.get_program().display()),
    );
    let begun = Instant::now();
    // Its own words, since on its port another server may answer.
    while begun.elapsed() < STARTING {
        if read(&log).contains(ready) {
            return Ok(process);
        }
        if !matches!(process.try_wait(), Ok(None)) {
            return Err(read(&log));
        }
        thread::sleep(POLL);
    }
    let _ = process.kill();
    let _ = process.wait();
    Err(format!("not ready after {STARTING:?}\n{}", read(&log)))
}

/// Runs a client or a preparing program to its end.
fn run(command: &mut Command) {
    let shown = format!("{command:?}");
    let output = succeed(command.stdin(Stdio::null()).output(), &shown);
    if !output.status.success() {
        let (said, complained) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        fail(&format!("{shown}: {}\n{said}{complained}", output.status));
    }
}

fn free_port() -> u16 {
    let listener = succeed(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)), "a free port");
    succeed(listener.local_addr(), "a free port").port()
}

fn read(log: &Path) -> String {
    // What cannot be read yet is read in the next round.
    fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

fn succeed<T, E: std::fmt::Display>(result: Result<T, E>, what: &str) -> T {
    result.unwrap_or_else(|error| fail(&format!("{what}: {error}")))
}

#[expect(clippy::panic, reason = "a test that cannot go on has failed")]
fn fail(why: &str) -> ! {
    panic!("{why}")
}
