//! The `vespid` block of a rule: version, confidence, examples.

use std::collections::BTreeMap;

use rsigma_parser::SigmaRule;
use serde::Deserialize;
use vespid_model::body::Command;
use vespid_model::{Body, SourceKind};

use super::Target;
use crate::problem::Fault;

/// An input for a rule: a typed line, or the fields of an event's body.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Example {
    /// A command line.
    Line(String),
    /// The body's fields under their stored names.
    Fields(serde_json::Map<String, serde_json::Value>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Custom {
    pub(super) version: Option<u32>,
    pub(super) confidence: Option<Setting>,
    pub(super) lifter: Option<String>,
    pub(super) examples: Examples,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Examples {
    pub(super) hits: Vec<Example>,
    pub(super) misses: Vec<Example>,
}

/// One confidence for all, or one for each technique.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Setting {
    One(f64),
    PerTechnique(BTreeMap<String, f64>),
}

impl Custom {
    pub(super) fn of(rule: &SigmaRule, target: Target) -> Result<Self, Fault> {
        let Some(value) = rule.custom_attributes.get("vespid") else { return Ok(Self::default()) };
        let custom: Self =
            yaml_serde::from_value(value.clone()).map_err(|error| Fault::BadCustom(error.to_string()))?;
        for example in custom.examples.hits.iter().chain(&custom.examples.misses) {
            example.body(target).map_err(Fault::BadCustom)?;
        }
        Ok(custom)
    }
}

impl Example {
    /// The event body that the example stands for.
    ///
    /// # Errors
    /// A sentence, when the example does not fit the kind of event.
    pub fn body(&self, target: Target) -> Result<Body, String> {
        match (self, target.kind()) {
            (Self::Line(text), Some(SourceKind::Command)) => {
                Ok(Body::Command(Command { command_text: text.clone(), script: false }))
            }
            (Self::Line(text), _) => {
                Err(format!("example {text:?}: an example of {target} is a map of fields"))
            }
            (Self::Fields(fields), kind) => {
                let mut fields = fields.clone();
                let kind = match kind {
                    Some(kind) => kind,
                    None => kind_of(&mut fields)?,
                };
                let shown = serde_json::Value::Object(fields.clone());
                Body::from_fields(kind, fields).map_err(|error| format!("example {shown}: {error}"))
            }
        }
    }
}

/// Rules that look at several kinds say in each example which one it is.
fn kind_of(fields: &mut serde_json::Map<String, serde_json::Value>) -> Result<SourceKind, String> {
    let kind = fields.remove("kind");
    let kind = kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    kind.parse().map_err(|_| "an example needs the kind of event".to_owned())
}
