//! Where a text or a command was found.

use std::sync::Arc;

use crate::command::SimpleCommand;

/// What is common to the commands of a script.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    pub(crate) via: Vec<String>,
    pub(crate) parent_image: Option<Arc<str>>,
    pub(crate) user: Option<Arc<str>>,
    pub(crate) current_directory: Option<Arc<str>>,
}

impl Context {
    /// The command stands here.
    pub(crate) fn clone_into(&self, command: &mut SimpleCommand) {
        if !self.via.is_empty() {
            command.via.clone_from(&self.via);
        }
        command.parent_image.clone_from(&self.parent_image);
        command.user.clone_from(&self.user);
        command.current_directory.clone_from(&self.current_directory);
    }

    pub(crate) fn within(&self, label: &str) -> Self {
        let mut context = self.clone();
        context.via.push(label.to_owned());
        context
    }
}
