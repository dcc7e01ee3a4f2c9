//! What the catalogue says, held against MITRE's own numbers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use vespid_attack::{AttackError, Catalogue, Status, phase};
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};

fn release(major: u16, minor: u16) -> &'static Catalogue {
    Catalogue::bundled(Release::new(major, minor)).unwrap()
}

fn technique(id: &str) -> TechniqueId {
    id.parse().unwrap()
}

fn tactic(id: &str) -> TacticId {
    id.parse().unwrap()
}

#[test]
fn every_release_has_its_numbers() {
    for (attack, techniques, subs, tactics) in
        [(release(15, 0), 202, 435, 14), (release(18, 1), 216, 475, 14), (release(19, 2), 222, 475, 15)]
    {
        let found = attack.live().filter(|technique| technique.id.is_sub()).count();
        assert_eq!((attack.live().count() - found, found), (techniques, subs), "{}", attack.release());
        assert_eq!(attack.tactics().len(), tactics);
    }
    assert_eq!(Catalogue::default_release().release(), Release::new(19, 2));
    assert!(Catalogue::bundled(Release::new(1, 0)).is_none());
}

#[test]
fn columns_stand_as_in_the_matrix() {
    let shortnames: Vec<_> =
        release(19, 2).tactics().iter().map(|tactic| tactic.shortname.as_str()).collect();
    let expected = "reconnaissance resource-development initial-access execution persistence privilege-escalation \
                    stealth defense-impairment credential-access discovery lateral-movement collection \
                    command-and-control exfiltration impact";
    assert_eq!(shortnames.join(" "), expected);
    let impairment = release(19, 2).tactic(tactic("TA0112")).unwrap();
    assert_eq!(impairment.name, "Defense Impairment");
    assert_eq!(impairment.stix_id, "x-mitre-tactic--43c49635-f2fa-44f2-92b9-0ee980bbf4ef");
    assert_eq!(release(19, 2).tactic(tactic("TA0005")).unwrap().name, "Stealth");
    assert!(release(18, 1).matrix_order(tactic("TA0001")) < release(18, 1).matrix_order(tactic("TA0040")));
}

#[test]
fn every_live_technique_has_tactics_a_name_and_a_stix_id() {
    for attack in Catalogue::bundled_releases().iter().filter_map(|release| Catalogue::bundled(*release)) {
        for technique in attack.techniques() {
            assert!(
                !technique.name.is_empty() && technique.stix_id.starts_with("attack-pattern--"),
                "{technique:?}"
            );
            if technique.status == Status::Live {
                assert!(!technique.tactics.is_empty(), "{technique:?}");
                assert!(technique.tactics.iter().all(|id| attack.tactic(*id).is_some()), "{technique:?}");
                assert!(attack.technique(technique.id.parent()).is_some(), "{technique:?}");
            }
        }
    }
}

#[test]
fn every_revoked_technique_knows_its_successor() {
    for attack in Catalogue::bundled_releases().iter().filter_map(|release| Catalogue::bundled(*release)) {
        let revoked: Vec<_> = attack
            .techniques()
            .filter(|technique| matches!(technique.status, Status::Revoked { .. }))
            .collect();
        assert!(revoked.len() > 100);
        for technique in revoked {
            let by = attack.successor(technique.id).unwrap();
            assert_eq!(attack.technique(by).unwrap().status, Status::Live, "{} -> {by}", technique.id);
        }
    }
    let new = release(19, 2);
    assert_eq!(new.successor(technique("T1562.001")), Some(technique("T1685")));
    assert_eq!(new.successor(technique("T1073")), Some(technique("T1574.001")), "over two steps");
    assert_eq!(new.successor(technique("T1059")), None);
}

#[test]
fn names_tactics_and_phases_are_found() {
    let attack = release(19, 2);
    assert_eq!(
        attack.full_name(technique("T1059.004")).unwrap(),
        "Command and Scripting Interpreter: Unix Shell"
    );
    assert_eq!(attack.full_name(technique("T9999")), None);
    assert_eq!(attack.tactic_by_shortname("defense_evasion"), [tactic("TA0005"), tactic("TA0112")]);
    assert_eq!(attack.tactic_by_shortname("command-and-control"), [tactic("TA0011")]);
    assert_eq!(release(18, 1).tactic_by_shortname("stealth"), [tactic("TA0005")]);
    assert!(attack.tactic_by_shortname("nonsense").is_empty());
    let phases: Vec<_> = attack.tactics().iter().map(|tactic| phase::of(tactic.id)).collect();
    assert!(phases.iter().all(Option::is_some));
    assert_eq!(phase::of(tactic("TA0112")), Some(phase::Phase::DefenseEvasion));
}

#[test]
fn groups_are_those_of_the_release_it_says() {
    let (new, old) = (release(19, 2), release(18, 1));
    assert_eq!(
        (new.relations_release(), old.relations_release()),
        (Release::new(18, 1), Release::new(18, 1))
    );
    let names = |attack: &Catalogue, id: &str| -> Vec<String> {
        attack.groups_using(technique(id)).map(|group| group.id.clone()).collect()
    };
    assert_eq!(names(new, "T1059.004"), names(old, "T1059.004"));
    assert!(names(old, "T1562.001").iter().all(|group| names(new, "T1685").contains(group)));
    assert!(names(new, "T1562.001").is_empty(), "a revoked technique is used by nobody");
    let mirai = new.software_using(technique("T1059.004")).next().unwrap();
    assert!(mirai.url().starts_with("https://attack.mitre.org/software/S"));
}

