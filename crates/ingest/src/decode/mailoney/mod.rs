//! Mailoney's `commands.log`: what was sent to a mail service, line by line, as JSON, in older versions as text. All
//! lines of a connection have the time of its beginning, so that the same one twice is one event.

pub(super) mod json;
pub(super) mod text;

use vespid_model::Body;

use super::origin::Origin;
use super::service::command_line;
use super::{Decoded, Passed, mail};

/// The name of a sensor that names itself nowhere, and its port.
const DECKY: &str = "mailoney";
const PORT: u16 = 25;

fn sent(origin: &Origin<'_>, data: &str) -> Decoded {
    let data = data.trim();
    if data.is_empty() {
        return Decoded::Passed(Passed::Housekeeping);
    }
    // A command is one line; more of them, with headers, are a message.
    let email = data.contains('\n').then(|| mail::message(data)).flatten();
    origin.events([match email {
        Some(email) => Body::Email(Box::new(email)),
        None => command_line("smtp", data),
    }])
}
