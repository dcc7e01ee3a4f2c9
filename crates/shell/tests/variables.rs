//! Variables that a line sets and uses: from the line to the commands that run.

use vespid_shell::{SimpleCommand, parse};

fn last(text: &str) -> SimpleCommand {
    parse(text).commands.pop().unwrap_or_default()
}

#[test]
fn a_literal_value_stands_where_it_is_used() {
    for (text, line) in [
        ("a=wg;b=et;$a$b http://x", "wget http://x"),
        ("X=/tmp/x; chmod +x $X; $X", "/tmp/x"),
        ("CMD=\"cat /etc/shadow\"; $CMD", "cat /etc/shadow"),
        ("CMD='cat /etc/shadow'; eval \"$CMD\"", "cat /etc/shadow"),
        ("CMD='cat /etc/shadow'; sh -c \"$CMD\"", "cat /etc/shadow"),
        ("A=wget; ${A} http://x", "wget http://x"),
        ("A=w; ${A}get http://x", "wget http://x"),
        ("export A=wget; $A http://x", "wget http://x"),
        ("declare -r A=wget B=x; $A $B", "wget x"),
        ("A=w; A+=get; $A x", "wget x"),
        ("A=w; A+=; A+=get A+=' -q'; $A x", "wget -q x"),
        ("A=w; A+=$(cat y); echo $A", "echo $A"),
        ("A=; A+=(x y); echo $A", "echo $A"),
        ("A+=x; echo $A", "echo $A"),
        ("A=w; B=${A}get; $B x", "wget x"),
        ("A='a b'; B=$A; echo $B", "echo a b"),
        ("A='a b'; wget \"$A\"", "wget a b"),
        ("A=; $A id", "id"),
        ("A=' id '; $A -u", "id -u"),
        ("A=x; echo 'id' > $A", "echo id > x"),
        ("A=x; echo '$A' \\$A \"\\$A\"", "echo $A $A $A"),
        ("A=id; (A=w; $A); true | $A", "w"),
        ("A=x; for A in 1 2; do echo $A; done", "echo $A"),
        ("A=x; read A; echo $A", "echo $A"),
        ("A=x; unset A; echo $A", "echo $A"),
        ("A=x; A=$(cat y); echo $A", "echo $A"),
        ("A=$B; echo $A", "echo $A"),
        ("A=(x y); echo $A", "echo $A"),
        ("A=x id; echo $A", "echo $A"),
        ("echo $1 $@ $A ${A} $$", "echo $1 $@ $A ${A} $$"),
        ("A=x; echo ${A:-y} ${#A}", "echo ${A:-y} ${#A}"),
        ("A=if; $A x", "if x"),
        ("A='x y'; > $A", "> x y"),
    ] {
        assert_eq!(last(text).line.as_str(), line, "{text}");
    }
}

#[test]
fn several_words_are_several_arguments() {
    let words = |text: &str| last(text).argv.iter().map(|it| it.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(words("A='x  y'; echo a$A$A\"$A\""), ["echo", "ax", "yx", "yx  y"]);
    assert_eq!(words("A='sh -c id'; sudo $A").last().map(String::as_str), Some("id"));
    assert_eq!(last("A='sh -c id'; sudo $A").via, ["sudo", "sh -c"]);
}

/// A piece of a value leads to where it is used.
#[test]
fn its_bytes_are_those_of_the_use() {
    let text = "a=wg;b=et;$a$b http://x";
    let command = last(text);
    assert_eq!(&text[command.argv[0].raw(0..4)], "$a$b");
    assert_eq!(&text[command.argv[0].raw(0..1)], "$a");
    assert_eq!(&text[command.argv[0].raw(3..4)], "$b");
    assert_eq!(&text[command.span.clone()], "$a$b http://x");
    let text = "CMD=\"cat /etc/shadow\"; $CMD -n";
    let command = last(text);
    assert_eq!(&text[command.argv[1].raw(0..11)], "$CMD");
    assert_eq!(&text[command.line.raw(0..command.line.as_str().len())], "$CMD -n");
}

#[test]
fn values_are_bounded() {
    let doubling = format!("a=xxxxxxxx;{}echo $a", "a=$a$a;".repeat(60));
    let line = parse(&doubling);
    assert!(line.commands.iter().all(|it| it.line.as_str().len() < 20_000));
    let many = format!("a={};echo {}", "b".repeat(4000), "$a".repeat(3000));
    let line = parse(&many);
    assert!(line.truncated);
    assert!(line.commands[1].line.as_str().len() < 5 * many.len());
    assert_eq!(last(&format!("a={};echo $a", "b".repeat(70_000))).line.as_str(), "echo $a");
    let appended = format!("a={};{}echo $a", "b".repeat(60_000), "a+=bbb;".repeat(900));
    assert_eq!(last(&appended).line.as_str().len(), "echo ".len() + 62_700);
    assert_eq!(last(&appended.replace("bbb;", "bbbbbbbb;")).line.as_str(), "echo $a");
    let names = (0..100).map(|number| format!("a{number}=x;")).collect::<Vec<_>>().concat();
    assert_eq!(last(&format!("{names}echo $a0 $a99")).line.as_str(), "echo x $a99");
}
