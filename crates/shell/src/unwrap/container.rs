//! What is run in a container, from outside.

use super::wrapper::Options;
use super::{Inside, Runs, User};
use crate::mapped::Mapped;

/// Options that take a value, of docker, podman and nerdctl: before the command and in it.
const ENGINE: Options = Options {
    letters: "Hlc",
    long: &[
        "host",
        "context",
        "log-level",
        "config",
        "tlscacert",
        "tlscert",
        "tlskey",
        "namespace",
        "file",
        "project-name",
        "profile",
        "project-directory",
        "env-file",
        "address",
        "remote",
        "url",
        "connection",
        "root",
    ],
};
const EXEC: Options = Options {
    letters: "uew",
    long: &["user", "env", "workdir", "env-file", "detach-keys", "index", "cwd", "exec-id", "timeout"],
};
const RUN: Options = Options {
    letters: "vepuwhlmca",
    long: &[
        "name",
        "network",
        "net",
        "mount",
        "volume",
        "env",
        "publish",
        "user",
        "workdir",
        "entrypoint",
        "hostname",
        "pid",
        "ipc",
        "cpus",
        "cpuset-cpus",
        "memory",
        "restart",
        "device",
        "cap-add",
        "cap-drop",
        "security-opt",
        "label",
        "add-host",
        "dns",
        "volumes-from",
        "platform",
        "log-driver",
        "log-opt",
        "ulimit",
        "shm-size",
        "gpus",
        "runtime",
        "env-file",
        "uts",
        "userns",
        "pull",
        "tmpfs",
        "link",
        "expose",
        "ip",
        "mac-address",
        "cgroupns",
        "attach",
        "annotation",
        "cgroup-parent",
        "cidfile",
        "memory-swap",
        "network-alias",
        "stop-signal",
        "stop-timeout",
        "storage-opt",
        "sysctl",
        "cpu-shares",
        "group-add",
        "health-cmd",
    ],
};
const CLUSTER: Options = Options {
    letters: "ncsfpl",
    long: &[
        "namespace",
        "container",
        "context",
        "kubeconfig",
        "server",
        "token",
        "user",
        "cluster",
        "as",
        "filename",
        "image",
        "env",
        "labels",
        "overrides",
        "port",
        "restart",
        "pod-running-timeout",
        "limits",
        "requests",
        "certificate-authority",
        "client-key",
        "client-certificate",
        "request-timeout",
        "target",
        "profile",
    ],
};

/// `docker exec NAME command`, `docker run IMAGE command` and their kin. The image's own program is not known.
pub(super) fn engine(argv: &[Mapped], program: &str) -> Option<Inside> {
    let mut place = skip(&ENGINE, argv, 1);
    while argv.get(place).is_some_and(|word| matches!(word.as_str(), "container" | "compose" | "task" | "t"))
    {
        place = skip(&ENGINE, argv, place + 1);
    }
    let deed = argv.get(place)?.as_str();
    let options = match deed {
        "exec" => EXEC,
        "run" if program != "lxc" => RUN,
        _ => return None,
    };
    let mut user = User::Unknown;
    let mut entry = None;
    place += 1;
    while let Some(read) = options.read(argv, place) {
        match read.name {
            "u" | "user" => user = read.value.map_or(User::Unknown, |value| User::named(value.as_str())),
            "entrypoint" => entry = read.value.filter(|value| !value.is_empty()),
            _ => {}
        }
        place = read.next;
    }
    // The container or the image, and then the command.
    let mut arguments = argv.get(place + 1..)?;
    if arguments.first().is_some_and(|word| word.as_str() == "--") {
        arguments = arguments.get(1..)?;
    }
    let words: Vec<Mapped> = entry.into_iter().chain(arguments.iter().cloned()).collect();
    let label = format!("{program} {deed}");
    (!words.is_empty()).then(|| Inside::new(label, Runs::Command(words), user).contained())
}

/// `kubectl exec POD -- command`, `kubectl run NAME --image=IMAGE -- command`, `kubectl debug`.
pub(super) fn cluster(argv: &[Mapped], program: &str) -> Option<Inside> {
    let mut place = skip(&CLUSTER, argv, 1);
    while argv.get(place).is_some_and(|word| word.as_str() == "kubectl") {
        place = skip(&CLUSTER, argv, place + 1);
    }
    let deed = argv.get(place)?.as_str();
    if !matches!(deed, "exec" | "run" | "debug" | "rsh") {
        return None;
    }
    let rest = argv.get(place + 1..)?;
    let command = match rest.iter().position(|word| word.as_str() == "--") {
        Some(dashes) => rest.get(dashes + 1..)?,
        // As older versions had it, and `oc rsh` still has.
        None if matches!(deed, "exec" | "rsh") => argv.get(skip(&CLUSTER, argv, place + 1) + 1..)?,
        None => return None,
    };
    Some(Inside::command(&format!("{program} {deed}"), command)?.run_as(User::Unknown).contained())
}

/// The place of the first word behind the options at a place.
fn skip(options: &Options, argv: &[Mapped], mut place: usize) -> usize {
    while let Some(read) = options.read(argv, place) {
        place = read.next;
    }
    place
}
