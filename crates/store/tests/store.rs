//! From a batch to what the reads say of it, on each kind of database.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "the cases of one server are one test: it says how far it came")]

mod suite;

use suite::actors::{
    an_address_is_one_attacker, attackers_are_put_and_found, attackers_are_where_somebody_says,
    campaigns_are_put_found_and_listed, identities_are_put_found_and_listed,
    links_change_whose_tags_are_whose, what_is_put_is_linked_and_counted,
};
use suite::canary::{
    tokens_are_put_found_and_listed, triggers_are_counted_once,
    triggers_come_in_order_and_none_is_passed_over,
};
use suite::clusters::{
    verdicts_are_kept_and_withdrawn, what_clustering_finds_is_kept_and_taken_back,
    what_is_read_of_one_attacker_is_bounded,
};
use suite::commands::{commands_come_by_attacker, many_commands_come_in_several_items};
use suite::hostile::{a_long_body_comes_back, every_character_comes_back, texts_that_look_alike_stay_apart};
use suite::intel::intel_is_one_row_for_each_attacker;
use suite::leaks::{eight_writers_lose_no_leak, leaks_are_counted_and_listed, unreadable_lists_are_kept};
use suite::lifted::evidence_of_its_own_is_stored_shown_and_changed;
use suite::listed::{
    answers_grow_old, attackers_come_with_their_listings, listings_are_what_a_run_says_however_it_is_cut,
    listings_that_say_the_same_say_it_since_then,
};
use suite::merges::{
    chains_end_after_eight_pointers, circles_have_a_root, merged_campaigns_count_for_the_winner,
    merged_identities_count_for_the_winner, senseless_merges_are_refused,
};
use suite::observables::{
    what_is_listed_of_one_attacker_is_bounded, what_was_seen_is_counted_once_in_any_order,
};
use suite::other_tags::{
    a_promotion_changes_places, a_promotion_finds_events_that_come_again, tags_of_events_are_replaced,
};
use suite::purge::{
    days_are_kept_beside_a_purge_that_forgets, days_are_kept_when_asked, doctor_finds_and_mends,
    what_is_old_is_deleted,
};
use suite::random::rollups_are_right_whatever_happens;
use suite::records::{
    duplicates_make_no_sessions, eight_writers_insert_each_record_once,
    lists_are_newest_first_and_pages_lose_nothing, records_are_counted_exactly, the_fleet_is_filtered,
};
use suite::rules::{
    definitions_are_kept_and_written_down, mixed_inputs_have_no_rules, states_expire_and_are_written_down,
};
use suite::sessions::{phases_come_in_their_order, sessions_are_put_found_and_listed};
use suite::sources::{health_of_sources_adds_up, inputs_are_found_by_their_beginning};
use suite::upgrades::{
    an_upgrade_has_a_way_back, what_a_release_does_not_have_stays, what_changed_on_the_way_stays_changed,
};
use suite::windows::{
    a_promotion_judges_windows_anew, many_attackers_are_judged_anew,
    overfull_windows_say_the_same_whatever_came_first, rules_that_are_others_are_judged_anew,
    windows_are_left_alone_when_nothing_is_new, windows_are_tagged_with_their_last_event,
    withheld_tags_of_windows_are_counted, writers_fill_windows_together,
};
use suite::writers::eight_writers_at_once_add_up;
use suite::{Place, servers};
use vespid_attack::Catalogue;
use vespid_model::body::{AuthResult, Session, UNKNOWN_SERVICE};
use vespid_model::event::Event;
use vespid_model::release::Release;
use vespid_model::rows::{EventRow, EventsFrom, Scope, SessionKey, TagWithEvidence};
use vespid_model::tag::Tagged;
use vespid_model::{Body, SourceKind};
use vespid_store::{Batch, Committed, DeadLetter, Progress, RuleText, SessionFilter, SourceOffset, Store};
use vespid_testkit::event::{at, client_version, command, connect, event, ip, login};
use vespid_testkit::server::Kind;
use vespid_testkit::tag::tag;

/// Every case on every kind of database. On SQLite each is a test; a server takes a second to start, so there one test
/// runs them all, each on a database of its own.
macro_rules! cases {
    ($($case:ident,)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    super::$case(super::Place::sqlite()).await;
                }
            )*
        }

        fn every_case(place: &Place) {
            $(place.run(stringify!($case), $case);)*
        }
    };
}

