//! What DECNET's methods say of the source's rows, with some corrections: written from what they are to say, sharing
//! nothing with the store but the catalogue's names.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};
use vespid_attack::Catalogue;
use vespid_model::TechniqueId;
use vespid_model::release::Release;

use super::data::{Golden, Row, shown};
use super::fixes::{Fix, Fixes};

pub(crate) struct Model {
    tags: Vec<Tag>,
    /// Each with the identity it is linked to.
    pub(crate) attackers: HashMap<String, Option<String>>,
    identities: HashMap<String, Pointing>,
    campaigns: HashMap<String, Option<String>>,
    pub(crate) rows: HashMap<&'static str, Vec<Row>>,
    pub(crate) attack: &'static Catalogue,
}

struct Pointing {
    campaign: Option<String>,
    merged: Option<String>,
}

/// A tag, and what its document says of it.
struct Tag {
    attacker: Option<String>,
    identity: Option<String>,
    session: Option<String>,
    decky: Option<String>,
    tactic: String,
    technique: String,
    sub: Option<String>,
    confidence: f64,
    created_at: String,
    document: Row,
}

/// A list of tags that a limit may have cut.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct List {
    pub(crate) total: usize,
    /// Those whose place in the list does not depend on the order of ties, newest first, ties by their text.
    pub(crate) rows: Vec<Value>,
    /// The time of the tie that the limit cuts, how many of it are in the list, and which there are.
    pub(crate) boundary: Option<(String, usize, BTreeSet<String>)>,
}

fn text(row: &Row, column: &str) -> Option<String> {
    row[column].as_str().map(str::to_owned)
}

impl Model {
    pub(crate) fn of(golden: &Golden) -> Self {
        let all = |table: &'static str| (table, golden.rows("full.db", &format!("SELECT * FROM {table}")));
        let rows = HashMap::from(
            ["campaigns", "attacker_identities", "attackers", "canary_triggers", "ttp_tag"].map(all),
        );
        let key = |row: &Row| text(row, "uuid").unwrap();
        let pointing = |row: &Row| Pointing {
            campaign: text(row, "campaign_id"),
            merged: text(row, "merged_into_uuid"),
        };
        Self {
            tags: rows["ttp_tag"].iter().map(tag).collect(),
            attackers: rows["attackers"].iter().map(|row| (key(row), text(row, "identity_id"))).collect(),
            identities: rows["attacker_identities"].iter().map(|row| (key(row), pointing(row))).collect(),
            campaigns: rows["campaigns"]
                .iter()
                .map(|row| (key(row), text(row, "merged_into_uuid")))
                .collect(),
            rows,
            attack: Catalogue::bundled(Release::new(18, 1)).unwrap(),
        }
    }

    /// The end of an identity's pointers; the data have no circles.
    fn root(&self, identity: &str) -> String {
        let mut at = identity;
        while let Some(next) = self.identities.get(at).and_then(|it| it.merged.as_deref()) {
            at = next;
        }
        at.to_owned()
    }

    fn root_of_campaign(&self, campaign: &str) -> String {
        let mut at = campaign;
        while let Some(Some(next)) = self.campaigns.get(at) {
            at = next;
        }
        at.to_owned()
    }

    fn tags(&self, fixes: Fixes) -> Vec<&Tag> {
        let there = |tag: &&Tag| {
            tag.attacker.as_ref().is_none_or(|id| self.attackers.contains_key(id))
                && tag.identity.as_ref().is_none_or(|id| self.identities.contains_key(id))
        };
        self.tags.iter().filter(|tag| !fixes.has(Fix::Ghosts) || there(tag)).collect()
    }

    /// The identity that a tag's attacker is linked to.
    fn projected(&self, tag: &Tag) -> Option<&String> {
        self.attackers.get(tag.attacker.as_ref()?)?.as_ref()
    }

