//! What a browser says of itself when it opens the page of a canary token, and what of it does not fit together.

mod compare;
mod facts;
mod languages;
mod renderings;
mod zones;

pub use compare::{Circumstances, compare};
pub use facts::{Facts, FactsError};
pub use renderings::{Renderings, RenderingsError};
