//! Legal holds, and retention of single kinds of data.

use crate::support::*;
use nearfar_store::*;

nearfar_test_support::on_both!(crate::support::Site:
    held_sessions_are_not_erased,
    an_erasure_asked_for_is_carried_out_after_the_hold,
    holds_need_a_reason_and_stored_data,
    kinds_are_erased_in_their_time,
    kinds_are_erased_whatever_the_settings_of_other_accounts,
    kinds_on_hold_are_erased_after_it,
    late_videos_are_erased_too,
    an_outage_only_delays_the_erasure_of_kinds,
    a_running_attempt_outlasts_the_retention,
);

fn operator() -> Actor {
    Actor::Operator("ada".into())
}

async fn scored(store: &Store, id: &str) {
    receive(store, id, "one").await;
    let claimed = claim(store).await;
    store.finish(&claimed, &passed(), Consequence::Pass, NOW + 7000).await.unwrap();
}

async fn held_sessions_are_not_erased(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    scored(&store, "a1").await;
    session(&store, "b2").await;
    store.hold_session(&operator(), "a1", " case 17 ", NOW).await.unwrap();
    let report = store.run_retention(NOW + 25 * HOUR).await.unwrap();
    assert_eq!((report.erased_sessions, report.has_more), (1, false));
    assert_eq!(store.session("b2").await.unwrap().state, SessionState::Cleared);
    assert!(store.file("a1", "one", "far").await.is_ok());

    let hold = store.legal_hold("a1").await.unwrap().unwrap();
    assert_eq!((hold.reason.as_str(), hold.held_by.as_str(), hold.held_at), ("case 17", "ada", NOW));
    assert_eq!(store.legal_holds().await.unwrap(), [hold]);
    assert!(store.release_hold(&operator(), "a1", NOW + 26 * HOUR).await.unwrap());
    assert!(!store.release_hold(&operator(), "a1", NOW + 26 * HOUR).await.unwrap());
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Passed);
    assert_eq!(store.run_retention(NOW + 26 * HOUR).await.unwrap().erased_sessions, 1);
    assert_eq!(site.objects(), []);
}

async fn an_erasure_asked_for_is_carried_out_after_the_hold(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    scored(&store, "a1").await;
    store.hold_session(&operator(), "a1", "case 17", NOW).await.unwrap();
    for at in [NOW + HOUR, NOW + 2 * HOUR] {
        assert_eq!(conflict(store.erase_session("a1", at).await), Conflict::OnHold);
    }
    assert_eq!(store.legal_hold("a1").await.unwrap().unwrap().erasure_requested_at, Some(NOW + HOUR));
    assert!(store.file("a1", "one", "far").await.is_ok());
    store.release_hold(&operator(), "a1", NOW + 3 * HOUR).await.unwrap();
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Cleared);
    assert_eq!(site.objects(), []);
}

async fn holds_need_a_reason_and_stored_data(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    for reason in ["", "  ", &"x".repeat(501)] {
        assert!(matches!(store.hold_session(&operator(), "a1", reason, NOW).await, Err(Error::Invalid { .. })));
    }
    assert_eq!(not_found(store.hold_session(&operator(), "b2", "case", NOW).await), Entity::Session);
    store.erase_session("a1", NOW).await.unwrap();
    assert_eq!(conflict(store.hold_session(&operator(), "a1", "case", NOW).await), Conflict::Cleared);
}

/// An account that keeps pictures for 3 hours, audit pictures for 2, videos and problem reports for 1.
async fn account_with_kinds(store: &Store) -> Account {
    let account = account(store).await;
    let retention_by_kind =
        RetentionByKind { pictures: Some(3), audit_images: Some(2), video: Some(1), problem_reports: Some(1) };
    let settings = AccountSettings { retention_by_kind, ..account.settings.clone() };
    store.update_account(&account.id, &account.name, None, &settings).await.unwrap();
    store.account(&account.id).await.unwrap()
}

async fn names(store: &Store, id: &str) -> Vec<String> {
    store.files(id, "one").await.unwrap().into_iter().map(|file| file.name).collect()
}

