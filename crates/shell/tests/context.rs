//! Where and as whom commands run.

use vespid_shell::parse;

fn told(text: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let owned = |text: Option<std::sync::Arc<str>>| text.map(|text| text.to_string());
    let commands = parse(text).commands.into_iter();
    commands.map(|it| (it.line.as_str().to_owned(), owned(it.current_directory), owned(it.user))).collect()
}

/// The directory of the last command.
fn directory(text: &str) -> Option<String> {
    told(text).pop().unwrap_or_default().1
}

fn user(text: &str) -> Option<String> {
    told(text).pop().unwrap_or_default().2
}

#[test]
fn a_command_knows_the_directory_that_the_line_went_to() {
    for (text, path) in [
        ("id", None),
        ("cd /tmp", None),
        ("cd /tmp; id", Some("/tmp")),
        ("cd /tmp && id", Some("/tmp")),
        ("cd /tmp\nid", Some("/tmp")),
        ("cd -- /tmp/; id", Some("/tmp")),
        ("cd -P /tmp/./a//b/..; id", Some("/tmp/a")),
        ("cd /tmp; cd a; cd ../b; id", Some("/tmp/b")),
        ("cd /; id", Some("/")),
        ("cd /; cd tmp; id", Some("/tmp")),
        ("cd /../..; id", Some("/")),
        ("cd a; id", None),
        ("cd; id", Some("~")),
        ("cd ~; id", Some("~")),
        ("cd ~/.ssh; id", Some("~/.ssh")),
        ("cd; cd .ssh; id", Some("~/.ssh")),
        ("cd ~root/.ssh; id", Some("~root/.ssh")),
        ("cd ~/..; id", None),
        ("cd /tmp; cd /var; cd -; id", Some("/tmp")),
        ("cd /tmp; cd $HOME; id", None),
        ("X=/tmp; cd $X; id", Some("/tmp")),
        ("cd /tmp || cd /var/run || cd /mnt || cd /root || cd /; id", Some("/tmp")),
        ("cd /tmp || mkdir /tmp; cd /var; id", Some("/var")),
        ("cd $X || cd /var; id", Some("/var")),
        ("(cd /tmp; id)", Some("/tmp")),
        ("(cd /tmp); id", None),
        ("{ cd /tmp; }; id", Some("/tmp")),
        ("cd /tmp; (cd /var; w); id", Some("/tmp")),
        ("cd /tmp; sudo sh -c 'id'", Some("/tmp")),
        ("cd /tmp; sh -c 'cd /var; w'; id", Some("/tmp")),
        ("cd /tmp; sh -c 'cd a; id'", Some("/tmp/a")),
        ("cd /tmp; echo $(id)", Some("/tmp")),
        ("cd /tmp; python -c 'import os; os.system(\"id\")'", Some("/tmp")),
        ("if cd /tmp; then id; fi", Some("/tmp")),
        ("cd /tmp; docker exec web id", None),
        ("cd /tmp; docker exec -u bob web sh -c 'cd /var; id'", Some("/var")),
        ("cd /tmp; kubectl exec web -- id", None),
    ] {
        assert_eq!(directory(text).as_deref(), path, "{text}");
    }
    assert_eq!(
        directory(&format!("cd /; {} id", "cd aaaaaaaaaaaaaaaa;".repeat(500))),
        None,
        "no path is so long"
    );
}

#[test]
fn a_command_knows_whom_the_line_made_it_run_as() {
    for (text, name) in [
        ("id", None),
        ("sudo id", Some("root")),
        ("sudo -u www-data id", Some("www-data")),
        ("sudo -uwww-data id", Some("www-data")),
        ("sudo --user=www-data -- id", Some("www-data")),
        ("sudo -nu www-data sh -c 'id'", Some("www-data")),
        ("doas -u bob id", Some("bob")),
        ("pkexec id", Some("root")),
        ("su -c id", Some("root")),
        ("su - bob -c id", Some("bob")),
        ("su bob -s /bin/sh -c 'sudo id'", Some("root")),
        ("su -c id bob", Some("bob")),
        ("runuser -u bob -- id", Some("bob")),
        ("runuser -l bob -c id", Some("bob")),
        ("chpst -u bob:staff id", Some("bob")),
        ("gosu bob id", Some("bob")),
        ("setpriv --reuid=bob id", Some("bob")),
        ("systemd-run --uid=bob id", Some("bob")),
        ("start-stop-daemon -S -c bob -x id", Some("bob")),
        ("sudo docker exec web id", None),
        ("docker exec -u bob web id", Some("bob")),
        ("sudo sh <<E\nid\nE", Some("root")),
        ("echo id | sudo sh", Some("root")),
        ("sudo nice id", Some("root")),
        ("nice id", None),
        ("sudo true; id", None),
        ("sudo su - bob <<E\nid\nE", Some("bob")),
        ("sudo -i <<E\nid\nE", Some("root")),
    ] {
        assert_eq!(user(text).as_deref(), name, "{text}");
    }
    assert_eq!(told("sudo id")[0].2, None, "sudo itself runs as before");
}
