//! Study sessions on both databases.

use crate::support::*;
use nearfar_protocol::study::{Labels, PersonCode};
use nearfar_store::*;
use nearfar_test_support::{Fault, FaultyObjects};
use std::sync::Arc;

nearfar_test_support::on_both!(crate::support::Site:
    no_nonce_before_consent,
    erasing_a_person_erases_nobody_else,
    files_are_deleted_once_the_object_store_is_back,
    study_files_are_not_deleted_without_their_location,
);

fn code(text: &str) -> PersonCode {
    text.parse().unwrap()
}

async fn make(store: &Store, person: &str) -> Session {
    let consent = ConsentText::new("v1", b"We photograph you.").unwrap();
    let (person, labels) = (code(person), Labels::default());
    let new = NewStudySession { person, presenter: None, labels, consent, tries: 1, expires_at: NOW + HOUR };
    store.create_study_session(new, NOW).await.unwrap()
}

async fn captured(store: &Store, person: &str) -> Session {
    let session = make(store, person).await;
    store.answer_consent(&session.id, true, NOW).await.unwrap();
    receive(store, &session.id, "one").await;
    session
}

async fn with_study(site: &mut Site) -> Store {
    site.config.study_objects_url = Some(site.storage.folder().join("study").display().to_string());
    site.store().await
}

fn files(site: &Site) -> usize {
    let root = site.storage.folder().join("study/study");
    let below = |path: std::path::PathBuf| std::fs::read_dir(path).into_iter().flatten().count();
    let attempts = std::fs::read_dir(&root).into_iter().flatten().flatten();
    attempts
        .flat_map(|one| std::fs::read_dir(one.path().join("one")).into_iter().flatten().flatten())
        .map(|one| below(one.path()))
        .sum()
}

async fn no_nonce_before_consent(mut site: Site) {
    let store = with_study(&mut site).await;
    let session = make(&store, "P1").await;
    assert!(is_study(&session.id));
    assert_eq!(conflict(store.issue_nonce(nonce_request(&session.id, "one", "first"), NOW).await), Conflict::NoConsent);
    store.answer_consent(&session.id, true, NOW + 5).await.unwrap();
    issue(&store, &session.id, "one", "first").await;
    let kept = store.study_session(&session.id).await.unwrap();
    assert_eq!((kept.agreed_at, kept.declined_at), (Some(NOW + 5), None));
    assert_eq!(store.consent_text(&kept.consent_version).await.unwrap(), "We photograph you.");
    let declined = store.answer_consent(&session.id, false, NOW + 9).await.unwrap();
    assert_eq!(declined.declined_at, Some(NOW + 9));
    assert_eq!(store.session(&session.id).await.unwrap().failure, Some(FailureReason::Declined));
    assert_eq!(conflict(store.issue_nonce(nonce_request(&session.id, "two", "first"), NOW).await), Conflict::Finished);
    let late = make(&store, "P2").await;
    assert_eq!(conflict(store.answer_consent(&late.id, true, NOW + HOUR).await), Conflict::Expired);
    let account = account(&store).await;
    assert!(store.create_session(new_session(&account, "study-1"), NOW).await.is_err(), "an id of a study");
    assert_eq!(not_found(store.study_session("a1").await), Entity::Session);
}

async fn erasing_a_person_erases_nobody_else(mut site: Site) {
    let store = with_study(&mut site).await;
    let gone = [captured(&store, "P1").await, captured(&store, "P1").await];
    let kept = captured(&store, "P12").await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    assert_eq!((files(&site), site.objects().len()), (15, 5));
    let erased = store.erase_person(&code("P1"), NOW).await.unwrap();
    assert_eq!(erased, StudyErasure { sessions: 2, captures: 2, files: 10, videos: 2, deferred: 0 });
    for session in gone {
        assert_eq!(not_found(store.session(&session.id).await), Entity::Session);
    }
    assert!(store.file(&kept.id, "one", "far").await.is_ok());
    assert_eq!((files(&site), site.objects().len()), (5, 5));
    let count = |table: &str| site.storage.count(format!("SELECT COUNT(*) FROM {table}"));
    assert_eq!((count("study_sessions").await, count("study_people").await, count("doomed_blobs").await), (1, 1, 0));
    assert_eq!(store.erase_person(&code("P1"), NOW).await.unwrap(), StudyErasure::default());
    assert_eq!(count("study_erasures").await, 1);
}

async fn files_are_deleted_once_the_object_store_is_back(mut site: Site) {
    let store = with_study(&mut site).await;
    captured(&store, "P1").await;
    let root = site.storage.folder().join("study/study");
    let away = site.storage.folder().join("away");
    std::fs::rename(&root, &away).unwrap();
    let erased = store.erase_person(&code("P1"), NOW).await.unwrap();
    assert_eq!((erased.sessions, erased.deferred), (1, 1));
    std::fs::rename(&away, &root).unwrap();
    assert_eq!(files(&site), 5);
    assert_eq!(store.run_requested_deletions().await.unwrap().deletions, 1);
    assert_eq!(files(&site), 0);
}

async fn study_files_are_not_deleted_without_their_location(mut site: Site) {
    let store = with_study(&mut site).await;
    let session = captured(&store, "P1").await;
    site.config.study_objects_url = None;
    let objects = FaultyObjects::in_folder(&site.storage.objects());
    objects.set(Fault::None);
    let other = Store::open_with(&site.config, Arc::new(objects), entropy()).await.unwrap();
    assert_eq!(unavailable(other.file(&session.id, "one", "far").await), StorageBackend::Objects);
    assert_eq!(unavailable(other.erase_session(&session.id, NOW).await), StorageBackend::Objects);
    assert_eq!(other.run_requested_deletions().await.unwrap().deferred, 1);
    assert_eq!(files(&site), 5);
    assert_eq!(store.run_requested_deletions().await.unwrap().deletions, 1);
    assert_eq!(files(&site), 0);
}