async fn kinds_are_erased_in_their_time(site: Site) {
    let store = site.store().await;
    let account = account_with_kinds(&store).await;
    store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    // Another account's, and one that waits for its score.
    session(&store, "b2").await;
    scored(&store, "b2").await;
    scored(&store, "a1").await;
    store.create_session(new_session(&account, "c3"), NOW).await.unwrap();
    receive(&store, "c3", "one").await;
    store.report_problem("a1", "r1", "{}", PROBLEM, NOW + 5000).await.unwrap();

    let received = NOW + 5000;
    assert_eq!(store.run_retention(received + HOUR - 1).await.unwrap().erased_items, 0);
    assert_eq!(store.run_retention(received + HOUR).await.unwrap().erased_items, 2);
    assert_eq!(names(&store, "a1").await, ["audit-0", "far", "manifest", "near"]);
    assert_eq!(store.reports("a1").await.unwrap(), []);
    assert_eq!(not_found(store.file("a1", "one", "video").await), Entity::File);
    store.run_retention(received + 2 * HOUR).await.unwrap();
    assert_eq!(names(&store, "a1").await, ["far", "manifest", "near"]);
    store.run_retention(received + 3 * HOUR).await.unwrap();
    assert_eq!(names(&store, "a1").await, ["manifest"]);
    assert!(store.attempt("a1", "one").await.unwrap().outcome.is_some());
    assert_eq!(names(&store, "b2").await.len(), 5);
    assert_eq!(names(&store, "c3").await.len(), 5);
    let left = site.object_names();
    assert_eq!(left.iter().filter(|path| path.contains("/a1/")).count(), 1, "{left:?}");
    assert_eq!(store.run_retention(received + 4 * HOUR).await.unwrap().erased_items, 0);
}

async fn kinds_are_erased_whatever_the_settings_of_other_accounts(site: Site) {
    let store = site.store().await;
    let other = account(&store).await;
    // A later release wrote it.
    let unreadable = format!("UPDATE accounts SET settings = '{{\"later\":1}}' WHERE id = '{}'", other.id);
    site.storage.execute(&unreadable).await;
    let account = account_with_kinds(&store).await;
    store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    scored(&store, "a1").await;
    assert_eq!(store.run_retention(NOW + 5000 + HOUR).await.unwrap().erased_items, 1);
    assert!(!names(&store, "a1").await.contains(&"video".to_owned()));
}

async fn kinds_on_hold_are_erased_after_it(site: Site) {
    let store = site.store().await;
    let account = account_with_kinds(&store).await;
    store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    scored(&store, "a1").await;
    store.hold_session(&operator(), "a1", "case", NOW).await.unwrap();
    // Long enough that the progress is beyond the attempt.
    let long = NOW + 100 * HOUR;
    assert_eq!(store.run_retention(long).await.unwrap().erased_items, 0);
    assert_eq!(names(&store, "a1").await.len(), 5);
    store.release_hold(&operator(), "a1", long).await.unwrap();
    let query = store.session("a1").await.unwrap();
    assert_eq!(query.state, SessionState::Passed);
    let report = store.run_retention(long).await.unwrap();
    assert_eq!((report.erased_sessions, site.objects()), (1, vec![]));
}

async fn late_videos_are_erased_too(site: Site) {
    let store = site.store().await;
    let account = account_with_kinds(&store).await;
    store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    scored(&store, "a1").await;
    let received = NOW + 5000;
    store.run_retention(received + HOUR).await.unwrap();
    assert!(!names(&store, "a1").await.contains(&"video".to_owned()));
    // The progress is at this attempt's receipt now; another attempt with the same receipt is found all the same.
    store.create_session(new_session(&account, "b2"), NOW).await.unwrap();
    scored(&store, "b2").await;
    assert_eq!(store.run_retention(received + HOUR).await.unwrap().erased_items, 1);
}

async fn an_outage_only_delays_the_erasure_of_kinds(site: Site) {
    let (store, objects) = site.faulty().await;
    let account = account_with_kinds(&store).await;
    store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    scored(&store, "a1").await;
    objects.set(nearfar_test_support::Fault::Undeletable);
    let report = store.run_retention(NOW + 2 * HOUR).await.unwrap();
    assert_eq!(report.erased_items, 1);
    assert!(report.deferred > 0);
    assert_eq!(not_found(store.file("a1", "one", "video").await), Entity::File);
    objects.set(nearfar_test_support::Fault::None);
    store.run_retention(NOW + 2 * HOUR).await.unwrap();
    assert!(!site.object_names().iter().any(|path| path.contains("video")));
}

async fn a_running_attempt_outlasts_the_retention(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    let new = NewSession { purge_at: NOW + HOUR / 4, ..new_session(&account, "a1") };
    store.create_session(new, NOW).await.unwrap();
    issue(&store, "a1", "one", "first").await;
    assert_eq!(store.run_retention(NOW + HOUR / 3).await.unwrap().erased_sessions, 0);
    assert_eq!(store.run_retention(NOW + HOUR / 2).await.unwrap().erased_sessions, 1);
}
