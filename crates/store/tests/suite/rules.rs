//! What operators say of rules.

use vespid_model::Confidence;
use vespid_model::id::RuleId;
use vespid_model::rule_state::{Defined, RuleMode, RuleState, RuleStateRow};
use vespid_store::{RuleText, SourceOffset, Store, StoreError};
use vespid_testkit::event::at;

use super::Place;
use crate::story;

fn text(name: &str, version: u32, yaml: &str) -> RuleText {
    RuleText {
        name: name.to_owned(),
        version,
        title: format!("title of {yaml}"),
        description: String::new(),
        source_path: "api".to_owned(),
        yaml: yaml.to_owned(),
    }
}

/// Whoever reads it with either pack reads it from its beginning.
pub(crate) async fn mixed_inputs_have_no_rules(place: Place) {
    let store = place.fresh().await.store;
    let input = SourceOffset {
        id: 0,
        name: "x".to_owned(),
        fingerprint: 1,
        fingerprint_length: 1,
        position: 7,
        rules: "one".to_owned(),
    };
    let id = store.source_begin(input, at(0)).await.unwrap();
    let other =
        SourceOffset { id: 0, name: "y".to_owned(), ..store.source_list("x").await.unwrap().remove(0) };
    store.source_begin(other, at(0)).await.unwrap();
    store.source_mixed(id).await.unwrap();
    let mixed = store.source_list("x").await.unwrap().remove(0);
    assert_eq!((&*mixed.rules, mixed.position), ("", 7));
    let one = store.source_list("y").await.unwrap().remove(0);
    assert_eq!(one.rules, "one");
    assert!(store.source_rules_other("one").await.unwrap());
    // Mixed no longer; what is tagged with no rules never is another.
    store.source_begin(SourceOffset { rules: "one".to_owned(), ..mixed }, at(1)).await.unwrap();
    let none = SourceOffset { id: 0, rules: SourceOffset::NO_RULES.to_owned(), ..one };
    store.source_begin(none, at(1)).await.unwrap();
    assert!(!store.source_rules_other("one").await.unwrap());
    assert!(store.source_rules_other("two").await.unwrap());
}

async fn history(store: &Store, subject: &str) -> Vec<(String, String)> {
    let rows = store.audit_list(Some(subject), 99, None).await.unwrap();
    rows.into_iter().map(|row| (row.action, row.actor)).collect()
}

pub(crate) async fn definitions_are_kept_and_written_down(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.commit(story()).await.unwrap();
    store.rule_register(vec![text("filed", 1, "y0")]).await.unwrap();
    assert_eq!(store.rule_find("nowhere").await.unwrap(), None);
    assert_eq!(store.rule_find("uname").await.unwrap().unwrap().yaml, "", "only its tags are known");
    let filed = store.rule_find("filed").await.unwrap().unwrap();
    assert_eq!((&*filed.yaml, filed.updated_at), ("y0", None));

    let define = async |rule, second| store.rule_define(rule, "ann", at(second)).await.unwrap();
    assert_eq!(
        define(text("uname", 1, "y1"), 1).await,
        Defined::New,
        "the row that named it has its text now"
    );
    assert_eq!(define(text("uname", 1, "y1"), 2).await, Defined::Same);
    let row = store.rule_find("uname").await.unwrap().unwrap();
    assert_eq!((row.updated_at, row.updated_by.as_deref(), &*row.yaml), (Some(at(1)), Some("ann"), "y1"));
    assert_eq!(define(text("uname", 1, "y2"), 3).await, Defined::Changed);
    assert_eq!(store.rule_find("uname").await.unwrap().unwrap().yaml, "y2");
    assert_eq!(define(text("uname", 1, "y1"), 4).await, Defined::Changed, "back to the text of before");
    let row = store.rule_find("uname").await.unwrap().unwrap();
    assert_eq!((&*row.yaml, &*row.title, row.updated_at), ("y1", "title of y1", Some(at(4))));
    assert_eq!(define(text("uname", 2, "y1"), 5).await, Defined::Changed, "the version counts too");
    assert_eq!(define(text("filed", 1, "y0"), 6).await, Defined::Same, "who defines what was filed owns it");
    assert_eq!(store.rule_find("filed").await.unwrap().unwrap().updated_by.as_deref(), Some("ann"));
    assert_eq!(define(text("a", 1, "y"), 7).await, Defined::New);

    let names: Vec<_> =
        store.rule_list().await.unwrap().iter().map(|row| (row.rule.to_string(), row.version)).collect();
    let names: Vec<_> = names.iter().map(|(name, version)| (&**name, *version)).collect();
    assert_eq!(names, [("a", 1), ("default_login", 1), ("filed", 1), ("uname", 2)]);
    let defined = ("rule.define".to_owned(), "ann".to_owned());
    assert_eq!(history(store, "uname").await, vec![defined.clone(); 4]);
    assert_eq!(history(store, "filed").await, []);
    assert_eq!(history(store, "a").await, [defined]);

    // What a server's index cannot hold is refused before it is asked.
    let long = "r".repeat(256);
    let by_name = store.rule_define(text(&long, 1, "y"), "ann", at(8)).await;
    let by_actor = store.rule_define(text("b", 1, "y"), &long, at(8)).await;
    for done in [by_name, by_actor] {
        if db.url.starts_with("sqlite") {
            assert_eq!(done.unwrap(), Defined::New);
        } else {
            assert!(matches!(done.unwrap_err(), StoreError::NameTooLong { characters: 256, .. }));
        }
    }
}