cases! {
    a_story_is_told_back,
    the_second_time_inserts_nothing_in_any_order,
    order_and_batching_do_not_matter,
    a_name_from_two_addresses_is_two_sessions,
    scopes_hold_only_their_own,
    tags_come_in_pages_ordered_by_id,
    a_failed_batch_leaves_nothing_and_the_next_one_works,
    what_was_not_stored_is_not_passed_over,
    what_was_said_last_stands,
    large_rows_make_short_pages,
    offsets_move_with_their_batch_and_dead_letters_are_judged_again,
    rules_explain_their_tags,
    what_was_seen_is_counted_once_in_any_order,
    what_is_listed_of_one_attacker_is_bounded,
    what_clustering_finds_is_kept_and_taken_back,
    verdicts_are_kept_and_withdrawn,
    what_is_read_of_one_attacker_is_bounded,
    ttp_tag_reads_as_in_decnet,
    evidence_of_its_own_is_stored_shown_and_changed,
    two_openings_at_once_migrate_once,
    imported_catalogues_are_kept_by_release,
    every_character_comes_back,
    a_long_body_comes_back,
    texts_that_look_alike_stay_apart,
    eight_writers_at_once_add_up,
    records_are_counted_exactly,
    duplicates_make_no_sessions,
    sessions_are_put_found_and_listed,
    phases_come_in_their_order,
    eight_writers_insert_each_record_once,
    lists_are_newest_first_and_pages_lose_nothing,
    the_fleet_is_filtered,
    what_is_old_is_deleted,
    days_are_kept_when_asked,
    days_are_kept_beside_a_purge_that_forgets,
    doctor_finds_and_mends,
    a_promotion_changes_places,
    a_promotion_finds_events_that_come_again,
    tags_of_events_are_replaced,
    an_upgrade_has_a_way_back,
    what_a_release_does_not_have_stays,
    what_changed_on_the_way_stays_changed,
    rollups_are_right_whatever_happens,
    attackers_are_put_and_found,
    attackers_are_where_somebody_says,
    an_address_is_one_attacker,
    identities_are_put_found_and_listed,
    campaigns_are_put_found_and_listed,
    links_change_whose_tags_are_whose,
    what_is_put_is_linked_and_counted,
    merged_identities_count_for_the_winner,
    merged_campaigns_count_for_the_winner,
    chains_end_after_eight_pointers,
    senseless_merges_are_refused,
    circles_have_a_root,
    intel_is_one_row_for_each_attacker,
    listings_are_what_a_run_says_however_it_is_cut,
    listings_that_say_the_same_say_it_since_then,
    answers_grow_old,
    attackers_come_with_their_listings,
    tokens_are_put_found_and_listed,
    triggers_are_counted_once,
    triggers_come_in_order_and_none_is_passed_over,
    commands_come_by_attacker,
    many_commands_come_in_several_items,
    leaks_are_counted_and_listed,
    unreadable_lists_are_kept,
    eight_writers_lose_no_leak,
    definitions_are_kept_and_written_down,
    states_expire_and_are_written_down,
    overfull_windows_say_the_same_whatever_came_first,
    rules_that_are_others_are_judged_anew,
    many_attackers_are_judged_anew,
    windows_are_left_alone_when_nothing_is_new,
    windows_are_tagged_with_their_last_event,
    a_promotion_judges_windows_anew,
    withheld_tags_of_windows_are_counted,
    writers_fill_windows_together,
    mixed_inputs_have_no_rules,
    health_of_sources_adds_up,
    inputs_are_found_by_their_beginning,
}

#[test]
fn mariadb() {
    on_a_server(Kind::MariaDb);
}

#[test]
fn postgres() {
    on_a_server(Kind::Postgres);
}

fn on_a_server(kind: Kind) {
    let place = Place::server(kind);
    every_case(&place);
    servers::every_case(&place);
    place.all_passed();
}

fn tagged(event: Event, tags: &[(&str, &str)]) -> Tagged {
    let tags = tags.iter().map(|(rule, technique)| tag(&event, rule, technique)).collect();
    Tagged { event, tags }
}

fn batch(tagged: Vec<Tagged>) -> Batch {
    Batch { tagged, tagged_at: Some(at(1000)), ..Batch::default() }
}

