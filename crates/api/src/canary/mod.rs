//! What answers when somebody opens a canary token.
//!
//! Nothing of a request is ever in an answer. Whoever asks for a token that is not there, or was revoked, gets what most
//! tokens give: a picture of one pixel.

mod answer;
mod nonces;
mod server;
mod visits;

pub use answer::{BadServe, Serve};
pub use server::serve;
pub use visits::{Facts, Missed, Rate, Touch, Visit, Why};
