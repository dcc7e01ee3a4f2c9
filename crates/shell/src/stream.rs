//! What is known of what commands put out.

use crate::mapped::Mapped;

/// A text that flows out of a command.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(crate) text: Mapped,
    /// What made it from what was typed, in the order in which that was applied, for example `base64 -d`.
    pub(crate) made_by: Vec<&'static str>,
}

impl Stream {
    /// A text as it was typed.
    pub(crate) const fn typed(text: Mapped) -> Self {
        Self { text, made_by: Vec::new() }
    }
}
