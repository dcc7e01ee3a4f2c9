//! Wrappers, and what they run: from the line to the commands, as whom, and their bytes.

use vespid_shell::{SimpleCommand, parse};

/// The command that is innermost in a line, which must stand at the end of it and in it as it is told.
fn innermost(text: &str) -> SimpleCommand {
    let command = parse(text).commands.pop().unwrap_or_default();
    assert_eq!(text.get(command.span.clone()), Some(command.line.as_str()), "{text}: {:?}", command.via);
    assert_eq!(command.line.raw(0..command.line.as_str().len()), command.span, "{text}");
    command
}

#[test]
fn the_command_behind_a_wrapper_is_seen() {
    for (text, via) in [
        ("taskset 0x3 id -u", "taskset"),
        ("taskset -c 0-3 id -u", "taskset"),
        ("runuser -u www-data -- id -u", "runuser"),
        ("runuser -u www-data id -u", "runuser"),
        ("runuser -l www-data -c 'id -u'", "runuser -c"),
        ("su root -s /bin/sh -c 'id -u'", "su -c"),
        ("su -l --command='id -u'", "su -c"),
        ("su -c'id -u' root", "su -c"),
        ("su -lc 'id -u'", "su -c"),
        ("strace -f -e trace=network -o /tmp/t id -u", "strace"),
        ("ltrace -S -o /tmp/t id -u", "ltrace"),
        ("parallel -j 4 'id -u'", "parallel"),
        ("parallel ::: 'id -u'", "parallel"),
        ("setarch x86_64 -R id -u", "setarch"),
        ("nohup $SHELL -c 'id -u'", "nohup, $SHELL -c"),
        ("${SHELL} -c 'id -u'", "${SHELL} -c"),
        ("setarch -R id -u", "setarch"),
        ("linux64 id -u", "linux64"),
        ("chrt -f 99 id -u", "chrt"),
        ("chrt --idle 0 id -u", "chrt"),
        ("numactl --membind 0 -C 1 id -u", "numactl"),
        ("numactl --interleave=all id -u", "numactl"),
        ("systemd-run --unit x -p Restart=always --on-active=5 id -u", "systemd-run"),
        ("systemd-run -q --scope id -u", "systemd-run"),
        ("nsenter -t 1 -m -u -i -n -p -- id -u", "nsenter"),
        ("nsenter --target 1 --mount id -u", "nsenter"),
        ("nsenter --mount=/host/proc/1/ns/mnt -- sh -c 'id -u'", "nsenter, sh -c"),
        ("chpst -u nobody -o 1024 id -u", "chpst"),
        ("docker exec -it -u root web id -u", "docker exec"),
        ("docker -H tcp://192.0.2.1:2375 exec web id -u", "docker exec"),
        ("docker run --rm -v /:/mnt --privileged alpine id -u", "docker run"),
        ("docker run -it --name x --network=host alpine chroot /mnt id -u", "docker run, chroot"),
        ("docker run --rm alpine sh -c 'id -u'", "docker run, sh -c"),
        ("docker compose exec web id -u", "docker exec"),
        ("podman container exec web id -u", "podman exec"),
        ("lxc exec web -- id -u", "lxc exec"),
        ("kubectl exec -it -n prod web -c app -- id -u", "kubectl exec"),
        ("kubectl exec web id -u", "kubectl exec"),
        ("kubectl --kubeconfig /tmp/c run x --image=alpine --restart=Never -- id -u", "kubectl run"),
        ("setpriv --reuid 1000 --clear-groups id -u", "setpriv"),
        ("gosu nobody id -u", "gosu"),
        ("cpulimit -l 50 -- id -u", "cpulimit"),
        ("prlimit --nofile=9999 id -u", "prlimit"),
        ("sudo taskset -c 1 nice -n 19 strace id -u", "sudo, taskset, nice, strace"),
    ] {
        let command = innermost(text);
        assert_eq!(command.via.join(", "), via, "{text}");
        assert_eq!(command.line.as_str(), "id -u", "{text}");
        assert_eq!(command.image.as_deref(), Some("/usr/bin/id"), "{text}");
    }
}

/// The program and its arguments stand apart.
#[test]
fn a_daemon_is_seen_with_its_arguments() {
    for text in [
        "start-stop-daemon --start --pidfile /run/x --exec id -- -u",
        "start-stop-daemon -S -b -x /bin/true -p /run/x --startas id -- -u",
    ] {
        let command = parse(text).commands.pop().unwrap();
        assert_eq!(
            (command.via.join(", "), command.line.as_str()),
            ("start-stop-daemon".into(), "id -u"),
            "{text}"
        );
        assert_eq!(&text[command.span], "id -- -u");
        assert_eq!(&text[command.argv[1].raw(0..2)], "-u");
    }
}

#[test]
fn what_names_no_command_runs_none() {
    for text in [
        "taskset -p 0x3 700",
        "chrt -p 700",
        "strace -p 700",
        "nsenter -t 1 -m",
        "numactl -H",
        "ionice -c 3 -p 700",
        "docker ps",
        "docker exec web",
        "docker run alpine",
        "kubectl get pods",
        "kubectl run x --image=alpine",
        "start-stop-daemon --stop --exec /usr/sbin/x",
        "parallel",
        "ssh host id",
        "python3 x.py -c id",
        "python3 -m http.server",
        "perl x.pl -e id",
        "node x.js -e id",
        "awk -f x.awk y",
    ] {
        assert_eq!(parse(text).commands.len(), 1, "{text}");
    }
}

#[test]
fn several_values_are_several_commands() {
    let told = |text: &str| {
        parse(text).commands.into_iter().map(|it| it.line.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("parallel ::: 'id; w' ps")[1..], ["id", "w", "ps"]);
    assert_eq!(told("parallel -j4 wget {} ::: http://x/1 http://x/2")[1..], ["wget {}"]);
    assert_eq!(told("docker run --entrypoint /bin/sh alpine -c id")[1..], ["/bin/sh -c id", "id"]);
}

#[test]
fn a_pipe_behind_a_counting_loop_is_kept() {
    for text in [
        "for ((i=0; i<3; i++)); do curl x; done | sh",
        "for (( ; ; )) do curl x; done | sh",
        "for ((i=0;i<$(nproc);i++)) { curl x; } | sh",
        "coproc NAME { curl x; } | sh",
        "time function f { curl x; } | sh",
    ] {
        let commands = parse(text).commands;
        let shell = commands.iter().find(|it| it.image.as_deref() == Some("/bin/sh")).unwrap();
        assert!(shell.piped_from.iter().any(|image| &**image == "/usr/bin/curl"), "{text}: {commands:?}");
        assert!(commands.iter().any(|it| it.line.as_str() == "curl x"), "{text}: {commands:?}");
        assert!(commands.iter().all(|it| !it.line.as_str().starts_with("i<")), "{text}: {commands:?}");
    }
    assert_eq!(parse("for ((i=0;i<$(nproc);i++)); do id; done").commands.len(), 2);
    assert_eq!(parse("coproc NAME { id; }; w").commands.len(), 2);
    assert_eq!(parse("coproc id { w").commands[0].line.as_str(), "w");
}