/// Two attackers, two sessions, six events, four tags, one of them below the floor.
fn story() -> Batch {
    batch(vec![
        tagged(connect(0, 1, "s1"), &[]),
        tagged(client_version(1, 1, "s1", "SSH-2.0-Go"), &[]),
        tagged(
            login(2, 1, "s1", ("root", "1234"), AuthResult::Success),
            &[("default_login", "TA0001/T1078.001@0.8")],
        ),
        tagged(
            command(3, 1, "s1", "uname -a"),
            &[("uname", "TA0007/T1082@0.7"), ("weak", "TA0007/T1083@0.29")],
        ),
        tagged(command(9, 2, "s2", "uname"), &[("uname", "TA0007/T1082@0.9")]),
        tagged(command(5, 2, "s2", "id"), &[]),
    ])
}

async fn a_story_is_told_back(place: Place) {
    let db = place.fresh().await;
    let done = db.store.commit(story()).await.unwrap();
    let expected = Committed {
        events_new: 6,
        sessions_new: 2,
        attackers_new: 2,
        tags_new: 3,
        tags_floored: 1,
        ..Committed::default()
    };
    assert_eq!(done, expected);

    let totals = db.store.totals(&Scope::Fleet).await.unwrap();
    assert_eq!((totals.events, totals.sessions, totals.attackers, totals.tags), (6, 2, 2, 3));
    assert_eq!((totals.first_seen, totals.last_seen), (Some(at(0)), Some(at(9))));

    let rows = db.store.technique_list(&Scope::Fleet).await.unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.technique.to_string(), row.count, row.first_seen, row.last_seen))
        .collect();
    assert_eq!(rows, [("T1078.001".to_owned(), 1, at(2), at(2)), ("T1082".to_owned(), 2, at(3), at(9))]);

    let session = db.store.session_named("s1", None, 9).await.unwrap().remove(0);
    assert_eq!(session.client_version.as_deref(), Some("SSH-2.0-Go"));
    assert_eq!((session.service.as_deref(), session.login.as_deref()), (Some("ssh"), Some("root")));
    assert_eq!((session.events, session.commands, session.tags), (4, 1, 2));

    let part = async |from, limit| db.store.session_events(&session.key, from, limit).await.unwrap();
    let events = part(EventsFrom::Offset(0), 100).await;
    let after = |event: &EventRow| EventsFrom::After(event.time, event.id);
    let mut parts = part(EventsFrom::Offset(0), 3).await;
    parts.extend(part(after(&parts[2]), 3).await);
    assert_eq!(parts, events);
    assert_eq!(part(EventsFrom::Offset(3), 3).await, events[3..]);
    assert!(part(after(&events[3]), 3).await.is_empty());
    let tags: Vec<_> = events.iter().map(|event| event.tags.len()).collect();
    assert_eq!(tags, [0, 0, 1, 1]);
    assert_eq!(events[3].tags[0].tag.tagged_at, at(1000));
    assert_eq!(events[3].tags[0].tag.created_at, at(3));
}

async fn the_second_time_inserts_nothing_in_any_order(place: Place) {
    let db = place.fresh().await;
    db.store.commit(story()).await.unwrap();
    let before = everything(&db.store).await;
    let mut again = story();
    again.tagged.reverse();
    let done = db.store.commit(again).await.unwrap();
    let expected =
        Committed { events_duplicate: 6, tags_duplicate: 3, tags_floored: 1, ..Committed::default() };
    assert_eq!(done, expected);
    assert_eq!(everything(&db.store).await, before);
}

/// Events that contradict each other: one session's name from two addresses, two logins, two banners, two services.
fn contradictions() -> Vec<Tagged> {
    let events = [
        connect(0, 1, "s1"),
        client_version(1, 1, "s1", "SSH-2.0-b"),
        client_version(1, 1, "s1", "SSH-2.0-a"),
        login(2, 1, "s1", ("root", "1234"), AuthResult::Success),
        login(2, 1, "s1", ("admin", "1234"), AuthResult::Success),
        login(2, 2, "s1", ("pi", "1234"), AuthResult::Success),
        unknown_service(3, 3),
        command(3, 2, "s1", "uname"),
        connect(3, 3, "s3"),
        connect(3, 4, "s2"),
    ];
    let tags = |event: &Event| {
        if event.kind() == SourceKind::Command { &[("uname", "TA0007/T1082@0.7")][..] } else { &[] }
    };
    events.into_iter().map(|event| tagged(event.clone(), tags(&event))).collect()
}

