//! The rules that run, and those that follow them when files change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use vespid_attack::Catalogue;
use vespid_engine::{Engine, Pack, Problem, RuleFile};

use crate::rules;

/// Rules compiled from files.
pub(super) struct Running {
    pub(super) engine: Arc<Engine>,
    /// What they were compiled from: of a file that became worse, the text of before.
    files: Vec<RuleFile>,
    /// What was on the disk then.
    seen: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

/// What takes the place of rules that run.
pub(super) struct Next {
    pub(super) running: Running,
    /// What is wrong that was not wrong before.
    pub(super) problems: Vec<String>,
}

impl Running {
    pub(super) fn new(files: Vec<RuleFile>, engine: Engine, problems: Vec<Problem>) -> Self {
        let seen = texts(&files);
        Self { engine: Arc::new(engine), files, seen, problems }
    }

    /// The rules of these files; None when they are the same as before. Of a file with a fault the text of before goes
    /// on running, if there was one; a file that is gone takes its rules along.
    pub(super) fn next(&self, disk: Vec<RuleFile>, attack: &Catalogue) -> Option<Next> {
        let seen = texts(&disk);
        if seen == self.seen {
            return None;
        }
        let changed: BTreeSet<&str> = seen
            .iter()
            .filter(|(path, text)| self.seen.get(*path) != Some(*text))
            .map(|(path, _)| path.as_str())
            .collect();
        let old: BTreeMap<&str, &RuleFile> = self.files.iter().map(|file| (&*file.path, file)).collect();
        let stays = |file: RuleFile, keep: bool| match old.get(&*file.path) {
            Some(old) if keep => (*old).clone(),
            _ => file,
        };
        let files: Vec<_> = disk
            .into_iter()
            .map(|file| {
                let keep = !changed.contains(&*file.path);
                stays(file, keep)
            })
            .collect();
        let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
        let faulty: BTreeSet<String> = problems
            .iter()
            .map(|problem| problem.path.clone())
            .filter(|path| changed.contains(&**path) && old.contains_key(&**path))
            .collect();
        let told = problems
            .iter()
            .filter(|problem| changed.contains(&*problem.path) || !self.problems.contains(problem));
        let told = rules::said(&told.cloned().collect::<Vec<_>>(), &files);
        let running = if faulty.is_empty() {
            Self { engine: Arc::new(engine), files, seen, problems }
        } else {
            let files: Vec<_> = files
                .into_iter()
                .map(|file| {
                    let keep = faulty.contains(&file.path);
                    stays(file, keep)
                })
                .collect();
            let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
            Self { engine: Arc::new(engine), files, seen, problems }
        };
        Some(Next { running, problems: told })
    }
}

fn texts(files: &[RuleFile]) -> BTreeMap<String, String> {
    files.iter().map(|file| (file.path.clone(), file.text.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, word: &str) -> RuleFile {
        let text = format!(
            "title: {word}\nname: {path}\ntags: [attack.t1082]\n\
             logsource: {{product: linux, category: process_creation}}\n\
             detection: {{selection: {{CommandLine|contains: {word}}}, condition: selection}}\n"
        );
        RuleFile { path: path.to_owned(), text }
    }

    fn broken(path: &str) -> RuleFile {
        RuleFile { path: path.to_owned(), text: "title: [".to_owned() }
    }

    fn titles(running: &Running) -> Vec<&str> {
        running.engine.rules().iter().map(|rule| &*rule.title).collect()
    }

    #[test]
    fn good_files_follow_and_bad_ones_leave_what_was() {
        let attack = Catalogue::default_release();
        let files = vec![file("a", "apple"), file("b", "berry")];
        let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
        let first = Running::new(files.clone(), engine, problems);
        assert!(first.next(files, attack).is_none());

        let next = first.next(vec![broken("a"), file("b", "bean"), broken("c")], attack).unwrap();
        assert_eq!(titles(&next.running), ["apple", "bean"]);
        let told: Vec<_> = next.problems.iter().map(|told| &told[..8]).collect();
        assert_eq!(told, ["a:2: E00", "c:2: E00"]);
        let second = next.running;
        assert!(second.next(vec![broken("a"), file("b", "bean"), broken("c")], attack).is_none());

        // Another file changes: the broken one is not told again and still runs as it was.
        let next = second.next(vec![broken("a"), file("b", "beet"), broken("c")], attack).unwrap();
        assert_eq!((titles(&next.running), next.problems.len()), (vec!["apple", "beet"], 0));
        let next = next.running.next(vec![file("a", "almond"), file("c", "cherry")], attack).unwrap();
        assert_eq!((titles(&next.running), next.problems.len()), (vec!["almond", "cherry"], 0));
        let next = next.running.next(Vec::new(), attack).unwrap();
        assert!(titles(&next.running).is_empty());
    }
}
