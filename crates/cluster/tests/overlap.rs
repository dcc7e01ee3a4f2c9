//! Overlap with the groups of the bundled catalogue.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use vespid_attack::Catalogue;
use vespid_cluster::{Overlap, overlap};
use vespid_model::TechniqueId;

fn techniques(names: &[&str]) -> Vec<TechniqueId> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn of_group(catalogue: &Catalogue, id: &str) -> Vec<TechniqueId> {
    let uses = |technique: TechniqueId| catalogue.groups_using(technique).any(|group| group.id == id);
    catalogue.techniques().map(|technique| technique.id).filter(|technique| uses(*technique)).collect()
}

/// Four groups, two techniques that one or two of them use, one that all do.
fn small() -> Catalogue {
    let mut records = vec![r#"{"type":"release","release":"19.2","relations":"19.2"}"#.to_owned()];
    for id in ["T1059", "T1059.004", "T1059.001", "T1105", "T1496"] {
        records.push(format!(r#"{{"type":"technique","id":"{id}","name":"{id}","tactics":[],"stix":"x"}}"#));
    }
    for id in ["G0001", "G0002", "G0003", "G0004"] {
        records.push(format!(r#"{{"type":"group","id":"{id}","name":"{id}","aliases":[],"stix":"x"}}"#));
    }
    for (technique, by) in [
        ("T1105", r#"["G0001","G0002","G0003","G0004"]"#),
        ("T1059.004", r#"["G0001","G0002"]"#),
        ("T1059.001", r#"["G0003"]"#),
        ("T1496", r#"["G0001"]"#),
    ] {
        records.push(format!(r#"{{"type":"use","technique":"{technique}","by":{by}}}"#));
    }
    Catalogue::from_jsonl(&records.join("\n")).unwrap()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

/// By hand: T1105 of all four groups weighs -ln 1 = 0, T1059.004 of two ln 2, T1059.001 and T1496 of one ln 4,
/// T1059 through its children of three ln 4/3.
#[test]
fn scores_are_as_worked_by_hand() {
    let (ln2, ln4, ln43) = (2_f64.ln(), 4_f64.ln(), (4_f64 / 3.0).ln());
    let result = overlap(techniques(&["T1059.004", "T1105"]), &small());
    let scores: Vec<_> = result.groups.iter().map(|group| (group.id.as_str(), group.score)).collect();
    let wanted =
        [("G0002", 1.0), ("G0001", (ln2 + ln43) / (ln2 + ln43 + ln4)), ("G0003", ln43 / (ln2 + ln43 + ln4))];
    assert_eq!(scores.len(), 3, "G0004 shares only what everybody does: {scores:?}");
    for ((id, score), (wanted_id, wanted)) in scores.into_iter().zip(wanted) {
        assert!(id == wanted_id && near(score, wanted), "{id} {score} {wanted}");
    }
    let third = &result.groups[2];
    let names = |list: &[(TechniqueId, f64)]| list.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&third.shared), ["T1059", "T1105"], "another sub-technique agrees in the parent");
    assert_eq!(names(&third.unseen), ["T1059.001"]);
    assert_eq!(names(&third.foreign), ["T1059.004"]);
    assert!(near(third.unseen[0].1, ln4) && near(third.foreign[0].1, ln2));
    assert_eq!((result.compared, result.permutations, result.distinct), (4, 9999, 2));
}

#[test]
fn a_group_is_the_first_for_its_own_techniques_and_not_by_chance() {
    let catalogue = Catalogue::default_release();
    for id in ["G0139", "G0106", "G0016"] {
        let result = overlap(of_group(catalogue, id), catalogue);
        let first = &result.groups[0];
        assert_eq!(first.id, id);
        assert!(near(first.score, 1.0) && near(first.p, 1e-4), "{id}: {} {}", first.score, first.p);
        assert!(first.unseen.is_empty() && first.foreign.is_empty());
        assert!(result.groups.len() > 50 && result.groups[1].score < 0.6, "{:?}", result.groups[1]);
        assert!(result.groups.is_sorted_by(|a, b| a.score >= b.score));
    }
}

/// What every other group does is no sign of any: no p is small beside the number of groups compared.
#[test]
fn common_techniques_are_nobodys() {
    let result = overlap(techniques(&["T1105", "T1059.004", "T1082"]), Catalogue::default_release());
    let least = result.groups.iter().map(|group| group.p).fold(1.0, f64::min);
    assert!(least > 0.01, "{least}");
    let first = &result.groups[0];
    assert!(first.score < 0.5 && !first.unseen.is_empty(), "{first:?}");
}

#[test]
fn nothing_unknown_and_repeated_input() {
    let catalogue = Catalogue::default_release();
    let nothing: Overlap = overlap([], catalogue);
    assert!(nothing.groups.is_empty() && nothing.unknown.is_empty());
    let unknown = techniques(&["T9999"]);
    assert_eq!(overlap(unknown.clone(), catalogue).unknown, unknown);
    let (once, twice) =
        (techniques(&["T1496", "T1110.003"]), techniques(&["T1110.003", "T1496", "T1110.003"]));
    assert_eq!(overlap(techniques(&["T1110", "T1110.001", "T1110.003", "T9999"]), catalogue).distinct, 1);
    assert_eq!(overlap(once, catalogue), overlap(twice, catalogue));
}
