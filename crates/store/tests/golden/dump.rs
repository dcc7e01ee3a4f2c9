//! Every line of the dump.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vespid_model::rows::Scope;
use vespid_store::Store;

use super::data::Golden;
use super::fixes::{Fix, Fixes};
use super::model::{List, Model, sorted};
use super::{answers, commands};

const IDENTITY: [&str; 10] = [
    "technique_id",
    "technique_name",
    "sub_technique_id",
    "sub_technique_name",
    "mitre_url",
    "tactic",
    "count",
    "first_seen",
    "last_seen",
    "confidence_max",
];
const CAMPAIGN: [&str; 9] = [
    "technique_id",
    "technique_name",
    "sub_technique_id",
    "sub_technique_name",
    "mitre_url",
    "tactic",
    "count",
    "identity_count",
    "last_seen",
];
const FLEET: [&str; 8] = [
    "technique_id",
    "technique_name",
    "sub_technique_id",
    "sub_technique_name",
    "mitre_url",
    "tactic",
    "count",
    "last_seen",
];
const ROLLUP: [&str; 5] = ["technique_id", "sub_technique_id", "tactic", "count", "confidence_max"];

/// An answer, in whatever shape its method has.
#[derive(Debug, Clone, PartialEq)]
enum Answer {
    Rows(Vec<Value>),
    Document(Value),
    List(List),
    /// Attackers with commands, and how much could not be read.
    Commands(Vec<Value>, u64),
}

/// How many lines of a method are as they are, and how many need which correction.
type Counts = BTreeMap<String, BTreeMap<String, u32>>;

pub(crate) async fn every_line_is_answered(store: &Store, golden: &Golden) {
    let model = Model::of(golden);
    let mut counts = Counts::new();
    for line in golden.lines("dump.jsonl") {
        let method = line["method"].as_str().unwrap();
        let count = counts.entry(method.to_owned()).or_default();
        if line.get("error").is_some() {
            // A scope that DECNET does not have; here it takes the id of a campaign, which this is none of.
            assert!(Scope::named(line["args"]["scope"].as_str().unwrap(), "x").is_err());
            *count.entry("refused".to_owned()).or_default() += 1;
            continue;
        }
        let args = &line["args"];
        let expected = |fixes| of_model(&model, method, args, fixes);
        let (without, with) = (expected(Fixes::NONE), expected(Fixes::ALL));
        compare_with_decnet(&without, &line["result"], args);
        compare_with_store(store, &model, method, args, &with).await;
        let needed: Vec<Fix> =
            Fix::ALL.into_iter().filter(|fix| expected(Fixes::ALL.without(*fix)) != with).collect();
        let names = match &*needed {
            [] => {
                assert_eq!(without, with, "{method} {args}: no one correction, but all together");
                vec!["as it is".to_owned()]
            }
            needed => needed.iter().map(|fix| format!("{fix:?}")).collect(),
        };
        for name in names {
            *count.entry(name).or_default() += 1;
        }
    }
    assert_eq!(json!(counts), expected_counts());
}

/// Of 1760 lines. A line that needs several corrections counts for each.
fn expected_counts() -> Value {
    json!({
        "get_all_ttp_rollups_for_export": { "EmptySub": 1, "Ghosts": 1, "Tactics": 1 },
        "iter_attacker_commands_since": { "Commands": 3 },
        "iter_canary_triggers_since": { "as it is": 3 },
        "list_distinct_techniques": { "EmptySub": 1, "Ghosts": 1, "Tactics": 1 },
        "list_tags_by_scope_and_technique": {
            "as it is": 1259, "EmptySub": 26, "Ghosts": 31, "Merged": 51, "Url": 34, "refused": 1,
        },
        "list_techniques_by_attacker": { "as it is": 52, "EmptySub": 4, "Ghosts": 3, "Tactics": 2 },
        "list_techniques_by_campaign": { "as it is": 2, "Campaigns": 4, "EmptySub": 3, "Merged": 3, "Tactics": 4 },
        "list_techniques_by_identity": { "as it is": 9, "EmptySub": 6, "Merged": 4, "Tactics": 9 },
        "list_techniques_by_session": { "as it is": 134, "EmptySub": 2, "Ghosts": 9, "Tactics": 1 },
        "list_ttp_decky_phases": { "as it is": 17, "Merged": 4 },
        "list_ttp_tags_by_attacker": { "as it is": 79, "EmptySub": 4, "Ghosts": 9, "Url": 7 },
    })
}

fn of_model(model: &Model, method: &str, args: &Value, fixes: Fixes) -> Answer {
    let arg = |name: &str| args[name].as_str().unwrap();
    match method {
        "list_techniques_by_identity" => rows(model, "identity", arg("uuid"), fixes, &IDENTITY),
        "list_techniques_by_attacker" => rows(model, "attacker", arg("uuid"), fixes, &IDENTITY),
        "list_techniques_by_session" => rows(model, "session", session(args), fixes, &IDENTITY),
        "list_techniques_by_campaign" => rows(model, "campaign", arg("uuid"), fixes, &CAMPAIGN),
        "list_distinct_techniques" => rows(model, "fleet", "", fixes, &FLEET),
        "list_ttp_decky_phases" => Answer::Rows(model.phases(arg("identity_uuid"), fixes)),
        "get_all_ttp_rollups_for_export" => Answer::Document(model.rollups(fixes, &ROLLUP)),
        "list_tags_by_scope_and_technique" => {
            let technique = Some((arg("technique_id"), args["sub_technique_id"].as_str()));
            Answer::List(model.list((arg("scope"), arg("uuid")), technique, limit(args, 200), fixes))
        }
        "list_ttp_tags_by_attacker" => {
            Answer::List(model.list(("attacker", arg("uuid")), None, limit(args, 2000), fixes))
        }
        "iter_attacker_commands_since" => {
            let (rows, malformed) = model.commands(arg("since"), fixes);
            Answer::Commands(rows, malformed)
        }
        "iter_canary_triggers_since" => Answer::Rows(model.triggers(arg("since"))),
        _ => panic!("{method}"),
    }
}

