//! Wrappers whose own arguments end where the command begins.

use super::{Inside, User};
use crate::build::is_assignment;
use crate::mapped::Mapped;

/// Options that take a value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// Letters after one dash.
    pub(super) letters: &'static str,
    /// Names after two dashes, or after one where the program spells them so.
    pub(super) long: &'static [&'static str],
}

/// One option as it stands in a command.
pub(super) struct Read<'a> {
    /// Letters that take no value: the `xe` of `-xeo pipefail`.
    pub(super) flags: &'a str,
    /// The letter that takes a value, or the long name.
    pub(super) name: &'a str,
    pub(super) value: Option<Mapped>,
    /// The place of the word behind it.
    pub(super) next: usize,
}

impl Options {
    /// The option at a place, with its value: `-u root`, `-uroot`, `--user root`, `--user=root`. None for a plain
    /// word, for `-` and for `--`.
    pub(super) fn read<'a>(&self, argv: &'a [Mapped], place: usize) -> Option<Read<'a>> {
        let word = argv.get(place)?;
        let text = word.as_str();
        let rest = |from: usize| word.slice(from..text.len());
        let next = || argv.get(place + 1).cloned();
        if let Some(long) = text.strip_prefix("--").filter(|long| !long.is_empty()) {
            let (name, value, taken) = match long.split_once('=') {
                Some((name, _)) => (name, Some(rest(3 + name.len())), 1),
                None if self.long.contains(&long) => (long, next(), 2),
                None => (long, None, 1),
            };
            return Some(Read { flags: "", name, value, next: place + taken });
        }
        let letters = text.strip_prefix('-').filter(|letters| !letters.is_empty() && *letters != "-")?;
        let Some(at) = letters.find(|letter| self.letters.contains(letter)) else {
            return Some(Read { flags: letters, name: "", value: None, next: place + 1 });
        };
        let end = letters.get(at..)?.chars().next().map_or(at, |letter| at + letter.len_utf8());
        let attached = end < letters.len();
        Some(Read {
            flags: letters.get(..at).unwrap_or_default(),
            name: letters.get(at..end).unwrap_or_default(),
            value: if attached { Some(rest(1 + end)) } else { next() },
            next: place + 2 - usize::from(attached),
        })
    }
}

/// A program that runs the command behind its own arguments.
#[derive(Debug)]
pub(crate) struct Wrapper {
    pub(crate) name: &'static str,
    options: Options,
    /// Plain words before the command, for example the duration of `timeout`.
    operands: usize,
    /// `NAME=value` words may stand before the command.
    assignments: bool,
    /// Options with which it runs nothing: letters and long names.
    idle: &'static [&'static str],
    runs_as: RunsAs,
}

/// How a wrapper says as whom it runs.
#[derive(Debug, Clone, Copy)]
enum RunsAs {
    Same,
    /// As root, or as the value of one of these options.
    Root(&'static [&'static str]),
    /// As the value of one of these options.
    Option(&'static [&'static str]),
    /// As its first operand.
    Operand,
}

/// What the arguments of a wrapper say.
enum Arguments {
    /// That it runs nothing.
    Idle,
    Script(Inside),
    /// The place of the command, which may be behind the last word.
    Command {
        place: usize,
        user: User,
    },
}

const fn wrapper(name: &'static str, letters: &'static str, operands: usize) -> Wrapper {
    let options = Options { letters, long: &[] };
    Wrapper { name, options, operands, assignments: false, idle: &[], runs_as: RunsAs::Same }
}

