//! Erasure, retention, and the isolation of sessions.

use crate::support::*;
use nearfar_store::*;
use nearfar_test_support::{Fault, FaultyObjects};
use tokio::task::JoinHandle;

nearfar_test_support::on_both!(crate::support::Site:
    erasure_leaves_only_a_tombstone,
    erasure_affects_no_other_session,
    erasure_wins_over_upload_and_scoring,
    erasure_resumes_after_an_outage,
    retention_erases_by_time,
    abandoned_uploads_are_deleted,
    a_deleted_upload_is_not_acknowledged,
    sessions_and_accounts_are_apart,
);

/// A session with everything that a session can have.
async fn full_session(store: &Store, id: &str) {
    session(store, id).await;
    let link = NewHandoff {
        id: format!("link-{id}"),
        session_id: id.into(),
        secret_sha256: "hash".into(),
        expires_at: NOW + HOUR,
    };
    store.create_handoff(link, NOW).await.unwrap();
    let wish = HandoffClaim {
        link: format!("link-{id}"),
        secret_sha256: "hash".into(),
        device: "PHONE".into(),
        claim: "CLAIM".into(),
        codes: vec!["CODE".into()],
    };
    store.claim_handoff(wish, NOW).await.unwrap();
    store.confirm_handoff(id, &format!("link-{id}"), "CLAIM", "CODE", NOW).await.unwrap();
    store.report_problem(id, "r1", "{\"camera\":\"REPORTED\"}", PROBLEM, NOW).await.unwrap();
    let issued = issue(store, id, "one", "PHONE").await;
    store.receive(upload(&issued), NOW + 5000).await.unwrap();
    loop {
        let claimed = claim(store).await;
        if claimed.session_id == id {
            store.finish(&claimed, &passed(), Consequence::Pass, NOW + 7000).await.unwrap();
            break;
        }
    }
}

async fn erasure_leaves_only_a_tombstone(site: Site) {
    let store = site.store().await;
    full_session(&store, "a1").await;
    assert!(store.session("a1").await.unwrap().multi_device);
    store.erase_session("a1", NOW + 9000).await.unwrap();

    let tombstone = store.session("a1").await.unwrap();
    assert_eq!((tombstone.state, tombstone.cleared_at), (SessionState::Cleared, Some(NOW + 9000)));
    assert_eq!((&tombstone.user_id, &tombstone.return_url, &tombstone.failed_return_url), (&None, &None, &None));
    assert_eq!((&tombstone.region, &tombstone.result_attempt), (&None, &None));
    assert!(!tombstone.multi_device && !tombstone.use_slave_url);
    assert_eq!(not_found(store.attempt("a1", "one").await), Entity::Attempt);
    assert_eq!(not_found(store.file("a1", "one", "far").await), Entity::File);
    assert_eq!(store.files("a1", "one").await.unwrap(), []);
    assert_eq!(store.handoffs("a1").await.unwrap(), []);
    assert_eq!(store.reports("a1").await.unwrap(), []);
    assert_eq!(site.objects(), []);

    for refused in [
        conflict(store.issue_nonce(nonce_request("a1", "two", "first"), NOW).await),
        conflict(store.report_problem("a1", "r2", "{}", PROBLEM, NOW).await),
    ] {
        assert_eq!(refused, Conflict::Cleared);
    }
    store.erase_session("a1", NOW + 10_000).await.unwrap();
    assert_eq!(store.session("a1").await.unwrap().cleared_at, Some(NOW + 9000));
    assert_eq!(not_found(store.erase_session("a9", NOW).await), Entity::Session);

    // The embedded database's files, including deleted rows and log, contain nothing of it either. Statistics keep counts
    // by classes such as the camera's type.
    if store.database_kind() == DatabaseKind::Sqlite {
        for name in ["nearfar.db", "nearfar.db-wal"] {
            let bytes = std::fs::read(site.storage.folder().join(name)).unwrap();
            for text in ["person-of-a1", "person=7", "REPORTED", "CHECKED", "PHONE"] {
                let found = bytes.windows(text.len()).any(|part| part == text.as_bytes());
                assert!(!found, "{text} is still in {name}");
            }
        }
    }
}

