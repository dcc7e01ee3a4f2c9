//! Heralding, which offers logins and lets nobody in. An attempt stands in both of its logs and is one event, because
//! both say the same of it. Times are UTC.

pub(super) mod auth;
pub(super) mod session;

use vespid_model::Body;

use super::service::login;

/// The name of a sensor that names itself nowhere.
const DECKY: &str = "heralding";

/// A login. One without name and password had neither: VNC has a challenge only. What MySQL is given is a hash of the
/// password and a challenge.
fn attempt(service: &str, username: &str, password: &str) -> Body {
    let none = service == "mysql" || (password.is_empty() && username.is_empty());
    let password = Some(password).filter(|_| !none);
    login(service, username, password, false)
}