    fn in_scope(&self, scope: &str, id: &str, fixes: Fixes) -> Vec<&Tag> {
        let mut tags = self.tags(fixes);
        match scope {
            "fleet" => {}
            "attacker" => tags.retain(|tag| tag.attacker.as_deref() == Some(id)),
            "session" => tags.retain(|tag| tag.session.as_deref() == Some(id)),
            "identity" => {
                let root = self.root(id);
                let is_it = |identity: &String| {
                    if fixes.has(Fix::Merged) { self.root(identity) == root } else { identity == id }
                };
                tags.retain(|tag| {
                    tag.identity.as_ref().is_some_and(is_it) || self.projected(tag).is_some_and(is_it)
                });
            }
            "campaign" => tags.retain(|tag| !self.identities_in(tag, id, fixes).is_empty()),
            _ => panic!("{scope}"),
        }
        tags
    }

    /// The identities of a campaign that a tag is of.
    fn identities_in(&self, tag: &Tag, campaign: &str, fixes: Fixes) -> BTreeSet<String> {
        let projected = self.projected(tag).filter(|_| fixes.has(Fix::Campaigns));
        let of = tag.identity.iter().chain(projected);
        of.filter_map(|identity| {
            let identity = if fixes.has(Fix::Merged) { self.root(identity) } else { identity.clone() };
            let its = self.identities.get(&identity)?.campaign.as_ref()?;
            let same = if fixes.has(Fix::Merged) {
                self.root_of_campaign(its) == self.root_of_campaign(campaign)
            } else {
                its == campaign
            };
            same.then_some(identity)
        })
        .collect()
    }

    /// Rows of techniques, in the order of their texts; `columns` are those that the method tells.
    pub(crate) fn techniques(&self, scope: &str, id: &str, fixes: Fixes, columns: &[&str]) -> Vec<Value> {
        let mut groups: BTreeMap<(String, Option<String>, String), Vec<&Tag>> = BTreeMap::new();
        for tag in self.in_scope(scope, id, fixes) {
            let tactic = if fixes.has(Fix::Tactics) { tag.tactic.clone() } else { String::new() };
            groups.entry((tag.technique.clone(), sub(tag, fixes), tactic)).or_default().push(tag);
        }
        let row = |((technique, sub, _), tags): ((String, Option<String>, String), Vec<&Tag>)| {
            let identities: BTreeSet<String> = match scope {
                "campaign" => tags.iter().flat_map(|tag| self.identities_in(tag, id, fixes)).collect(),
                _ => BTreeSet::new(),
            };
            let named = self.named(&technique, sub.as_deref());
            let confidence = tags.iter().map(|tag| tag.confidence).fold(0.0, f64::max);
            let mut row = json!({
                "technique_id": technique,
                "sub_technique_id": sub,
                "tactic": tags.iter().map(|tag| &tag.tactic).max(),
                "count": tags.len(),
                "first_seen": tags.iter().map(|tag| &tag.created_at).min(),
                "last_seen": tags.iter().map(|tag| &tag.created_at).max(),
                "confidence_max": confidence,
                "identity_count": identities.len(),
            });
            row.as_object_mut().unwrap().extend(named);
            only(&row, columns)
        };
        sorted(groups.into_iter().map(row).collect())
    }

    /// The same for every attacker that has any.
    pub(crate) fn rollups(&self, fixes: Fixes, columns: &[&str]) -> Value {
        let attackers: BTreeSet<&String> =
            self.tags(fixes).into_iter().filter_map(|tag| tag.attacker.as_ref()).collect();
        let of = |id: &String| (id.clone(), Value::from(self.techniques("attacker", id, fixes, columns)));
        Value::Object(attackers.into_iter().map(of).collect())
    }

    /// The names that the catalogue has; an empty sub-technique has none.
    fn named(&self, technique: &str, sub: Option<&str>) -> Row {
        let id = |text: &str| text.parse::<TechniqueId>().ok();
        let name = |id: Option<TechniqueId>| id.and_then(|id| self.attack.full_name(id));
        let of_url = sub.filter(|sub| !sub.is_empty()).unwrap_or(technique);
        let url = id(of_url).and_then(|id| Some(self.attack.technique(id)?.id.url()));
        let names = json!({
            "technique_name": name(id(technique)),
            "sub_technique_name": sub.and_then(|sub| name(id(sub))),
            "mitre_url": url,
        });
        names.as_object().unwrap().clone()
    }

