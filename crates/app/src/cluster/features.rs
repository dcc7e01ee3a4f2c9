//! What edges rest on, as JSON.

use serde_json::{Value, json};
use vespid_cluster::{CampaignEdge, Evidence, Feature, Likeness};

/// The features of an edge between attackers: what kind of thing, its weight in thousandths, the values with how many
/// attackers have them, or how alike their habits are.
pub(super) fn of_edge(evidence: &Evidence) -> String {
    Value::from(evidence.features.iter().map(feature).collect::<Vec<_>>()).to_string()
}

fn feature(feature: &Feature) -> Value {
    let (kind, weight) = (feature.class.as_str(), feature.weight);
    match &feature.likeness {
        Likeness::Shared { count, values } => {
            let values: Vec<_> = values
                .iter()
                .map(|value| {
                    let shown = value.observable.value();
                    json!({ "value": shown, "attackers": value.holders, "weight": value.weight })
                })
                .collect();
            json!({ "kind": kind, "weight": weight, "count": count, "values": values })
        }
        Likeness::Alike { shared, all, holders } => {
            json!({ "kind": kind, "weight": weight, "shared": shared, "all": all, "attackers": holders })
        }
    }
}

/// The same for two identities of a campaign.
pub(super) fn of_campaign_edge(edge: &CampaignEdge) -> String {
    let shared: Vec<_> = edge
        .shared
        .iter()
        .map(|(observable, identities)| {
            json!({ "kind": observable.kind(), "value": observable.value(), "identities": identities })
        })
        .collect();
    let hand_over = edge
        .hand_over
        .as_ref()
        .map(|it| json!({ "decky": it.decky, "ended": it.ended.to_string(), "began": it.began.to_string() }));
    json!({ "told": edge.told, "shared": shared, "hand_over": hand_over }).to_string()
}