async fn erasure_affects_no_other_session(site: Site) {
    let store = site.store().await;
    // One id is a prefix of the other.
    for id in ["a1", "a12"] {
        full_session(&store, id).await;
    }
    let before = (store.session("a12").await.unwrap(), store.attempt("a12", "one").await.unwrap());
    store.erase_session("a1", NOW).await.unwrap();
    assert_eq!((store.session("a12").await.unwrap(), store.attempt("a12", "one").await.unwrap()), before);
    assert!(store.file("a12", "one", "far").await.unwrap().starts_with(b"FACE far of a12/one"));
    assert_eq!(store.reports("a12").await.unwrap().len(), 1);
    assert_eq!(store.handoffs("a12").await.unwrap().len(), 1);
}

async fn erasure_wins_over_upload_and_scoring(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    let late = issue(&store, "a1", "two", "first").await;
    store.receive(upload(&issued), NOW).await.unwrap();
    let claimed = claim(&store).await;
    store.erase_session("a1", NOW).await.unwrap();
    assert_eq!(conflict(store.received_upload(&claimed).await.map(|_| ())), Conflict::LeaseLost);
    assert_eq!(conflict(store.finish(&claimed, &passed(), Consequence::Pass, NOW).await), Conflict::LeaseLost);
    assert_eq!(conflict(store.renew(&claimed, NOW + HOUR).await), Conflict::LeaseLost);
    assert_eq!(conflict(store.receive(upload(&late), NOW).await), Conflict::Cleared);
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Cleared);
    assert_eq!(site.objects(), []);
}

async fn erasure_resumes_after_an_outage(site: Site) {
    let (store, objects) = site.faulty().await;
    full_session(&store, "a1").await;
    objects.set(Fault::Undeletable);
    assert_eq!(unavailable(store.erase_session("a1", NOW).await), StorageBackend::Objects);
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Cleared);
    assert_eq!(not_found(store.file("a1", "one", "far").await), Entity::File);
    let report = store.run_retention(NOW).await.unwrap();
    assert_eq!((report.deletions, report.deferred), (0, 1));
    assert_eq!(site.objects().len(), 5);
    objects.set(Fault::None);
    assert_eq!(store.run_retention(NOW).await.unwrap(), RetentionReport { deletions: 1, ..RetentionReport::default() });
    assert_eq!(site.objects(), []);
    store.erase_session("a1", NOW).await.unwrap();
    assert_eq!(store.run_retention(NOW).await.unwrap(), RetentionReport::default());
}

async fn retention_erases_by_time(mut site: Site) {
    site.config.tombstone_retention = 48 * HOUR;
    let store = site.store().await;
    full_session(&store, "a1").await;
    session(&store, "a2").await;
    let later = NewSession { purge_at: NOW + 50 * HOUR, ..new_session(&account(&store).await, "a3") };
    store.create_session(later, NOW).await.unwrap();
    assert_eq!(store.run_retention(NOW + 24 * HOUR - 1).await.unwrap(), RetentionReport::default());
    let report = store.run_retention(NOW + 24 * HOUR).await.unwrap();
    assert_eq!(report, RetentionReport { erased_sessions: 2, deletions: 2, ..RetentionReport::default() });
    assert_eq!(site.objects(), []);
    for (id, state) in [("a1", SessionState::Cleared), ("a2", SessionState::Cleared), ("a3", SessionState::Open)] {
        assert_eq!(store.session(id).await.unwrap().state, state);
    }
    let report = store.run_retention(NOW + (24 + 48) * HOUR).await.unwrap();
    assert_eq!(
        report,
        RetentionReport { erased_sessions: 1, deletions: 1, tombstones: 2, ..RetentionReport::default() }
    );
    assert_eq!(not_found(store.session("a1").await), Entity::Session);
}

