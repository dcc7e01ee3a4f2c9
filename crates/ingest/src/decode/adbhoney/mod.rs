//! ADBHoney, an Android phone whose debugger is open.

pub(super) mod json;
pub(super) mod text;
