//! Programs by name.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use crate::code::Language;
use crate::mapped::Mapped;
use crate::producer::Producer;
use crate::unwrap::Wrapper;

/// What a program does with commands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Nothing that is known.
    Plain,
    Shell,
    Wrapper(&'static Wrapper),
    /// Runs the applet that it names: busybox.
    Applet,
    Interpreter(Language),
    Eval,
    Trap,
    /// `su` and `runuser`.
    SwitchUser,
    /// `script`.
    Record,
    Find,
    Parallel,
    /// `start-stop-daemon`.
    Daemon,
    /// Of containers: docker.
    Engine,
    /// Of containers: kubectl.
    Cluster,
    /// `.` and `source`.
    Source,
    /// Puts out what follows from its arguments and its input.
    Producer(Producer),
}

/// A program that a command names.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) kind: Kind,
    /// With an assumed absolute path: shells in `/bin`, everything else in `/usr/bin`. A name with a slash is kept as
    /// typed. None for what is longer than a path can be.
    pub(crate) image: Option<Arc<str>>,
}

/// Bytes in a path, as Linux limits them (`PATH_MAX`).
const MAX_PATH: usize = 4096;

impl Program {
    /// The program that the first word of a command names.
    pub(crate) fn of(word: &Mapped) -> Self {
        // `nohup $SHELL -c ...` is how a loader starts itself without knowing which shell is there.
        let typed = match word.as_str() {
            "$SHELL" | "${SHELL}" => "bash",
            typed => typed,
        };
        let name = name(typed);
        if let Some(known) = KNOWN.get(name) {
            if name.len() == typed.len() {
                return known.clone();
            }
            return Self { kind: known.kind, image: (typed.len() <= MAX_PATH).then(|| typed.into()) };
        }
        let kind = Language::of(name).map_or(Kind::Plain, Kind::Interpreter);
        let image = match typed {
            _ if typed.len() > MAX_PATH => None,
            _ if name.len() < typed.len() => Some(typed.into()),
            _ => Some(path("/usr/bin/", typed)),
        };
        Self { kind, image }
    }
}

/// The part after the last slash.
pub(crate) fn name(path: &str) -> &str {
    let slash = path.bytes().rposition(|byte| byte == b'/');
    slash.and_then(|slash| path.get(slash + 1..)).unwrap_or(path)
}

/// Programs whose paths are worth keeping, because every other command has one of them.
const COMMON: &[&str] = &[
    "[",
    "apt",
    "apt-get",
    "cd",
    "chattr",
    "chmod",
    "chown",
    "chpasswd",
    "cp",
    "crontab",
    "curl",
    "cut",
    "date",
    "dd",
    "df",
    "dmesg",
    "dpkg",
    "egrep",
    "enable",
    "exit",
    "export",
    "false",
    "fgrep",
    "free",
    "ftpget",
    "grep",
    "groups",
    "gunzip",
    "gzip",
    "head",
    "history",
    "hostname",
    "hostnamectl",
    "id",
    "ifconfig",
    "insmod",
    "ip",
    "iptables",
    "kill",
    "killall",
    "last",
    "linuxshell",
    "ln",
    "ls",
    "lsb_release",
    "lscpu",
    "lspci",
    "mkdir",
    "mount",
    "mv",
    "nano",
    "nc",
    "ncat",
    "netstat",
    "nproc",
    "nvidia-smi",
    "passwd",
    "ping",
    "pgrep",
    "pkill",
    "ps",
    "pwd",
    "read",
    "reboot",
    "rm",
    "rmdir",
    "scp",
    "sed",
    "service",
    "set",
    "shell",
    "shutdown",
    "sleep",
    "sort",
    "ssh",
    "ssh-keygen",
    "stat",
    "sysctl",
    "system",
    "systemctl",
    "tac",
    "tail",
    "tar",
    "test",
    "tftp",
    "top",
    "touch",
    "true",
    "uname",
    "uniq",
    "unset",
    "uptime",
    "useradd",
    "userdel",
    "usermod",
    "vi",
    "vim",
    "w",
    "wc",
    "wget",
    "which",
    "who",
    "whoami",
    "yum",
    "zcat",
];

/// Programs that run others, apart from the table of wrappers, and those whose output is known.
const RUNNERS: &[(&str, Kind)] = &[
    (".", Kind::Source),
    ("base64", Kind::Producer(Producer::Base64)),
    ("busybox", Kind::Applet),
    ("cat", Kind::Producer(Producer::Pass)),
    ("crictl", Kind::Engine),
    ("docker", Kind::Engine),
    ("docker-compose", Kind::Engine),
    ("echo", Kind::Producer(Producer::Echo)),
    ("eval", Kind::Eval),
    ("find", Kind::Find),
    ("k3s", Kind::Cluster),
    ("kubectl", Kind::Cluster),
    ("lxc", Kind::Engine),
    ("nerdctl", Kind::Engine),
    ("oc", Kind::Cluster),
    ("openssl", Kind::Producer(Producer::Openssl)),
    ("parallel", Kind::Parallel),
    ("podman", Kind::Engine),
    ("printf", Kind::Producer(Producer::Printf)),
    ("rev", Kind::Producer(Producer::Rev)),
    ("runuser", Kind::SwitchUser),
    ("script", Kind::Record),
    ("source", Kind::Source),
    ("start-stop-daemon", Kind::Daemon),
    ("su", Kind::SwitchUser),
    ("tee", Kind::Producer(Producer::Pass)),
    ("toybox", Kind::Applet),
    ("tr", Kind::Producer(Producer::Tr)),
    ("trap", Kind::Trap),
    ("xxd", Kind::Producer(Producer::Xxd)),
];

/// Read commands from their argument, a file or their input.
const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "csh", "tcsh", "rbash", "fish"];

const INTERPRETERS: &[&str] =
    &["python", "python2", "python3", "perl", "ruby", "php", "node", "lua", "awk", "gawk"];

static KNOWN: LazyLock<HashMap<&'static str, Program, foldhash::fast::FixedState>> = LazyLock::new(|| {
    let program =
        |folder: &str, name: &'static str, kind| (name, Program { kind, image: Some(path(folder, name)) });
    let plain = COMMON.iter().map(|name| program("/usr/bin/", name, Kind::Plain));
    let runners = RUNNERS.iter().map(|(name, kind)| {
        let folder = if *name == "busybox" { "/bin/" } else { "/usr/bin/" };
        program(folder, name, *kind)
    });
    let shells = SHELLS.iter().map(|name| program("/bin/", name, Kind::Shell));
    let wrappers = Wrapper::all().iter().map(|it| program("/usr/bin/", it.name, Kind::Wrapper(it)));
    let interpreters = INTERPRETERS
        .iter()
        .filter_map(|name| Some(program("/usr/bin/", name, Kind::Interpreter(Language::of(name)?))));
    plain.chain(runners).chain(shells).chain(wrappers).chain(interpreters).collect()
});

fn path(folder: &str, name: &str) -> Arc<str> {
    [folder, name].concat().into()
}