fn rows(model: &Model, scope: &str, id: &str, fixes: Fixes, columns: &[&str]) -> Answer {
    Answer::Rows(model.techniques(scope, id, fixes, columns))
}

fn session(args: &Value) -> &str {
    args.get("uuid").or_else(|| args.get("sid")).and_then(Value::as_str).unwrap()
}

fn limit(args: &Value, default: usize) -> usize {
    args["limit"].as_u64().map_or(default, |limit| usize::try_from(limit).unwrap())
}

fn compare_with_decnet(model: &Answer, result: &Value, args: &Value) {
    match model {
        Answer::Rows(rows) => {
            let said = result.as_array().unwrap();
            let said = if args.get("identity_uuid").is_some() { said.clone() } else { sorted(said.clone()) };
            assert_eq!(*rows, said, "{args}");
        }
        Answer::Document(document) => {
            let mut said = result.clone();
            for rows in said.as_object_mut().unwrap().values_mut() {
                *rows = Value::from(sorted(rows.as_array().unwrap().clone()));
            }
            assert_eq!(*document, said);
        }
        Answer::Commands(rows, _) => {
            let said = result.as_array().unwrap().iter().map(|row| {
                let mut row = row.clone();
                row["last_seen"] = json!(super::data::shown(row["last_seen"].as_str().unwrap()));
                row
            });
            assert_eq!(*rows, sorted(said.collect()), "{args}");
        }
        Answer::List(list) => {
            let said = List {
                total: usize::try_from(result["n"].as_u64().unwrap()).unwrap(),
                rows: result["rows"].as_array().unwrap().clone(),
                boundary: result.get("boundary").map(|boundary| {
                    let ids = boundary["available"].as_array().unwrap().iter();
                    (
                        boundary["created_at"].as_str().unwrap().to_owned(),
                        usize::try_from(boundary["returned"].as_u64().unwrap()).unwrap(),
                        ids.map(|id| id.as_str().unwrap().to_owned()).collect(),
                    )
                }),
            };
            assert_eq!(*list, said, "{args}");
        }
    }
}

async fn compare_with_store(store: &Store, model: &Model, method: &str, args: &Value, expected: &Answer) {
    let arg = |name: &str| args[name].as_str().unwrap();
    let techniques =
        async |scope, columns| Answer::Rows(answers::techniques(store, scope, model.attack, columns).await);
    let said = match method {
        "list_techniques_by_identity" => techniques(("identity", arg("uuid")), &IDENTITY).await,
        "list_techniques_by_attacker" => techniques(("attacker", arg("uuid")), &IDENTITY).await,
        "list_techniques_by_session" => techniques(("session", session(args)), &IDENTITY).await,
        "list_techniques_by_campaign" => techniques(("campaign", arg("uuid")), &CAMPAIGN).await,
        "list_distinct_techniques" => techniques(("fleet", ""), &FLEET).await,
        "list_ttp_decky_phases" => Answer::Rows(answers::phases(store, arg("identity_uuid")).await),
        "get_all_ttp_rollups_for_export" => Answer::Document(answers::rollups(store, &ROLLUP).await),
        "iter_attacker_commands_since" => {
            let (rows, malformed) = commands::commands(store, arg("since")).await;
            Answer::Commands(rows, malformed)
        }
        "iter_canary_triggers_since" => Answer::Rows(commands::triggers(store, arg("since")).await),
        _ => {
            let Answer::List(expected) = expected else { panic!("{method}") };
            compare_lists(store, method, args, expected).await;
            return;
        }
    };
    assert_eq!(said, *expected, "{method} {args}");
}

async fn compare_lists(store: &Store, method: &str, args: &Value, expected: &List) {
    let arg = |name: &str| args[name].as_str().unwrap();
    let said = if method == "list_ttp_tags_by_attacker" {
        answers::list(store, ("attacker", arg("uuid")), None, limit(args, 2000)).await
    } else {
        let technique = Some((arg("technique_id"), args["sub_technique_id"].as_str()));
        answers::list(store, (arg("scope"), arg("uuid")), technique, limit(args, 200)).await
    };
    assert!(said.is_sorted_by(|a, b| a.0 >= b.0), "{method} {args}: newest first");
    assert_eq!(said.len(), expected.total, "{method} {args}");
    let Some((time, returned, available)) = &expected.boundary else {
        assert_eq!(List::cut(said, usize::MAX), *expected, "{method} {args}");
        return;
    };
    let (above, tied): (Vec<_>, Vec<_>) = said.into_iter().partition(|row| row.0 > *time);
    assert_eq!(List::cut(above, usize::MAX).rows, expected.rows, "{method} {args}");
    assert_eq!(tied.len(), *returned, "{method} {args}");
    let ids: std::collections::BTreeSet<_> =
        tied.iter().map(|row| row.1["uuid"].as_str().unwrap().to_owned()).collect();
    assert!(ids.len() == *returned && ids.is_subset(available), "{method} {args}");
}