fn unknown_service(seconds: i64, last: u8) -> Event {
    let service = UNKNOWN_SERVICE.to_owned();
    let body = Session::Connect { service, src_port: 1, dst_ip: None, dst_port: 22 };
    event(seconds, last, "decky-a", "s3", Body::Session(body))
}

async fn order_and_batching_do_not_matter(place: Place) {
    for story in [story().tagged, contradictions()] {
        let (one, many) = (place.fresh().await, place.fresh().await);
        one.store.commit(batch(story.clone())).await.unwrap();
        for tagged in story.into_iter().rev() {
            many.store.commit(batch(vec![tagged])).await.unwrap();
        }
        assert_eq!(everything(&one.store).await, everything(&many.store).await);
    }
}

async fn a_name_from_two_addresses_is_two_sessions(place: Place) {
    let db = place.fresh().await;
    db.store.commit(batch(contradictions())).await.unwrap();
    let found = db.store.session_named("s1", Some("decky-a"), 9).await.unwrap();
    let told: Vec<_> =
        found.iter().map(|row| (row.key.ip, row.login.as_deref(), row.events, row.tags)).collect();
    assert_eq!(told, [(ip(1), Some("admin"), 5, 0), (ip(2), Some("pi"), 2, 1)]);
    let unsaid = db.store.session_named("s3", None, 9).await.unwrap().remove(0);
    assert_eq!(unsaid.service.as_deref(), Some("ssh"), "not knowing is no service");
}

/// The rollups say what the tags say.
async fn sound(store: &Store) {
    let doubts = store.doctor(10).await.unwrap();
    assert!(doubts.is_empty(), "{doubts:#?}");
}

/// All that the reads say of a small store.
async fn everything(store: &Store) -> Vec<String> {
    sound(store).await;
    let mut told = vec![format!("{:?}", store.totals(&Scope::Fleet).await.unwrap())];
    for attacker in store.attacker_list(100, 0).await.unwrap().rows {
        let techniques = store.technique_list(&Scope::Attacker(attacker.ip)).await.unwrap();
        told.push(format!("{attacker:?} {techniques:?}"));
    }
    for session in store.session_list(&SessionFilter::default(), 100, 0).await.unwrap().rows {
        told.push(format!(
            "{session:?} {:?}",
            store.session_events(&session.key, EventsFrom::Offset(0), 100).await.unwrap()
        ));
    }
    told.push(format!("{:?}", store.tag_page(None, 100).await.unwrap()));
    told
}

async fn scopes_hold_only_their_own(place: Place) {
    let db = place.fresh().await;
    db.store.commit(story()).await.unwrap();
    let count = async |scope| {
        let rows = db.store.technique_list(&scope).await.unwrap();
        (rows.len(), db.store.totals(&scope).await.unwrap().tags)
    };
    let key = |session: &str, last| SessionKey {
        decky: "decky-a".to_owned(),
        session: session.to_owned(),
        ip: ip(last),
    };
    assert_eq!(count(Scope::Attacker(ip(1))).await, (2, 2));
    assert_eq!(count(Scope::Attacker(ip(2))).await, (1, 1));
    assert_eq!(count(Scope::Attacker(ip(3))).await, (0, 0));
    assert_eq!(count(Scope::Session(key("s2", 2))).await, (1, 1));
    let elsewhere = SessionKey { decky: "decky-b".to_owned(), ..key("s2", 2) };
    for other in [elsewhere, key("s2", 1)] {
        assert_eq!(count(Scope::Session(other.clone())).await, (0, 0));
        assert_eq!(db.store.session_find(&other).await.unwrap(), None);
    }
    assert_eq!(db.store.attacker_find(ip(3)).await.unwrap(), None);
    assert_eq!(db.store.attacker_find(ip(1)).await.unwrap().unwrap().techniques, 2);

    let filter = SessionFilter { technique: Some("T1078.001".parse().unwrap()), ..SessionFilter::default() };
    let page = db.store.session_list(&filter, 10, 0).await.unwrap();
    assert_eq!((page.total, page.rows[0].key.session.as_str()), (1, "s1"));
}

