//! What a browser says of itself when it opens the page of a canary token, and what of it does not fit together.

mod compare;
mod facts;
mod languages;
mod renderings;
mod zones;

pub use compare::{Circumstances, compare};
pub use facts::{Facts, FactsError};
pub use renderings::{Renderings, RenderingsError};

/// What a table says of a country: of its lines, each a country, a tab and this, the one that begins with it.
fn row<'t>(table: &'t str, country: &str) -> Option<&'t str> {
    table.lines().find_map(|line| line.strip_prefix(country)?.strip_prefix('\t'))
}
