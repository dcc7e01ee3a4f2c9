//! Programs in other languages, given in a line: from the line to the commands in them, and their bytes.

use vespid_shell::parse;

/// Every command of a line but those typed, as `via, via: line`; each stands in the text where its span says.
fn runs(text: &str) -> Vec<String> {
    let inner = parse(text).commands.into_iter().filter(|it| !it.via.is_empty());
    inner.map(|it| format!("{}: {}", it.via.join(", "), it.line.as_str())).collect()
}

/// The bytes of the line behind `id`, which is the program of some command in it.
fn place_of_id(text: &str) -> String {
    let commands = parse(text).commands;
    let id = commands.iter().find(|it| it.image.as_deref() == Some("/usr/bin/id"));
    id.map(|id| text[id.argv[0].raw(0..2)].to_owned()).unwrap_or_default()
}

#[test]
fn a_call_that_runs_a_text_is_a_script() {
    for (text, inside) in [
        ("python -c 'import os; os.system(\"id; w\")'", vec!["python -c: id", "python -c: w"]),
        ("python3 -c \"import os;os.popen('id').read()\"", vec!["python3 -c: id"]),
        ("python3.11 -Ic 'from os import system; system(\"\"\"id\"\"\")'", vec!["python3.11 -c: id"]),
        ("python -c 'import subprocess as s; s.call(\"id -u\", shell=True)'", vec!["python -c: id -u"]),
        ("python -c 'import subprocess; subprocess.getoutput(\"id\")'", vec!["python -c: id"]),
        ("python -c 'import pty; pty.spawn(\"/bin/bash\")'", vec!["python -c: /bin/bash"]),
        ("python -c '__import__(\"os\").system(\"i\" \"d\" + \" -u\")'", vec!["python -c: id -u"]),
        ("python -c 'import os # \"\nos.system(\"id\")'", vec!["python -c: id"]),
        ("python -c 'exec(\"import os; os.system(\\\"id\\\")\")'", vec!["python -c: id"]),
        ("python -c 'import os; os.system(\"wget http://x/\" + name)'", vec!["python -c: wget http://x/"]),
        (
            "perl -e 'system(\"id\"); exec \"w\"; print `ps`; qx{uptime}'",
            vec!["perl -e: id", "perl -e: w", "perl -e: ps", "perl -e: uptime"],
        ),
        ("perl -MIO::Socket -e 'system q(id)'", vec!["perl -e: id"]),
        (
            "ruby -rsocket -e 'system(\"id\"); `w`; %x(ps); IO.popen(\"uptime\")'",
            vec!["ruby -e: id", "ruby -e: w", "ruby -e: ps", "ruby -e: uptime"],
        ),
        (
            "php -r 'system(\"id\"); shell_exec(\"w\"); exec(\"ps\"); passthru(\"a\"); popen(\"b\", \"r\"); echo `c`;'",
            vec!["php -r: id", "php -r: w", "php -r: ps", "php -r: a", "php -r: b", "php -r: c"],
        ),
        ("ruby -e 'exec sprintf(\"id <&%d\", 5)'", vec!["ruby -e: id <&%d"]),
        ("node -e 'require(\"child_process\").exec(\"id\")'", vec!["node -e: id"]),
        ("node -pe 'require(\"child_process\").execSync(`id`) // \"'", vec!["node -p: id"]),
        ("node --eval='require(\"child_process\").execSync(\"id\")'", vec!["node -e: id"]),
        ("lua -e 'os.execute(\"id\")'", vec!["lua -e: id"]),
        ("awk 'BEGIN {system(\"id\")}'", vec!["awk: id"]),
        ("awk 'BEGIN {print 1system(\"id\")}'", vec!["awk: id"]),
        ("gawk -F : -v a=b 'BEGIN {system(\"id\")}' /etc/passwd", vec!["gawk: id"]),
        (
            "sudo python -c 'import os; os.system(\"sudo id\")'",
            vec![
                "sudo: python -c import os; os.system(\"sudo id\")",
                "sudo, python -c: sudo id",
                "sudo, python -c, sudo: id",
            ],
        ),
    ] {
        assert_eq!(runs(text), inside, "{text}");
    }
}