const fn long(letters: &'static str, long: &'static [&'static str]) -> Options {
    Options { letters, long }
}

/// Options as in the manual pages of sudo, opendoas, GNU coreutils, util-linux, findutils, sshpass, polkit, screen,
/// bash, strace, ltrace, numactl, systemd, runit, daemontools, libcgroup, gosu and procps.
const WRAPPERS: &[Wrapper] = &[
    wrapper("builtin", "", 0),
    wrapper("cgexec", "g", 0),
    Wrapper { runs_as: RunsAs::Option(&["u"]), ..wrapper("chpst", "uUb/nlLmdoprfcte", 0) },
    Wrapper { options: long("", &["userspec", "groups"]), ..wrapper("chroot", "", 1) },
    Wrapper {
        options: long("TPD", &["sched-runtime", "sched-period", "sched-deadline"]),
        idle: &["p", "pid", "m", "max"],
        ..wrapper("chrt", "", 1)
    },
    Wrapper { idle: &["v", "V"], ..wrapper("command", "", 0) },
    Wrapper { options: long("lpPe", &["limit", "pid", "path", "exe"]), ..wrapper("cpulimit", "", 0) },
    wrapper("dbus-run-session", "", 0),
    Wrapper { runs_as: RunsAs::Root(&["u"]), ..wrapper("doas", "uC", 0) },
    Wrapper { options: long("uC", &["unset", "chdir"]), assignments: true, ..wrapper("env", "", 0) },
    wrapper("exec", "a", 0),
    wrapper("fakeroot", "lfisub", 0),
    Wrapper { options: long("wE", &["timeout", "conflict-exit-code"]), ..wrapper("flock", "", 1) },
    Wrapper { runs_as: RunsAs::Operand, ..wrapper("gosu", "", 1) },
    wrapper("i386", "", 0),
    Wrapper {
        options: long("cnpPu", &["class", "classdata", "pid", "pgid", "uid"]),
        idle: &["p", "pid", "P", "pgid", "u", "uid"],
        ..wrapper("ionice", "", 0)
    },
    wrapper("linux32", "", 0),
    wrapper("linux64", "", 0),
    Wrapper {
        options: long("aAeDFlnopsuwx", &["align", "output", "where", "config", "library"]),
        ..wrapper("ltrace", "", 0)
    },
    Wrapper { options: long("n", &["adjustment"]), ..wrapper("nice", "", 0) },
    wrapper("nohup", "", 0),
    Wrapper { options: long("tSG", &["target", "setuid", "setgid"]), ..wrapper("nsenter", "", 0) },
    Wrapper {
        options: long(
            "iNmCpPwt",
            &["interleave", "cpunodebind", "membind", "physcpubind", "preferred", "weighted-interleave"],
        ),
        idle: &["H", "hardware", "s", "show"],
        ..wrapper("numactl", "", 0)
    },
    Wrapper { options: long("", &["user"]), runs_as: RunsAs::Root(&["user"]), ..wrapper("pkexec", "", 0) },
    Wrapper { options: long("p", &["pid"]), idle: &["p", "pid"], ..wrapper("prlimit", "", 0) },
    wrapper("proxychains", "f", 0),
    wrapper("proxychains4", "f", 0),
    wrapper("rlwrap", "abcCDefgHilmnNopPqsStwz", 0),
    wrapper("screen", "cehpsStT", 0),
    wrapper("setarch", "", 1),
    Wrapper {
        options: long(
            "",
            &["reuid", "ruid", "euid", "regid", "rgid", "egid", "groups", "inh-caps", "bounding-set"],
        ),
        runs_as: RunsAs::Option(&["reuid", "ruid", "euid"]),
        ..wrapper("setpriv", "", 0)
    },
    wrapper("setsid", "", 0),
    Wrapper { runs_as: RunsAs::Operand, ..wrapper("setuidgid", "", 1) },
    wrapper("softlimit", "adflmoprstc", 0),
    wrapper("sshpass", "pfdP", 0),
    Wrapper { options: long("ioe", &["input", "output", "error"]), ..wrapper("stdbuf", "", 0) },
    Wrapper {
        options: long(
            "abeEIoOpPsSuUX",
            &["argv0", "env", "attach", "string-limit", "output", "trace", "user", "columns", "trace-path"],
        ),
        runs_as: RunsAs::Option(&["u", "user"]),
        ..wrapper("strace", "", 0)
    },
    Wrapper { runs_as: RunsAs::Operand, ..wrapper("su-exec", "", 1) },
    Wrapper {
        options: long(
            "ughpCDRrtTU",
            &["user", "group", "host", "prompt", "chdir", "chroot", "role", "type", "close-from"],
        ),
        assignments: true,
        runs_as: RunsAs::Root(&["u", "user"]),
        ..wrapper("sudo", "", 0)
    },
    Wrapper {
        options: long(
            "HMupEC",
            &[
                "unit",
                "property",
                "setenv",
                "host",
                "machine",
                "slice",
                "uid",
                "gid",
                "nice",
                "description",
                "working-directory",
                "service-type",
                "on-active",
                "on-boot",
                "on-startup",
                "on-unit-active",
                "on-unit-inactive",
                "on-calendar",
                "timer-property",
                "path-property",
                "socket-property",
                "background",
                "capsule",
            ],
        ),
        runs_as: RunsAs::Option(&["uid"]),
        ..wrapper("systemd-run", "", 0)
    },
    Wrapper { idle: &["p", "pid"], ..wrapper("taskset", "", 1) },
    wrapper("time", "fo", 0),
    Wrapper { options: long("sk", &["signal", "kill-after"]), ..wrapper("timeout", "", 1) },
    wrapper("torify", "", 0),
    wrapper("torsocks", "", 0),
    wrapper("tsocks", "", 0),
    wrapper("unbuffer", "", 0),
    wrapper("unshare", "SG", 0),
    Wrapper { options: long("nd", &["interval"]), ..wrapper("watch", "", 0) },
    wrapper("x86_64", "", 0),
    Wrapper {
        options: long(
            "nPLdsaEI",
            &["max-args", "max-procs", "max-lines", "delimiter", "arg-file", "max-chars"],
        ),
        ..wrapper("xargs", "", 0)
    },
];

impl Wrapper {
    /// All that are known.
    pub(crate) const fn all() -> &'static [Self] {
        WRAPPERS
    }

    /// The command behind the wrapper's own arguments.
    pub(super) fn inside(&self, argv: &[Mapped]) -> Option<Inside> {
        match self.read(argv) {
            Arguments::Idle => None,
            Arguments::Script(script) => Some(script),
            Arguments::Command { place, user } => {
                Some(Inside::command(self.name, argv.get(place..)?)?.run_as(user))
            }
        }
    }

    /// As whom it runs what it reads.
    pub(super) fn user(&self, argv: &[Mapped]) -> User {
        match self.read(argv) {
            Arguments::Command { user, .. } => user,
            _ => User::Same,
        }
    }

    fn read(&self, argv: &[Mapped]) -> Arguments {
        let mut place = 1;
        let mut user = match self.runs_as {
            RunsAs::Root(_) => User::Named("root".into()),
            _ => User::Same,
        };
        let mut operands = self.operands;
        while let Some(word) = argv.get(place).map(Mapped::as_str) {
            if word == "--" {
                place += 1;
                break;
            }
            if let Some(script) = self.script(argv, place) {
                return Arguments::Script(script);
            }
            if let Some(read) = self.options.read(argv, place) {
                if self.is_idle(&read) {
                    return Arguments::Idle;
                }
                if let (RunsAs::Root(names) | RunsAs::Option(names), Some(value)) =
                    (self.runs_as, &read.value)
                    && names.contains(&read.name)
                {
                    user = User::named(value.as_str());
                }
                // The architecture may be left out.
                operands = if self.name == "setarch" { 0 } else { operands };
                place = read.next;
            } else if word == "-" || (self.assignments && is_assignment(word)) {
                place += 1;
            } else if operands > 0 {
                if matches!(self.runs_as, RunsAs::Operand) {
                    user = User::named(word);
                }
                operands -= 1;
                place += 1;
            } else {
                break;
            }
        }
        Arguments::Command { place: place + operands, user }
    }

    /// Two take a text instead of words.
    fn script(&self, argv: &[Mapped], place: usize) -> Option<Inside> {
        match (self.name, argv.get(place)?.as_str()) {
            ("flock", "-c" | "--command") => Inside::script("flock -c", argv.get(place + 1..place + 2)?),
            ("env", "-S" | "--split-string") => Inside::script("env -S", argv.get(place + 1..)?),
            _ => None,
        }
    }

    fn is_idle(&self, read: &Read<'_>) -> bool {
        let has = |option: &&str| *option == read.name || (option.len() == 1 && read.flags.contains(*option));
        self.idle.iter().any(has)
    }
}
