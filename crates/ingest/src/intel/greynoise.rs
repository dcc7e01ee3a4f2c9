//! GreyNoise: answers of the Community API, of the context of version 2 and of version 3
//! (<https://docs.greynoise.io/reference>), alone or in lists.

use serde_json::Value;
use vespid_model::body::Intel;
use vespid_model::listing::{Feed, Said};

use super::entry::{Entry, Odd, shortened};

/// What, beside `ip`, tells an answer from other things.
pub(super) const FIELDS: [&str; 6] = [
    "internet_scanner_intelligence",
    "business_service_intelligence",
    "classification",
    "noise",
    "riot",
    "seen",
];
/// A name that names nobody.
const NOBODY: &str = "unknown";
/// The tag under which rules know what GreyNoise says in a field of its own.
const TOR: &str = "tor_exit_node";

pub(super) fn said(entry: &Entry) -> Result<Said, Odd> {
    let ip = entry.ip("ip")?;
    let scanner = entry.part("internet_scanner_intelligence");
    let business = entry.part("business_service_intelligence");
    // Version 3 has the fields of version 2 one level deeper.
    let found = if entry.has("internet_scanner_intelligence") { &scanner } else { entry };
    let mut tags = tags(found);
    if found.flag("tor") || found.part("metadata").flag("tor") {
        tags.push(TOR.to_owned());
    }
    let mut name = None;
    for candidate in [found.name("actor")?, entry.name("name")?, business.name("name")?] {
        name = name.or(candidate.filter(|name| name != NOBODY));
    }
    let words = Intel {
        greynoise_classification: found.name("classification")?.map(|class| class.to_lowercase()),
        greynoise_name: name,
        greynoise_tags: tags,
        ..Intel::default()
    };
    Ok(Said::new(Feed::GreyNoise, ip, found.time("last_seen")?, words))
}

/// Names in version 2, objects in version 3.
fn tags(found: &Entry) -> Vec<String> {
    let Some(Value::Array(tags)) = found.value("tags") else { return Vec::new() };
    let name = |tag: &Value| match tag {
        Value::String(name) => Some(shortened(name)),
        Value::Object(tag) => tag.get("slug").or(tag.get("name")).and_then(Value::as_str).map(shortened),
        _ => None,
    };
    tags.iter().filter_map(name).collect()
}