pub(crate) async fn states_expire_and_are_written_down(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    let rule = RuleId::new("R0001");
    let clipped = RuleState {
        rule: rule.clone(),
        state: RuleMode::Clipped,
        confidence_max: Some(Confidence::new(0.5).unwrap()),
        expires_at: Some(at(100)),
        reason: Some("noisy".to_owned()),
        set_by: Some("ann".to_owned()),
    };
    assert_eq!(store.rule_state(&rule, at(0)).await.unwrap(), None);
    assert_eq!(store.rule_state_set(clipped.clone(), at(1)).await.unwrap(), None);
    let row = RuleStateRow { state: clipped.clone(), set_at: at(1) };
    for (now, expected) in [(at(1), Some(&row)), (at(99), Some(&row)), (at(100), None), (at(101), None)] {
        assert_eq!(store.rule_state(&rule, now).await.unwrap().as_ref(), expected, "{now}");
    }
    assert_eq!(
        store.rule_states().await.unwrap(),
        std::slice::from_ref(&row),
        "expired, and kept all the same"
    );

    let disabled = RuleState {
        state: RuleMode::Disabled,
        confidence_max: None,
        expires_at: None,
        reason: None,
        set_by: None,
        ..clipped
    };
    assert_eq!(store.rule_state_set(disabled.clone(), at(2)).await.unwrap(), Some(row));
    let row = RuleStateRow { state: disabled.clone(), set_at: at(2) };
    assert_eq!(store.rule_state(&rule, at(999_999)).await.unwrap(), Some(row.clone()));
    let other = RuleState { rule: RuleId::new("A"), state: RuleMode::Enabled, ..disabled };
    store.rule_state_set(other, at(3)).await.unwrap();
    let states: Vec<_> =
        store.rule_states().await.unwrap().iter().map(|row| row.state.rule.to_string()).collect();
    assert_eq!(states, ["A", "R0001"]);

    assert_eq!(store.rule_state_clear(&rule, "bob", at(4)).await.unwrap(), Some(row));
    assert_eq!(store.rule_state_clear(&rule, "bob", at(5)).await.unwrap(), None);
    assert_eq!(store.rule_state(&rule, at(0)).await.unwrap(), None);

    let told = |action: &str, actor: &str| (action.to_owned(), actor.to_owned());
    let expected =
        [told("rule.state.clear", "bob"), told("rule.state.set", ""), told("rule.state.set", "ann")];
    assert_eq!(history(store, "R0001").await, expected, "nothing for what was cleared already");
    let rows = store.audit_list(Some("R0001"), 9, None).await.unwrap();
    let detail: serde_json::Value = serde_json::from_str(&rows[1].detail).unwrap();
    assert_eq!((&detail["old"]["state"], &detail["new"]["state"]), (&"clipped".into(), &"disabled".into()));
    assert_eq!((&detail["old"]["confidence_max"], &detail["old"]["set_by"]), (&0.5.into(), &"ann".into()));
    let detail: serde_json::Value = serde_json::from_str(&rows[0].detail).unwrap();
    assert!(detail["old"]["state"] == "disabled" && detail["new"].is_null(), "{detail}");

    // In parts, newest first.
    let (mut paged, mut after) = (Vec::new(), None);
    while let Some(rows) = Some(store.audit_list(None, 3, after).await.unwrap())
        && let Some(last) = rows.last()
    {
        after = Some(last.id);
        paged.extend(rows.iter().map(|row| row.at));
    }
    assert_eq!(paged, [at(4), at(3), at(2), at(1)]);
}