#[test]
fn a_call_that_runs_words_is_a_command() {
    for (text, inside) in [
        (
            "python -c 'import subprocess; subprocess.run([\"wget\", \"-q\", \"http://x/a b\"])'",
            "python -c: wget -q http://x/a b",
        ),
        ("python -c 'import subprocess; subprocess.Popen(args=(\"id\", \"-u\"))'", "python -c: id -u"),
        (
            "python -c 'import subprocess; subprocess.check_output([\"sh\", \"-c\", \"id\"])'",
            "python -c, sh -c: id",
        ),
        ("python -c 'import os; os.execl(\"/bin/sh\", \"sh\", \"-c\", \"id\")'", "python -c, sh -c: id"),
        ("python -c 'import os; os.execvp(\"sh\", [\"sh\", \"-c\", \"id\"])'", "python -c, sh -c: id"),
        ("python -c 'import pty; pty.spawn([\"id\"])'", "python -c: id"),
        ("perl -e 'exec(\"sh\", \"-c\", \"id\")'", "perl -e, sh -c: id"),
        ("perl -e 'system \"id\", \"-u\"'", "perl -e: id -u"),
        ("ruby -e 'exec \"id\", \"-u\"'", "ruby -e: id -u"),
        ("node -e 'require(\"child_process\").spawn(\"sh\", [\"-c\", \"id\"])'", "node -e, sh -c: id"),
        ("php -r 'pcntl_exec(\"/bin/sh\", array(\"-c\", \"id\"));'", "php -r, sh -c: id"),
    ] {
        assert_eq!(runs(text).last().map(String::as_str), Some(inside), "{text}");
    }
}

#[test]
fn a_program_in_a_here_document_is_read_too() {
    for (text, inside) in [
        ("python3 - <<E\nimport os\nos.system('id')\nE", "python3 <<: id"),
        ("python <<'E'\nimport os\nos.system('id')\nE", "python <<: id"),
        ("sudo perl <<E\nsystem('id');\nE", "sudo, perl <<: id"),
        ("python3 <<< 'import os; os.system(\"id\")'", "python3 <<<: id"),
        ("php <<E\n<?php system('id'); ?>\nE", "php <<: id"),
        ("cat <<E | python3\nimport os; os.system('id')\nE", "python3 <<: id"),
    ] {
        assert_eq!(runs(text).last().map(String::as_str), Some(inside), "{text}");
        assert_eq!(place_of_id(text), "id", "{text}");
    }
}

#[test]
fn encoded_code_is_decoded() {
    for (text, inside) in [
        // import os; os.system("id")
        (
            "python -c \"exec(__import__('base64').b64decode('aW1wb3J0IG9zOyBvcy5zeXN0ZW0oImlkIik='))\"",
            "python -c, b64decode: id",
        ),
        (
            "python3 -c \"import base64,os;os.system(base64.b64decode(b'aWQ=').decode())\"",
            "python3 -c, b64decode: id",
        ),
        ("python3 -c \"import os;os.system(bytes.fromhex('6964').decode())\"", "python3 -c, fromhex: id"),
        ("python3 -c \"import os;os.system('di'[::-1])\"", "python3 -c, [::-1]: id"),
        ("perl -MMIME::Base64 -e 'system(decode_base64(\"aWQ=\"))'", "perl -e, decode_base64: id"),
        ("perl -e 'system(pack(\"H*\", \"6964\"))'", "perl -e, pack: id"),
        ("php -r 'eval(base64_decode(\"c3lzdGVtKCJpZCIpOw==\"));'", "php -r, base64_decode: id"),
        (
            "php -r 'eval(base64_decode(strrev(\"==wOpICZpJCKtVGdzl3c\")));'",
            "php -r, strrev, base64_decode: id",
        ),
        ("ruby -e 'system(\"aWQ=\".unpack1(\"m\"))'", "ruby -e, unpack: id"),
        (
            "node -e 'require(\"child_process\").execSync(Buffer.from(\"aWQ=\", \"base64\").toString())'",
            "node -e, from: id",
        ),
    ] {
        assert_eq!(runs(text).last().map(String::as_str), Some(inside), "{text}");
    }
    assert_eq!(
        place_of_id("python3 -c \"import os;os.system(__import__('base64').b64decode('aWQ='))\""),
        "aWQ"
    );
}

#[test]
fn its_bytes_are_found_again() {
    assert_eq!(place_of_id("python -c 'import os; os.system(\"id\")'"), "id");
    assert_eq!(place_of_id("python -c \"import os; os.system(\\\"\\\\x69d\\\")\""), "\\\\x69d");
    let text = "python -c 'import subprocess; subprocess.call([\"id\", \"-u\"])'";
    let command = parse(text).commands.pop().unwrap();
    assert_eq!((&text[command.span.clone()], &text[command.argv[1].raw(0..2)]), ("id\", \"-u", "-u"));
}

#[test]
fn what_only_looks_like_a_call_runs_nothing() {
    for text in [
        "python -c 'print(\"os.system(id)\")'",
        "python -c 'app.run(\"192.0.2.1\")'",
        "python -c '# os.system(\"id\")'",
        "python -c 'os.system(name)'",
        "perl -e '$system = \"id\"; print \"$system\"'",
        "node -e '/a/.exec(\"id\")'",
        "python -c 'os.system'",
        "python -c 'os.system('",
        "python -c ''",
        "python -c",
        "perl -ne 'print if /x/'",
    ] {
        assert_eq!(runs(text), Vec::<String>::new(), "{text}");
    }
}
