//! Who sits at the keyboard.

use std::env;

/// By what the system says; `unknown` where it says nothing.
pub(super) fn login_name() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| env::var(name).ok());
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}
