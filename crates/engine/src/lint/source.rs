//! A rule file's text, and where things are in it.

use std::ops::Range;

use yaml_serde::Value;

/// A place in a file, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// The documents of a file.
pub(super) struct Source<'a> {
    pub(super) documents: Vec<Document<'a>>,
}

/// One document of a file.
pub(super) struct Document<'a> {
    /// How many lines of the file are before it.
    before: u32,
    pub(super) text: &'a str,
    /// Null where it is no YAML.
    pub(super) value: Value,
}

impl<'a> Source<'a> {
    /// Takes a file apart at its `---` lines, which YAML knows nowhere but between documents.
    pub(super) fn new(text: &'a str) -> Self {
        let mut documents = Vec::new();
        let (mut begin, mut before, mut here, mut line) = (0, 0, 0, 0);
        for piece in text.split_inclusive('\n') {
            if is_marker(piece) {
                documents.push(Document::new(before, text.get(begin..here).unwrap_or_default()));
                begin = here + piece.len();
                before = line + 1;
            }
            here += piece.len();
            line += 1;
        }
        documents.push(Document::new(before, text.get(begin..).unwrap_or_default()));
        documents.retain(|document| !document.is_blank());
        Self { documents }
    }

    /// The document of a rule; the last one of several that have its name. The only one, where no name is known.
    pub(super) fn of(&self, rule: Option<&str>) -> Option<&Document<'a>> {
        let named = |document: &&Document<'_>| rule.is_some() && document.name() == rule;
        self.documents.iter().rev().find(named).or_else(|| self.documents.first())
    }
}

impl<'a> Document<'a> {
    fn new(before: u32, text: &'a str) -> Self {
        Self { before, text, value: yaml_serde::from_str(text).unwrap_or(Value::Null) }
    }

    fn is_blank(&self) -> bool {
        self.text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    }

    /// Its `name`, else its `id`.
    pub(super) fn name(&self) -> Option<&str> {
        self.string("name").or_else(|| self.string("id"))
    }

    /// A text of the document itself.
    pub(super) fn string(&self, key: &str) -> Option<&str> {
        self.value.get(key)?.as_str()
    }

    /// Where it begins.
    pub(super) fn begin(&self) -> Place {
        let first = self.text.find(|char: char| !char.is_whitespace()).unwrap_or(0);
        self.place(first)
    }

    /// Where a key is, by the keys from the document's own to it; as far as the keys can be found.
    pub(super) fn key(&self, path: &[&str]) -> Place {
        self.find(path).map_or_else(|| self.begin(), |(found, _)| self.place(found.start))
    }

    /// Where a text is written within the value of a key, as it is or in one of YAML's quotes; else where the key is.
    pub(super) fn written(&self, path: &[&str], value: &str) -> Place {
        let found = if path.is_empty() { Some((0..0, 0..self.text.len())) } else { self.find(path) };
        let Some((key, inside)) = found else { return self.begin() };
        let block = self.text.get(inside.clone()).unwrap_or_default();
        let single = value.replace('\'', "''");
        let double = value.replace('\\', "\\\\").replace('"', "\\\"");
        let first = value.lines().next().unwrap_or_default().trim();
        let found = [value, single.as_str(), double.as_str(), first]
            .into_iter()
            .filter(|form| !form.is_empty())
            .find_map(|form| block.find(form));
        self.place(found.map_or(key.start, |found| inside.start + found))
    }

    /// A place of the file from a line and a column of this document, both from 1.
    pub(super) fn at(&self, line: u32, column: u32) -> Place {
        Place { line: self.before.saturating_add(line), column }
    }

    fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or_default();
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        self.at(number(line), number(column))
    }

    /// The bytes of the last key of a path that can be found, and those of its value.
    fn find(&self, path: &[&str]) -> Option<(Range<usize>, Range<usize>)> {
        let (mut found, mut inside) = (None, 0..self.text.len());
        for key in path {
            let Some(own) = self.key_in(key, inside.clone()) else { break };
            inside = own.end..self.end_of_value(&own);
            found = Some(own);
        }
        found.map(|key| (key, inside))
    }

    /// The first place in a range where a key stands: at the begin of a line or of a part of it, before a colon.
    fn key_in(&self, key: &str, range: Range<usize>) -> Option<Range<usize>> {
        let inside = self.text.get(range.clone())?;
        inside.match_indices(key).map(|(at, _)| range.start + at..range.start + at + key.len()).find(
            |found| {
                let before = self.text.get(..found.start).unwrap_or_default();
                let before = before.strip_suffix(['"', '\'']).unwrap_or(before).trim_end_matches([' ', '\t']);
                let after = self.text.get(found.end..).unwrap_or_default();
                let after = after.strip_prefix(['"', '\'']).unwrap_or(after);
                (before.is_empty() || before.ends_with(['\n', '{', ',', '-'])) && after.starts_with(':')
            },
        )
    }

    /// The end of the lines that are deeper than the line of a key.
    fn end_of_value(&self, key: &Range<usize>) -> usize {
        let begin = self.text.get(..key.start).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
        let line = self.text.get(begin..).unwrap_or_default();
        let depth = depth(line);
        let mut end = begin;
        for (number, line) in line.split_inclusive('\n').enumerate() {
            let is_content = !line.trim().is_empty();
            let list = line.trim_start().starts_with("- ") && self::depth(line) == depth;
            if number > 0 && is_content && self::depth(line) <= depth && !list {
                break;
            }
            end += line.len();
        }
        end
    }
}

/// How far in a line begins.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.trim().is_empty() || rest.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# two rules\ntitle: A\nname: a\ntags:\n- attack.t1082\ndetection:\n    selection:\n        \
                        CommandLine|re: 'it''s'\n    condition: selection\n---\ntitle: B\nid: b\n\
                        detection: {selection: {Image: x}, condition: selection}\nlevel: high\n";

    #[test]
    fn places_are_those_of_the_file() {
        let source = Source::new(TEXT);
        let at = |place: Place| (place.line, place.column);
        let (a, b) = (source.of(Some("a")).unwrap(), source.of(Some("b")).unwrap());
        assert_eq!(at(a.key(&["detection", "selection"])), (7, 5));
        assert_eq!(at(a.key(&["detection", "condition"])), (9, 5));
        assert_eq!(at(a.key(&["detection", "nothing"])), (6, 1));
        assert_eq!(at(a.written(&["detection"], "it's")), (8, 26));
        assert_eq!(at(a.written(&["tags"], "attack.t1082")), (5, 3));
        assert_eq!(at(b.key(&["detection", "selection", "Image"])), (13, 25));
        assert_eq!(at(b.key(&["detection", "condition"])), (13, 36));
        assert_eq!(at(b.key(&["level"])), (14, 1));
        assert_eq!(at(b.begin()), (11, 1));
    }
}
