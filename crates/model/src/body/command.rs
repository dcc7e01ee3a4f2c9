//! A command line given to a shell.

use serde::{Deserialize, Serialize};

use super::fields::Fields;

/// A command line given to a shell, exactly as the sensor recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The whole line. A script that was run arrives as one text with line breaks.
    pub command_text: String,
    /// Was it a script that was run? Nobody typed it then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub script: bool,
}

impl Command {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.text("command_text", &self.command_text);
        if self.script {
            fields.show("script", &true);
        }
    }
}
