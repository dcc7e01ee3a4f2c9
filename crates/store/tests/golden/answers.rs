//! What the store says, in the shape of DECNET's documents.

use serde_json::{Value, json};
use vespid_attack::Catalogue;
use vespid_model::id::{CampaignId, IdentityId};
use vespid_model::rows::{NamedTechnique, Scope, TagWithEvidence, TechniqueRow, Techniques};
use vespid_model::{TechniqueId, UtcMicros};
use vespid_store::Store;

use super::data::shown;
use super::model::{only, sorted};

/// A time as DECNET's JSON has it: no zone, no fraction that is nothing.
pub(crate) fn time(time: UtcMicros) -> String {
    shown(time.to_string().trim_end_matches('Z'))
}

/// Seconds since 1970, as Python counts them from a time in UTC.
pub(crate) fn seconds(time: &str) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "as in Python")]
    let micros = UtcMicros::parse(time).unwrap().as_micros() as f64;
    micros / 1e6
}

/// None for an id that can be nobody's.
fn scope(kind: &str, id: &str) -> Option<Scope> {
    Scope::named(kind, id).ok()
}

pub(crate) async fn techniques(
    store: &Store,
    (kind, id): (&str, &str),
    attack: &Catalogue,
    columns: &[&str],
) -> Vec<Value> {
    let Some(scope) = scope(kind, id) else { return Vec::new() };
    let rows = match scope {
        Scope::Campaign(id) => of_campaign(store, id, attack).await,
        scope => {
            let rows = store.technique_list_named(&scope, attack).await.unwrap();
            rows.iter().map(|row| named(row, 0)).collect()
        }
    };
    sorted(rows.iter().map(|row| only(row, columns)).collect())
}

async fn of_campaign(store: &Store, id: CampaignId, attack: &Catalogue) -> Vec<Value> {
    let rows = store.technique_list_of_campaign(id, attack).await.unwrap();
    let plain = store.technique_list_named(&Scope::Campaign(id), attack).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.technique.clone()).collect::<Vec<_>>(), plain);
    rows.iter().map(|row| named(&row.technique, row.identity_count)).collect()
}

fn named(technique: &NamedTechnique, identity_count: u64) -> Value {
    let mut row = counted(&technique.row);
    let more = json!({
        "technique_name": technique.technique_name,
        "sub_technique_name": technique.sub_technique_name,
        "mitre_url": technique.mitre_url,
        "identity_count": identity_count,
    });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

fn counted(row: &TechniqueRow) -> Value {
    json!({
        "technique_id": row.technique.parent().to_string(),
        "sub_technique_id": sub(row.technique),
        "tactic": row.tactic.to_string(),
        "count": row.count,
        "first_seen": time(row.first_seen),
        "last_seen": time(row.last_seen),
        "confidence_max": f64::from(row.confidence_max),
    })
}

fn sub(technique: TechniqueId) -> Option<String> {
    technique.is_sub().then(|| technique.to_string())
}

pub(crate) async fn rollups(store: &Store, columns: &[&str]) -> Value {
    let mut all = serde_json::Map::new();
    let each = |found: vespid_model::rows::AttackerTechnique| {
        let rows = all.entry(found.attacker.to_string()).or_insert_with(|| json!([]));
        rows.as_array_mut().unwrap().push(only(&counted(&found.row), columns));
        true
    };
    store.attacker_techniques(each).await.unwrap();
    for rows in all.values_mut() {
        *rows = Value::from(sorted(rows.as_array().unwrap().clone()));
    }
    Value::Object(all)
}

pub(crate) async fn phases(store: &Store, identity: &str) -> Vec<Value> {
    let Ok(identity) = identity.parse::<IdentityId>() else { return Vec::new() };
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        // Small, so that pages have to be put together.
        let page = store.decky_phases(identity, 7, after).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.created_at, last.id));
        rows.extend(page);
    }
    assert!(rows.is_sorted_by_key(|row| row.created_at));
    let row = |row: &vespid_store::DeckyPhase| {
        let at = time(row.created_at);
        let document = json!({
            "decky_id": row.decky,
            "tactic": row.tactic.to_string(),
            "created_at_ts": seconds(&at),
        });
        (at, document)
    };
    let mut rows: Vec<_> = rows.iter().map(row).collect();
    rows.sort_by_key(|(at, row)| (at.clone(), row.to_string()));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The first tags of a list, page after page: the time of each and its document.
pub(crate) async fn list(
    store: &Store,
    (kind, id): (&str, &str),
    technique: Option<(&str, Option<&str>)>,
    limit: usize,
) -> Vec<(String, Value)> {
    let Some(scope) = scope(kind, id) else { return Vec::new() };
    let techniques = match technique {
        None => Techniques::All,
        Some((family, None)) => Techniques::Family(family.parse().unwrap()),
        Some((family, Some(""))) => Techniques::Exactly(family.parse().unwrap()),
        Some((_, Some(sub))) => Techniques::Exactly(sub.parse().unwrap()),
    };
    let (mut rows, mut after) = (Vec::new(), None);
    while rows.len() < limit {
        let asked = u32::try_from(limit - rows.len()).unwrap().min(13);
        let page = store.tag_list(&scope, techniques, asked, after).await.unwrap();
        rows.extend(page.rows.iter().map(|row| (time(row.tag.created_at), document(row))));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    rows
}

fn document(row: &TagWithEvidence) -> Value {
    let tag = &row.tag;
    json!({
        "uuid": tag.id.to_string(),
        "source_kind": tag.source_kind.to_string(),
        "source_id": tag.source_id,
        "attacker_uuid": tag.attacker.map(|id| id.to_string()),
        "identity_uuid": tag.identity.map(|id| id.to_string()),
        "session_id": tag.session,
        "decky_id": tag.decky,
        "tactic": tag.tactic.to_string(),
        "technique_id": tag.technique.parent().to_string(),
        "sub_technique_id": sub(tag.technique),
        "confidence": f64::from(tag.confidence),
        "rule_id": tag.rule.as_str(),
        "rule_version": tag.rule_version,
        "evidence": serde_json::from_str::<Value>(&row.evidence).unwrap(),
        "attack_release": format!("v{}", tag.release),
        "mitre_url": tag.technique.url(),
        "created_at": time(tag.created_at),
    })
}