async fn tags_come_in_pages_ordered_by_id(place: Place) {
    let db = place.fresh().await;
    db.store.commit(story()).await.unwrap();
    let all = db.store.tag_page(None, 100).await.unwrap();
    assert!(all.windows(2).all(|pair| pair[0].tag.id < pair[1].tag.id));
    let mut paged = Vec::new();
    while let Some(row) =
        db.store.tag_page(paged.last().map(|row: &TagWithEvidence| row.tag.id), 1).await.unwrap().pop()
    {
        paged.push(row);
    }
    assert_eq!(paged, all);
    let found = db.store.tag_find(all[0].tag.id).await.unwrap().unwrap();
    let event = found.event.unwrap();
    assert_eq!((&found.tag.tag, event.id.to_string()), (&all[0].tag, all[0].tag.source_id.clone()));
    assert_eq!((&event.body.to_json(), &found.evidence), (&all[0].evidence, &all[0].evidence));
}

/// Whatever an attacker pastes, as often as they like.
async fn large_rows_make_short_pages(place: Place) {
    let db = place.fresh().await;
    let large = |seconds| {
        let text = format!("{seconds}{}", "x".repeat(1 << 20));
        tagged(command(seconds, 1, "s1", &text), &[("uname", "TA0007/T1082@0.7")])
    };
    db.store.commit(batch((0..6).map(large).collect())).await.unwrap();
    let session = db.store.session_named("s1", None, 9).await.unwrap().remove(0);
    let (mut from, mut lengths) = (EventsFrom::Offset(0), Vec::new());
    while let Some(events) = Some(db.store.session_events(&session.key, from, 100).await.unwrap())
        && let Some(last) = events.last()
    {
        assert!(events.iter().all(|event| event.tags.len() == 1));
        from = EventsFrom::After(last.time, last.id);
        lengths.push(events.len());
    }
    assert_eq!(lengths, [3, 3]);
    assert_eq!(db.store.tag_page(None, 100).await.unwrap().len(), 3);
    assert_eq!(db.store.tag_page(None, 1).await.unwrap().len(), 1);
}

async fn a_failed_batch_leaves_nothing_and_the_next_one_works(place: Place) {
    let db = place.fresh().await;
    let mut bad = story();
    // No such source: the foreign key fails after the events were inserted.
    bad.dead.push(DeadLetter {
        source: 7,
        position: 0,
        length: 1,
        reason: "x",
        detail: String::new(),
        excerpt: vec![],
    });
    assert!(db.store.commit(bad).await.is_err());
    assert_eq!(db.store.totals(&Scope::Fleet).await.unwrap(), vespid_model::rows::Totals::default());
    assert_eq!(db.store.commit(story()).await.unwrap().tags_new, 3);
}

const fn part(source: i64, from: u64, to: u64) -> Progress {
    Progress { source, from, to }
}

/// The next batch is under way before the one before it is known to be stored.
async fn what_was_not_stored_is_not_passed_over(place: Place) {
    let db = place.fresh().await;
    let source = SourceOffset {
        id: 0,
        name: "log".to_owned(),
        fingerprint: 1,
        fingerprint_length: 9,
        position: 0,
        rules: "r1".to_owned(),
    };
    let id = db.store.source_begin(source, at(0)).await.unwrap();
    let letter = DeadLetter {
        source: id + 1,
        position: 0,
        length: 1,
        reason: "x",
        detail: String::new(),
        excerpt: vec![],
    };
    let lost = Batch { dead: vec![letter], progress: Some(part(id, 0, 10)), ..Batch::default() };
    let later = Batch { progress: Some(part(id, 10, 20)), ..story() };
    let (lost, later) = (db.store.submit(lost).await.unwrap(), db.store.submit(later).await.unwrap());
    assert!(lost.done().await.is_err());
    assert_eq!(later.done().await.unwrap().events_new, 6);
    let position = async || db.store.source_list("log").await.unwrap()[0].position;
    assert_eq!(position().await, 0);
    for (from, to) in [(0, 10), (0, 5), (10, 20)] {
        let next = Batch { progress: Some(part(id, from, to)), ..Batch::default() };
        db.store.commit(next).await.unwrap();
    }
    assert_eq!(position().await, 20, "and another reader of the same input does not set it back");
}