    pub(crate) fn phases(&self, identity: &str, fixes: Fixes) -> Vec<Value> {
        let mut rows: Vec<(&String, Value)> = Vec::new();
        for tag in self.in_scope("identity", identity, fixes) {
            if let Some(decky) = &tag.decky {
                let time = super::answers::seconds(&tag.created_at);
                let row = json!({ "decky_id": decky, "tactic": tag.tactic, "created_at_ts": time });
                rows.push((&tag.created_at, row));
            }
        }
        rows.sort_by_key(|(time, row)| ((*time).clone(), row.to_string()));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Tags of a scope, of a technique and its sub-techniques, or of one sub-technique.
    pub(crate) fn list(
        &self,
        (scope, id): (&str, &str),
        technique: Option<(&str, Option<&str>)>,
        limit: usize,
        fixes: Fixes,
    ) -> List {
        let mut tags = self.in_scope(scope, id, fixes);
        if let Some((technique, wanted)) = technique {
            let none =
                |text: Option<String>| text.filter(|text| !text.is_empty() || !fixes.has(Fix::EmptySub));
            tags.retain(|tag| {
                tag.technique == technique
                    && wanted.is_none_or(|wanted| sub(tag, fixes) == none(Some(wanted.to_owned())))
            });
        }
        let rows = tags.iter().map(|tag| (tag.created_at.clone(), Value::Object(document(tag, fixes))));
        List::cut(rows.collect(), limit)
    }
}

impl List {
    /// What a limit leaves of these tags.
    pub(crate) fn cut(mut rows: Vec<(String, Value)>, limit: usize) -> Self {
        rows.sort_by(|a, b| (&b.0, a.1.to_string()).cmp(&(&a.0, b.1.to_string())));
        let total = rows.len().min(limit);
        let tie = rows.get(limit.wrapping_sub(1)).map(|row| row.0.clone());
        let cut = tie.filter(|time| rows.get(limit).is_some_and(|next| next.0 == *time));
        let boundary = cut.map(|time| {
            let above = rows.iter().take_while(|row| row.0 > time).count();
            let tied = rows[above..].iter().take_while(|row| row.0 == time);
            let ids = tied.map(|row| row.1["uuid"].as_str().unwrap().to_owned()).collect();
            rows.truncate(above);
            (time, total - above, ids)
        });
        rows.truncate(total);
        Self { total, rows: rows.into_iter().map(|row| row.1).collect(), boundary }
    }
}

/// The sub-technique that a tag is counted under.
fn sub(tag: &Tag, fixes: Fixes) -> Option<String> {
    tag.sub.clone().filter(|sub| !sub.is_empty() || !fixes.has(Fix::EmptySub))
}

fn document(tag: &Tag, fixes: Fixes) -> Row {
    let mut document = tag.document.clone();
    let sub = sub(tag, fixes);
    if fixes.has(Fix::Url) {
        let id = sub.as_deref().filter(|sub| !sub.is_empty()).unwrap_or(&tag.technique);
        let path = id.replace('.', "/");
        document.insert("mitre_url".to_owned(), json!(format!("https://attack.mitre.org/techniques/{path}")));
    }
    document.insert("sub_technique_id".to_owned(), json!(sub));
    document
}

fn tag(row: &Row) -> Tag {
    let must = |column| text(row, column).unwrap();
    let mut document = row.clone();
    let evidence: Value = serde_json::from_str(&super::data::tolerable(&must("evidence"))).unwrap();
    document.insert("evidence".to_owned(), evidence);
    document.insert("created_at".to_owned(), json!(shown(&must("created_at"))));
    Tag {
        attacker: text(row, "attacker_uuid"),
        identity: text(row, "identity_uuid"),
        session: text(row, "session_id"),
        decky: text(row, "decky_id"),
        tactic: must("tactic"),
        technique: must("technique_id"),
        sub: text(row, "sub_technique_id"),
        confidence: row["confidence"].as_f64().unwrap(),
        created_at: shown(&must("created_at")),
        document,
    }
}

/// Some columns of a document.
pub(crate) fn only(row: &Value, columns: &[&str]) -> Value {
    Value::Object(columns.iter().map(|column| ((*column).to_owned(), row[*column].clone())).collect())
}

/// By their texts.
pub(crate) fn sorted(mut rows: Vec<Value>) -> Vec<Value> {
    rows.sort_by_key(Value::to_string);
    rows
}
