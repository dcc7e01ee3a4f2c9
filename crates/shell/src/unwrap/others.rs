//! Programs with a way of their own to name what they run.

use super::wrapper::Options;
use super::{Inside, Runs, User};
use crate::mapped::Mapped;

/// The arguments after `--`.
pub(super) fn without_dashes(argv: &[Mapped]) -> &[Mapped] {
    let dashes = argv.get(1).is_some_and(|word| word.as_str() == "--");
    argv.get(1 + usize::from(dashes)..).unwrap_or_default()
}

/// `busybox wget ...`; options of busybox itself run nothing.
pub(super) fn applet(argv: &[Mapped], label: &str) -> Option<Inside> {
    let first = argv.get(1)?.as_str();
    if first.starts_with('-') { None } else { Inside::command(label, argv.get(1..)?) }
}

/// `trap 'text' EXIT`; `trap - EXIT` and `trap -l` run nothing.
pub(super) fn trap(arguments: &[Mapped]) -> Option<Inside> {
    let text = arguments.first().filter(|word| !word.as_str().starts_with('-') && arguments.len() > 1)?;
    Inside::script("trap", std::slice::from_ref(text))
}

/// `find ... -exec command ;`, as often as it stands there.
pub(super) fn find(argv: &[Mapped]) -> Vec<Inside> {
    let mut found = Vec::new();
    let mut place = 1;
    while let Some(word) = argv.get(place).map(Mapped::as_str) {
        place += 1;
        if matches!(word, "-exec" | "-execdir" | "-ok" | "-okdir") {
            let ends = |word: &Mapped| matches!(word.as_str(), ";" | "+");
            let end = argv.iter().skip(place).position(ends).map_or(argv.len(), |length| place + length);
            found.extend(argv.get(place..end).and_then(|words| Inside::command("find -exec", words)));
            place = end;
        }
    }
    found
}

/// `parallel command {} ::: values`, where a shell runs the command; without a command each value is one.
pub(super) fn parallel(argv: &[Mapped]) -> Vec<Inside> {
    const OPTIONS: Options = Options {
        letters: "jSaICdNnLPsE",
        long: &[
            "jobs",
            "sshlogin",
            "arg-file",
            "colsep",
            "delimiter",
            "max-args",
            "max-replace-args",
            "delay",
            "timeout",
            "joblog",
            "retries",
            "results",
            "tmpdir",
            "workdir",
            "wd",
            "max-procs",
            "load",
            "memfree",
            "nice",
            "sshloginfile",
            "halt",
            "tagstring",
            "shuf",
            "env",
            "basefile",
            "block",
            "recstart",
            "recend",
        ],
    };
    let mut place = 1;
    while let Some(read) = OPTIONS.read(argv, place) {
        place = read.next;
    }
    place += usize::from(argv.get(place).is_some_and(|word| word.as_str() == "--"));
    let words = argv.get(place..).unwrap_or_default();
    let values = words.iter().position(|word| word.as_str().starts_with(":::")).unwrap_or(words.len());
    let (command, values) = words.split_at(values);
    if command.is_empty() {
        let separator = |word: &&Mapped| !word.as_str().starts_with(":::");
        let value = |word| Inside::script("parallel", std::slice::from_ref(word));
        return values.iter().filter(separator).filter_map(value).collect();
    }
    Inside::script("parallel", command).into_iter().collect()
}

/// `start-stop-daemon --start --exec program -- arguments`.
pub(super) fn daemon(argv: &[Mapped]) -> Option<Inside> {
    const OPTIONS: Options = Options {
        letters: "xapucngsRNPIkdrO",
        long: &[
            "exec",
            "startas",
            "pidfile",
            "user",
            "chuid",
            "name",
            "group",
            "signal",
            "retry",
            "nicelevel",
            "procsched",
            "iosched",
            "umask",
            "chdir",
            "chroot",
            "output",
            "pid",
            "ppid",
            "notify-timeout",
        ],
    };
    let mut program = None;
    let mut user = User::Same;
    let mut place = 1;
    while let Some(read) = OPTIONS.read(argv, place) {
        match read.name {
            "exec" | "x" if program.is_none() => program = read.value,
            "startas" | "a" => program = read.value,
            "chuid" | "c" => user = read.value.map_or(User::Unknown, |value| User::named(value.as_str())),
            "stop" | "status" => return None,
            _ if read.flags.contains(['K', 'T']) => return None,
            _ => {}
        }
        place = read.next;
    }
    let dashes = argv.get(place).is_some_and(|word| word.as_str() == "--");
    let arguments = argv.get(place + usize::from(dashes)..).unwrap_or_default();
    let words: Vec<Mapped> = program.into_iter().chain(arguments.iter().cloned()).collect();
    let any = !words.is_empty();
    any.then(|| Inside::new("start-stop-daemon".to_owned(), Runs::Command(words), user))
}