/// Another ATT&CK release, or a rule whose text changed while its version did not.
async fn what_was_said_last_stands(place: Place) {
    let db = place.fresh().await;
    let text = |title: &str| {
        vec![RuleText {
            name: "uname".to_owned(),
            version: 1,
            title: title.to_owned(),
            description: String::new(),
            source_path: "uname.yml".to_owned(),
            yaml: format!("title: {title}"),
        }]
    };
    let key = SessionKey { decky: "decky-a".to_owned(), session: "s2".to_owned(), ip: ip(2) };
    let title = async || {
        let events = db.store.session_events(&key, EventsFrom::Offset(0), 100).await.unwrap();
        events[1].tags[0].rule_title.clone()
    };
    assert!(db.store.rule_register(text("old")).await.unwrap().is_empty());
    db.store.commit(story()).await.unwrap();
    for (name, known) in [("new", vec!["uname".to_owned()]), ("old", vec![]), ("new", vec![])] {
        assert_eq!(db.store.rule_register(text(name)).await.unwrap(), known);
        let done = db.store.commit(story()).await.unwrap();
        assert_eq!((done.tags_new, done.tags_changed, done.tags_duplicate), (0, 2, 1), "{name}");
        assert_eq!(title().await, name);
        let again = db.store.commit(story()).await.unwrap();
        assert_eq!((again.tags_changed, again.tags_duplicate), (0, 3));
    }
    let mut other = story();
    other
        .tagged
        .iter_mut()
        .flat_map(|tagged| &mut tagged.tags)
        .for_each(|tag| tag.release = Release::new(18, 1));
    assert_eq!(db.store.commit(other).await.unwrap().tags_changed, 3);
    assert_eq!(db.store.totals(&Scope::Fleet).await.unwrap().releases, [Release::new(18, 1)]);
}

async fn offsets_move_with_their_batch_and_dead_letters_are_judged_again(place: Place) {
    let db = place.fresh().await;
    let source = SourceOffset {
        id: 0,
        name: "log".to_owned(),
        fingerprint: u64::MAX,
        fingerprint_length: 9,
        position: 0,
        rules: "r1".to_owned(),
    };
    let id = db.store.source_begin(source.clone(), at(0)).await.unwrap();
    let letter = |position| DeadLetter {
        source: id,
        position,
        length: 5,
        reason: "not_json",
        detail: "line 1".to_owned(),
        excerpt: b"\xff\0".to_vec(),
    };
    let dead =
        Batch { dead: vec![letter(10), letter(20)], progress: Some(part(id, 0, 25)), ..Batch::default() };
    assert_eq!(db.store.commit(dead.clone()).await.unwrap().dead_new, 2);
    assert_eq!(db.store.commit(dead.clone()).await.unwrap().dead_new, 0);
    let other = DeadLetter { excerpt: b"other".to_vec(), ..letter(10) };
    let other = Batch { dead: vec![other], ..Batch::default() };
    assert_eq!(
        db.store.commit(other).await.unwrap().dead_new,
        1,
        "another text at the same place is kept too"
    );

    let stored = db.store.source_list("log").await.unwrap().remove(0);
    assert_eq!(stored, SourceOffset { id, position: 25, ..source });
    let again = SourceOffset { position: 20, ..stored };
    assert_eq!(db.store.source_begin(again, at(1)).await.unwrap(), id);
    assert_eq!(db.store.commit(dead).await.unwrap().dead_new, 1);
}

async fn rules_explain_their_tags(place: Place) {
    let db = place.fresh().await;
    let rule = RuleText {
        name: "uname".to_owned(),
        version: 1,
        title: "System information".to_owned(),
        description: "why".to_owned(),
        source_path: "uname.yml".to_owned(),
        yaml: String::new(),
    };
    db.store.commit(story()).await.unwrap();
    db.store.rule_register(vec![rule]).await.unwrap();
    let (key, name) = (
        SessionKey { decky: "decky-a".to_owned(), session: "s2".to_owned(), ip: ip(2) },
        "System information",
    );
    assert_eq!(
        db.store.session_events(&key, EventsFrom::Offset(0), 100).await.unwrap()[1].tags[0].rule_title,
        name
    );
}

