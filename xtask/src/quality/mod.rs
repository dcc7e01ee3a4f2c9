//! How well a labelled file's commands are named: a measurement. Rules are never tuned on it (data/quality/README.md).

mod labels;
mod namer;
mod print;
mod score;

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Result, bail};
use vespid_attack::Catalogue;

use namer::Namer;
use score::Score;

const HELP: &str = "cargo xtask quality [--rules DIR] [--misses] FILE.jsonl...";

/// Prints the score of each file.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let asked = Asked::read(args)?;
    let attack = Catalogue::default_release();
    let namer = Namer::new(asked.rules.as_deref(), attack)?;
    for path in &asked.files {
        let labels = labels::read(path, attack)?;
        let score = Score::of(&labels.commands, |command| namer.name(command), attack);
        match writeln!(io::stdout(), "{}", print::show(path, &labels, &score, attack, asked.misses)) {
            // Who reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            written => written?,
        }
    }
    Ok(())
}

#[derive(Default)]
struct Asked {
    files: Vec<PathBuf>,
    rules: Option<PathBuf>,
    misses: bool,
}

impl Asked {
    fn read(args: &[String]) -> Result<Self> {
        let mut asked = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--misses" => asked.misses = true,
                "--rules" => match args.next() {
                    Some(folder) => asked.rules = Some(folder.into()),
                    None => bail!("--rules needs a folder\n{HELP}"),
                },
                flag if flag.starts_with('-') => bail!("no option {flag}\n{HELP}"),
                file => asked.files.push(file.into()),
            }
        }
        if asked.files.is_empty() {
            bail!("no file\n{HELP}");
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// One hit, one named by its parent only, one miss, one command that must name nothing and does.
    #[test]
    fn a_small_file_is_scored() {
        let folder = tempfile::tempdir().unwrap();
        let rule = |name: &str, word: &str, technique: &str, confidence: &str| {
            let text = format!(
                "title: {name}\nname: {name}\ntags: [attack.{technique}]\n\
                 logsource: {{product: linux, category: process_creation}}\n\
                 detection: {{selection: {{CommandLine|contains: {word}}}, condition: selection}}\n\
                 vespid: {{confidence: {confidence}}}\n"
            );
            fs::write(folder.path().join(format!("{name}.yml")), text).unwrap();
        };
        rule("exact", "alpha", "t1059.004", "0.9");
        rule("sibling", "beta", "t1003.007", "0.9");
        rule("faint", "gamma", "t1082", "0.29");
        let file = folder.path().join("labels.jsonl");
        let lines = "\
            {\"command\": \"alpha\", \"technique_id\": \"T1059.004\"}\n\
            {\"command\": \"beta\", \"technique_id\": \"T1003.008\"}\n\
            {\"command\": \"gamma\", \"technique_id\": \"T1082\"}\n\
            \n\
            {\"command\": \"alpha beta\", \"technique_ids\": []}\n\
            {\"command\": \"delta\", \"technique_id\": null}\n\
            {\"command\": \"beta\", \"technique_ids\": [\"T1562.001\"]}\n";
        fs::write(&file, lines).unwrap();

        let attack = Catalogue::default_release();
        let namer = Namer::new(Some(folder.path()), attack).unwrap();
        let labels = labels::read(&file, attack).unwrap();
        assert_eq!((labels.commands.len(), labels.followed, labels.single), (5, 1, false));
        let score = Score::of(&labels.commands, |command| namer.name(command), attack);

        assert_eq!((score.wanted.exact, score.wanted.parent, score.wanted.all), (1, 2, 4));
        assert_eq!((score.named.exact, score.named.parent, score.named.all), (1, 2, 4));
        assert_eq!((score.plain, score.loud.len()), (2, 1));
        assert_eq!(score.misses.len(), 2);
        let shown = print::show(&file, &labels, &score, attack, true);
        for said in [
            "exact recall      25.0 %  1 of 4",
            "parent recall     50.0 %  2 of 4",
            "exact precision   25.0 %  1 of 4",
            "parent precision  50.0 %  2 of 4",
            "names a command   0.80    4 for 5",
            "must name nothing 2, of which 1 name something",
            "1 label of a revoked technique counts as its successor",
        ] {
            assert!(shown.contains(said), "no {said:?} in\n{shown}");
        }
        assert!(!shown.contains("one label a command"), "{shown}");
        assert!(shown.contains("beta  wanted T1003.008 T1685  named T1003.007"), "{shown}");
    }

    #[test]
    fn a_bad_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("labels.jsonl");
        for (line, said) in [
            ("{\"command\": \"x\", \"technique_id\": \"T9999\"}", "labels.jsonl:2: ATT&CK 19.2 has no T9999"),
            ("{\"command\": \"x\", \"technique\": \"T1082\"}", "labels.jsonl:2: "),
            ("{\"technique_id\": \"T1082\"}", "labels.jsonl:2: "),
        ] {
            fs::write(&file, format!("{{\"command\": \"a\", \"technique_id\": \"T1082\"}}\n{line}\n"))
                .unwrap();
            let error = format!("{:#}", labels::read(&file, Catalogue::default_release()).err().unwrap());
            assert!(error.contains(said), "{error}");
        }
    }
}