#[test]
fn text_and_catalogue_are_the_same() {
    for attack in Catalogue::bundled_releases().iter().filter_map(|release| Catalogue::bundled(*release)) {
        let text = attack.to_jsonl();
        assert_eq!(Catalogue::from_jsonl(&text).unwrap().to_jsonl(), text);
    }
    assert!(matches!(Catalogue::from_jsonl("{}"), Err(AttackError::Record { line: 1, .. })));
    assert!(matches!(Catalogue::from_jsonl(""), Err(AttackError::NoHeader)));
}

/// Objects as in MITRE's bundles, cut to what matters, in the two versions of STIX.
fn bundle(version: &str) -> String {
    let reference = |id: &str| {
        format!(
            r#""external_references":[{{"source_name":"other"}},{{"source_name":"mitre-attack","external_id":"{id}"}}]"#
        )
    };
    let head = if version == "2.0" { r#""spec_version":"2.0","# } else { "" };
    let pattern = |stix: &str, id: &str, name: &str, rest: &str| {
        let reference = reference(id);
        format!(
            r#"{{"type":"attack-pattern","id":"attack-pattern--{stix}","name":"{name}",{reference},"x_mitre_domains":["enterprise-attack"],
               "kill_chain_phases":[{{"kill_chain_name":"mitre-attack","phase_name":"execution"}}]{rest}}}"#
        )
    };
    let objects = [
        r#"{"type":"x-mitre-collection","id":"c","name":"Enterprise ATT&CK","x_mitre_version":"17.1"}"#.to_owned(),
        r#"{"type":"x-mitre-matrix","id":"m","tactic_refs":["t2","t1"]}"#.to_owned(),
        format!(r#"{{"type":"x-mitre-tactic","id":"t1","name":"Execution","x_mitre_shortname":"execution",{}}}"#, reference("TA0002")),
        format!(r#"{{"type":"x-mitre-tactic","id":"t2","name":"Discovery","x_mitre_shortname":"discovery",{}}}"#, reference("TA0007")),
        pattern("1", "T1059", "Interpreter", ""),
        pattern("2", "T1059.004", "Unix Shell", ""),
        pattern("3", "T1064", "Scripting", r#","revoked":true"#),
        pattern("4", "T1000", "Gone", r#","x_mitre_deprecated":true"#),
        format!(r#"{{"type":"attack-pattern","id":"attack-pattern--5","name":"Phone",{},"x_mitre_domains":["mobile-attack"]}}"#, reference("T1400")),
        format!(r#"{{"type":"intrusion-set","id":"g","name":"Group","aliases":["Group","Other"],"x_mitre_aliases":null,{}}}"#, reference("G0001")),
        format!(r#"{{"type":"malware","id":"s","name":"Odd","aliases":["Odd"],"x_mitre_aliases":["Odd"],{}}}"#, reference("S1/../x")),
        r#"{"type":"relationship","id":"r3","relationship_type":"uses","source_ref":"s","target_ref":"attack-pattern--2"}"#.to_owned(),
        pattern("6", "T1059", "Old name", r#","revoked":true"#),
        r#"{"type":"relationship","id":"r1","relationship_type":"revoked-by","source_ref":"attack-pattern--3","target_ref":"attack-pattern--1"}"#.to_owned(),
        r#"{"type":"relationship","id":"r2","relationship_type":"uses","source_ref":"g","target_ref":"attack-pattern--2"}"#.to_owned(),
        r#"{"type":"something-new","id":7,"name":["?"]}"#.to_owned(),
    ];
    format!(r#"{{"type":"bundle",{head}"id":"bundle--1","objects":[{}]}}"#, objects.join(","))
}

#[test]
fn official_bundles_are_read_in_both_versions() {
    for version in ["2.0", "2.1"] {
        let attack = Catalogue::from_stix(&bundle(version), None).unwrap();
        assert_eq!(attack.release(), Release::new(17, 1));
        assert_eq!(attack.tactics()[0].shortname, "discovery");
        assert_eq!(attack.live().count(), 2);
        assert_eq!(attack.full_name(technique("T1059.004")).unwrap(), "Interpreter: Unix Shell");
        assert_eq!(attack.successor(technique("T1064")), Some(technique("T1059")));
        assert_eq!(attack.technique(technique("T1000")).unwrap().status, Status::Deprecated);
        assert!(attack.technique(technique("T1400")).is_none());
        let group = attack.groups_using(technique("T1059.004")).next().unwrap();
        assert_eq!(
            (group.name.as_str(), group.aliases.as_slice()),
            ("Group", ["Other".to_owned()].as_slice())
        );
        assert_eq!(attack.software_using(technique("T1059.004")).count(), 0, "its id is none");
        assert_eq!(attack.technique(technique("T1059")).unwrap().name, "Interpreter", "the live one of two");
        assert_eq!(Catalogue::from_jsonl(&attack.to_jsonl()).unwrap().to_jsonl(), attack.to_jsonl());
    }
}

#[test]
fn bad_bundles_say_what_is_wrong() {
    let said = |text: &str, release| Catalogue::from_stix(text, release).unwrap_err().to_string();
    let whole = bundle("2.1");
    assert!(said("[]", None).contains("not a STIX bundle"));
    assert!(said(&whole[..whole.len() / 2], None).contains("not a STIX bundle"));
    assert!(said(r#"{"objects":[]}"#, None).contains("does not name its ATT&CK release"));
    assert!(said(r#"{"objects":[]}"#, Some(Release::new(9, 0))).contains("no technique"));
    assert!(said(&whole, Some(Release::new(16, 1))).contains("17.1, not 16.1"));
    let broken = whole.replace(r#""name":"Scripting""#, r#""name":7"#);
    assert!(
        said(&broken, None).contains("object 7 of the bundle (attack-pattern)"),
        "{}",
        said(&broken, None)
    );
}