/// The columns of DECNET's `ttp_tag`, their names and encodings (decnet-facts.md 1.1).
async fn ttp_tag_reads_as_in_decnet(place: Place) {
    let db = place.fresh().await;
    db.store.commit(story()).await.unwrap();
    let (columns, values) = db.first_row("SELECT * FROM ttp_tag WHERE rule_id = 'default_login'").await;
    let expected = "uuid source_kind source_id attacker_uuid identity_uuid session_id decky_id tactic technique_id \
                    sub_technique_id confidence rule_id rule_version evidence attack_release mitre_url created_at";
    assert_eq!(columns.join(" "), expected);
    let event = login(2, 1, "s1", ("root", "1234"), AuthResult::Success);
    let tag = tag(&event, "default_login", "TA0001/T1078.001@0.8");
    for (column, expected) in [
        ("uuid", tag.id.to_string()),
        ("source_kind", "auth_attempt".to_owned()),
        ("source_id", event.id.to_string()),
        ("attacker_uuid", vespid_model::id::AttackerId::derive(ip(1)).to_string()),
        ("identity_uuid", String::new()),
        ("session_id", "s1".to_owned()),
        ("decky_id", "decky-a".to_owned()),
        ("tactic", "TA0001".to_owned()),
        ("technique_id", "T1078".to_owned()),
        ("sub_technique_id", "T1078.001".to_owned()),
        ("confidence", "0.8".to_owned()),
        ("rule_id", "default_login".to_owned()),
        ("rule_version", "1".to_owned()),
        ("evidence", event.body_json.to_string()),
        ("attack_release", "v19.2".to_owned()),
        ("mitre_url", "https://attack.mitre.org/techniques/T1078/001".to_owned()),
        ("created_at", "2026-11-24 00:00:02.000000".to_owned()),
    ] {
        let place = columns.iter().position(|name| name == column).unwrap();
        assert_eq!(values[place], expected, "{column}");
    }
    let (columns, values) = db.first_row("SELECT * FROM ttp_tag WHERE rule_id = 'uname' ORDER BY uuid").await;
    for (column, expected) in [
        ("technique_id", "T1082"),
        ("sub_technique_id", ""),
        ("mitre_url", "https://attack.mitre.org/techniques/T1082"),
    ] {
        let place = columns.iter().position(|name| name == column).unwrap();
        assert_eq!(values[place], expected, "{column}");
    }
}

async fn two_openings_at_once_migrate_once(place: Place) {
    // Several rounds: SQLite refuses only now and then, when two switch the journal in the same instant.
    for _ in 0..5 {
        let url = place.url();
        let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(open(url.clone()))).collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
    }
}

async fn open(url: String) -> Result<Store, vespid_store::StoreError> {
    Store::open(&url).await
}

#[tokio::test]
async fn a_missing_database_is_not_made_by_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.db");
    let error = Store::open_existing(file.to_str().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("does not exist"), "{error}");
    assert!(!file.exists());
}

fn catalogue(release: Release, name: &str) -> Catalogue {
    let bundle = serde_json::json!({"type": "bundle", "objects": [{
        "type": "attack-pattern", "id": "attack-pattern--1", "name": name, "kill_chain_phases": [],
        "external_references": [{"source_name": "mitre-attack", "external_id": "T1082"}],
    }]});
    Catalogue::from_stix(&bundle.to_string(), Some(release)).unwrap()
}

async fn imported_catalogues_are_kept_by_release(place: Place) {
    let db = place.fresh().await;
    let (old, new) = (Release::new(17, 1), Release::new(20, 0));
    for (release, name) in [(old, "first"), (new, "other"), (old, "second")] {
        db.store.catalogue_put(&catalogue(release, name), at(0)).await.unwrap();
    }
    assert_eq!(db.store.catalogue_list().await.unwrap(), [new, old]);
    let technique = "T1082".parse().unwrap();
    let known = db.store.catalogue(old).await.unwrap().unwrap();
    assert_eq!(known.full_name(technique).unwrap(), "second", "the last import stays");
    assert!(db.store.catalogue(Release::new(1, 0)).await.unwrap().is_none());

    let named_by = async |releases: &[Release]| db.store.catalogue_of(releases).await.unwrap().release();
    let bundled = Catalogue::default_release().release();
    assert_eq!(named_by(&[new, bundled]).await, new);
    assert_eq!(named_by(&[Release::new(21, 0), bundled]).await, bundled, "the first that is known");
    assert_eq!(named_by(&[]).await, bundled);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.db");
    std::fs::write(&file, "not a database, only some text that is long enough").unwrap();
    let error = Store::open(file.to_str().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("t.db") && error.contains("not a database"), "{error}");
}
