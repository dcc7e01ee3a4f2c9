//! What one line may cost. The only test of its file, so that it has a process of its own to measure.

use vespid_shell::parse;

/// The most memory that this process ever had, in kilobytes; None where nobody tells.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn nested(open: &str, inner: String, close: &str) -> String {
    (0..16).fold(inner, |text, _| format!("{open}{text}{close}"))
}

#[test]
fn no_line_takes_much_memory() {
    let long = "x".repeat(900_000);
    for text in [
        format!("find / > {long} {}", "-exec a \\; ".repeat(1000)),
        nested("eval $(", format!("id {long}"), ")"),
        nested("sh -c \"$(", format!("id {long}"), ")\""),
        nested("eval `", format!("id {long}"), "`"),
        format!("{}{}", "sudo ".repeat(20), "a'b'".repeat(230_000)),
        format!("{}{};", "sudo ".repeat(16), "a ".repeat(4000)).repeat(128),
        format!("sudo {}", "\\a".repeat(500_000)),
        "``".repeat(500_000),
        format!("{{{}}}", "a,".repeat(500_000)),
        "<<A ".repeat(250_000) + "\nx\nA\n",
        "for i in ".to_owned() + &"$(a) ".repeat(200_000),
        format!("$({}", "(".repeat(1_000_000)),
    ] {
        let line = parse(&text);
        assert!(!line.commands.is_empty(), "{text:.40}...");
        if let Some(peak) = peak() {
            assert!(peak < 60_000, "{peak} kB for {text:.40}...");
        }
    }
}