async fn abandoned_uploads_are_deleted(mut site: Site) {
    site.config.upload_grace = 1000;
    let (store, objects) = site.faulty().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    let task = hold_after_some_files(&site, &store, &objects, &issued).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    objects.set(Fault::None);

    assert_eq!(store.run_retention(NOW + 999).await.unwrap(), RetentionReport::default());
    assert_ne!(site.objects(), []);
    assert_eq!(
        store.run_retention(NOW + 1000).await.unwrap(),
        RetentionReport { deletions: 1, ..RetentionReport::default() }
    );
    assert_eq!(site.objects(), []);
    store.receive(upload(&issued), NOW).await.unwrap();
    assert_eq!(store.run_retention(NOW + HOUR).await.unwrap(), RetentionReport::default());
    assert_eq!(site.objects().len(), 5);
}

async fn a_deleted_upload_is_not_acknowledged(mut site: Site) {
    site.config.upload_grace = 1000;
    let (store, objects) = site.faulty().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    let task = hold_after_some_files(&site, &store, &objects, &issued).await;
    assert_eq!(
        store.run_retention(NOW + 1000).await.unwrap(),
        RetentionReport { deletions: 1, ..RetentionReport::default() }
    );
    objects.set(Fault::None);
    assert_eq!(unavailable(task.await.unwrap()), StorageBackend::Objects);
    assert_eq!(site.objects(), [], "also the file that was written after the sweep");
    assert_eq!(store.attempt("a1", "one").await.unwrap(), issued);
    store.receive(upload(&issued), NOW).await.unwrap();
    assert_eq!(site.objects().len(), 5);
}

/// An upload with four files written, the fifth not, and nothing acknowledged yet.
async fn hold_after_some_files(
    site: &Site,
    store: &Store,
    objects: &FaultyObjects,
    attempt: &Attempt,
) -> JoinHandle<Result<Receipt>> {
    objects.set(Fault::Held);
    let task = tokio::spawn({
        let (store, upload) = (store.clone(), upload(attempt));
        async move { store.receive(upload, NOW).await }
    });
    // A file that is still being written has a # in its name.
    while site.object_names().iter().filter(|name| !name.contains('#')).count() < 4 {
        tokio::task::yield_now().await;
    }
    task
}

async fn sessions_and_accounts_are_apart(site: Site) {
    let store = site.store().await;
    let (mine, theirs) = (account(&store).await, account(&store).await);
    store.create_session(new_session(&mine, "mine"), NOW).await.unwrap();
    store.create_session(new_session(&theirs, "theirs"), NOW).await.unwrap();
    receive(&store, "mine", "one").await;
    receive(&store, "theirs", "two").await;
    store.report_problem("theirs", "r1", "{}", PROBLEM, NOW).await.unwrap();

    assert_eq!(not_found(store.session_of(&mine.id, "theirs").await), Entity::Session);
    assert_eq!(not_found(store.session_of(&theirs.id, "mine").await), Entity::Session);
    assert_eq!(store.session_of(&mine.id, "mine").await.unwrap().user_id.as_deref(), Some("person-of-mine"));
    assert_eq!(not_found(store.attempt("mine", "two").await), Entity::Attempt);
    assert_eq!(not_found(store.file("mine", "two", "far").await), Entity::File);
    assert_eq!(store.files("mine", "two").await.unwrap(), []);
    assert_eq!(store.reports("mine").await.unwrap(), []);
    assert_eq!(store.attempts("mine").await.unwrap().len(), 1);
    // The same attempt id in two sessions is two attempts.
    store.create_session(new_session(&mine, "third"), NOW).await.unwrap();
    receive(&store, "third", "two").await;
    assert!(store.file("third", "two", "far").await.unwrap().starts_with(b"FACE far of third/two"));
    assert!(store.file("theirs", "two", "far").await.unwrap().starts_with(b"FACE far of theirs/two"));
}
