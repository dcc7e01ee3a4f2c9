//! `|expand`: values that the pack defines in a file of its own.
//!
//! ```yaml
//! expand:
//!   admins: [root, admin]
//!   staging: /tmp
//! ```

use std::collections::BTreeMap;

use rsigma_parser::{DetectionItem, Modifier, SigmaString, SigmaValue};
use serde::Deserialize;

use crate::problem::Fault;

/// Values of one item; a few placeholders in one text multiply.
const MOST: usize = 1000;

/// The placeholders of a pack with their values.
#[derive(Debug, Default)]
pub(crate) struct Placeholders(BTreeMap<String, Vec<String>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    expand: BTreeMap<String, Values>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(String),
    Many(Vec<String>),
}

impl Placeholders {
    /// Takes in the text of a file when it is one of placeholders. Values of the same name come together.
    ///
    /// # Errors
    /// [`Fault::Unreadable`], when the file begins as one and is none.
    pub(crate) fn take(&mut self, text: &str) -> Result<bool, Fault> {
        let mut lines = text.lines().filter(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#') && line != "---"
        });
        if !lines.next().is_some_and(|line| line.starts_with("expand:")) {
            return Ok(false);
        }
        let file: File = yaml_serde::from_str(text)
            .map_err(|error| Fault::Unreadable(format!("placeholders: {error}")))?;
        for (name, values) in file.expand {
            let own = self.0.entry(name).or_default();
            match values {
                Values::One(value) => own.push(value),
                Values::Many(values) => own.extend(values),
            }
        }
        Ok(true)
    }

    /// Puts in the values of an item's placeholders, and takes `|expand` away.
    pub(super) fn fill(&self, item: &mut DetectionItem, used: &mut Vec<String>) -> Result<(), Fault> {
        if !item.field.has_modifier(Modifier::Expand) {
            return Ok(());
        }
        let is_pattern = item.field.has_modifier(Modifier::Re);
        let mut values = Vec::new();
        for value in &item.values {
            let SigmaValue::String(text) = value else {
                values.push(value.clone());
                continue;
            };
            values.extend(self.filled(&text.original, used)?.into_iter().map(|text| {
                SigmaValue::String(if is_pattern {
                    SigmaString::from_raw(&text)
                } else {
                    SigmaString::new(&text)
                })
            }));
        }
        item.values = values;
        item.field.modifiers.retain(|modifier| *modifier != Modifier::Expand);
        Ok(())
    }

    /// A text with each value of each placeholder.
    fn filled(&self, text: &str, used: &mut Vec<String>) -> Result<Vec<String>, Fault> {
        let mut texts = vec![String::new()];
        // Between two % is a name: every second part.
        let mut parts = text.split('%').peekable();
        let mut is_name = false;
        while let Some(part) = parts.next() {
            let is_closed = parts.peek().is_some();
            if is_name && is_closed {
                let values = self.0.get(part).filter(|values| !values.is_empty());
                let values = values.ok_or_else(|| Fault::UndefinedPlaceholder(part.to_owned()))?;
                if texts.len().saturating_mul(values.len()) > MOST {
                    return Err(Fault::BadPlaceholder(format!("{text}: more than {MOST} values")));
                }
                texts = texts
                    .iter()
                    .flat_map(|text| values.iter().map(move |value| format!("{text}{value}")))
                    .collect();
                used.push(part.to_owned());
            } else {
                let before = if is_name { "%" } else { "" };
                for text in &mut texts {
                    text.push_str(before);
                    text.push_str(part);
                }
            }
            is_name = !is_name;
        }
        Ok(texts)
    }

    /// The definitions of these placeholders, as a file would have them.
    pub(crate) fn text(&self, names: &[String]) -> String {
        let own: BTreeMap<_, _> = self.0.iter().filter(|(name, _)| names.contains(name)).collect();
        yaml_serde::to_string(&BTreeMap::from([("expand", own)])).unwrap_or_default()
    }
}
