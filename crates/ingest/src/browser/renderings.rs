//! What known tools draw and sound like: hashes that somebody took down from them.

use std::collections::HashMap;

use vespid_model::body::TOOLS;

use super::Facts;

/// Bytes of a list.
const LONGEST: usize = 1 << 20;

/// Hashes of canvases and sounds, each with the tool whose they are. Empty by default: what a tool draws depends on its
/// version and on the machine, so nobody else's list is right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renderings(HashMap<String, &'static str>);

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderingsError {
    /// It is no list of hashes.
    #[error("longer than {LONGEST} bytes")]
    TooLong,
    /// A line that is none.
    #[error("line {line}: expected the sixteen digits of a hash and a tool, which is one of {}", TOOLS.join(", "))]
    Bad {
        /// Which line, from 1 on.
        line: usize,
    },
}

impl Renderings {
    /// Reads a list: a hash and a tool a line, with blanks between them; `#` begins a comment.
    ///
    /// # Errors
    /// [`RenderingsError`] that names the line that is none.
    pub fn parse(text: &str) -> Result<Self, RenderingsError> {
        if text.len() > LONGEST {
            return Err(RenderingsError::TooLong);
        }
        let mut known = HashMap::new();
        for (line, text) in (1..).zip(text.lines()) {
            let words: Vec<&str> = text.split('#').next().unwrap_or_default().split_whitespace().collect();
            match *words.as_slice() {
                [] => {}
                [hash, tool] if is_hash(hash) => {
                    let tool = TOOLS.into_iter().find(|known| known.eq_ignore_ascii_case(tool));
                    known.insert(hash.to_ascii_lowercase(), tool.ok_or(RenderingsError::Bad { line })?);
                }
                _ => return Err(RenderingsError::Bad { line }),
            }
        }
        Ok(Self(known))
    }

    /// The tool that draws or sounds as a browser does.
    pub(super) fn tool(&self, facts: &Facts) -> Option<&'static str> {
        let hashes = [&facts.canvas_hash, &facts.audio_hash];
        hashes.into_iter().flatten().find_map(|hash| self.0.get(&hash.to_ascii_lowercase())).copied()
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_tools_by_hash() {
        let list =
            "# taken down here\n0123456789ABCDEF puppeteer # version 24\n\nfedcba9876543210\tSelenium\n";
        let known = Renderings::parse(list).unwrap();
        let facts = |canvas: Option<&str>, audio: Option<&str>| Facts {
            canvas_hash: canvas.map(str::to_owned),
            audio_hash: audio.map(str::to_owned),
            ..Facts::default()
        };
        assert_eq!(known.tool(&facts(Some("0123456789abcdef"), None)), Some("puppeteer"));
        assert_eq!(known.tool(&facts(Some("0000000000000000"), Some("fedcba9876543210"))), Some("selenium"));
        assert_eq!(known.tool(&facts(Some("0000000000000000"), None)), None);
        assert_eq!(known.tool(&facts(None, None)), None);
        assert_eq!(Renderings::parse(""), Ok(Renderings::default()));
    }

    #[test]
    fn what_is_no_list_is_named_by_its_line() {
        for (list, line) in [
            ("0123456789abcdef", 1),
            ("0123456789abcdef mosaic", 1),
            ("\n012 puppeteer", 2),
            ("0123456789abcdeg puppeteer", 1),
            ("0123456789abcdef puppeteer selenium", 1),
        ] {
            assert_eq!(Renderings::parse(list), Err(RenderingsError::Bad { line }), "{list}");
        }
        assert_eq!(Renderings::parse(&"\n".repeat(LONGEST + 1)), Err(RenderingsError::TooLong));
    }
}
