//! Deferred files.

use crate::support::*;
use bytes::Bytes;
use nearfar_store::*;
use nearfar_test_support::{Fault, FaultyObjects};
use tokio::task::JoinHandle;

nearfar_test_support::on_both!(crate::support::Site:
    a_deferred_file_is_added_once_before_or_after_scoring,
    a_deferred_file_needs_its_device_time_and_upload,
    a_deferred_file_can_be_retried_after_an_outage,
    erasure_wins_over_a_deferred_file,
    a_deleted_deferred_file_is_not_acknowledged,
    one_of_several_concurrent_deferred_files_is_stored,
);

const NAMES: [&str; 4] = ["audit-0", "far", "manifest", "near"];

fn late(attempt: &Attempt) -> DeferredFile {
    DeferredFile {
        session_id: attempt.session_id.clone(),
        attempt_id: attempt.id.clone(),
        device: attempt.device.clone(),
        file: UploadFile::new("video", Bytes::from("MOVING FACE ".repeat(500))),
        accept_within: HOUR,
    }
}

/// A received attempt without its video.
async fn received(store: &Store, session: &str, attempt: &str) -> Attempt {
    let issued = issue(store, session, attempt, "first").await;
    let mut upload = upload(&issued);
    upload.files.retain(|file| file.name != "video");
    store.receive(upload, NOW).await.unwrap().attempt
}

async fn names(store: &Store, attempt: &Attempt) -> Vec<String> {
    let files = store.files(&attempt.session_id, &attempt.id).await.unwrap();
    files.into_iter().map(|file| file.name).collect()
}

async fn a_deferred_file_is_added_once_before_or_after_scoring(site: Site) {
    let store = site.store().await;
    for (id, first) in [("a1", true), ("a2", false)] {
        session(&store, id).await;
        let attempt = received(&store, id, "one").await;
        if first {
            assert!(!store.receive_deferred(&late(&attempt), NOW + 1).await.unwrap());
        }
        let claimed = claim(&store).await;
        assert_eq!(store.received_upload(&claimed).await.unwrap().files.contains_key("video"), first);
        store.finish(&claimed, &passed(), Consequence::Pass, NOW).await.unwrap();
        assert_eq!(store.receive_deferred(&late(&attempt), NOW + 1).await.unwrap(), first);
        assert!(
            store.receive_deferred(&late(&attempt), NOW + 9 * HOUR).await.unwrap(),
            "reported again whenever it is asked"
        );
        assert_eq!(store.file(id, "one", "video").await.unwrap(), late(&attempt).file.content);
    }
    assert_eq!(site.objects().len(), 10);
}

async fn a_deferred_file_needs_its_device_time_and_upload(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "two", "first").await;
    let attempt = received(&store, "a1", "one").await;
    let good = late(&attempt);
    let other = DeferredFile { device: "second".into(), ..good.clone() };
    assert_eq!(not_found(store.receive_deferred(&other, NOW).await), Entity::Attempt);
    assert_eq!(not_found(store.receive_deferred(&late(&issued), NOW).await), Entity::Attempt);
    let unknown = DeferredFile { session_id: "a9".into(), ..good.clone() };
    assert_eq!(not_found(store.receive_deferred(&unknown, NOW).await), Entity::Session);
    assert_eq!(conflict(store.receive_deferred(&good, NOW + HOUR).await), Conflict::NonceExpired);
    let mut path = good.clone();
    path.file.name = "../x".into();
    assert!(matches!(store.receive_deferred(&path, NOW).await, Err(Error::Invalid { .. })));
    assert_eq!(names(&store, &attempt).await, NAMES);
    assert!(!store.receive_deferred(&good, NOW + HOUR - 1).await.unwrap());
}

async fn a_deferred_file_can_be_retried_after_an_outage(site: Site) {
    let (store, objects) = site.faulty().await;
    session(&store, "a1").await;
    let attempt = received(&store, "a1", "one").await;
    objects.set(Fault::Full);
    assert_eq!(unavailable(store.receive_deferred(&late(&attempt), NOW).await), StorageBackend::Objects);
    assert_eq!(names(&store, &attempt).await, NAMES);
    objects.set(Fault::None);
    assert!(!store.receive_deferred(&late(&attempt), NOW).await.unwrap());
    assert_eq!(store.run_retention(NOW + HOUR).await.unwrap().deferred, 0);
    assert_eq!(site.objects().len(), 5);
}

/// A file that is written but not acknowledged yet.
async fn held(site: &Site, store: &Store, objects: &FaultyObjects, attempt: &Attempt) -> JoinHandle<Result<bool>> {
    objects.set(Fault::Held);
    let task = tokio::spawn({
        let (store, late) = (store.clone(), late(attempt));
        async move { store.receive_deferred(&late, NOW).await }
    });
    // A file that is still being written has a # in its name.
    while site.object_names().iter().filter(|name| name.ends_with("/video")).count() < 1 {
        tokio::task::yield_now().await;
    }
    task
}

async fn erasure_wins_over_a_deferred_file(site: Site) {
    let (store, objects) = site.faulty().await;
    session(&store, "a1").await;
    let attempt = received(&store, "a1", "one").await;
    let task = held(&site, &store, &objects, &attempt).await;
    store.erase_session("a1", NOW).await.unwrap();
    objects.set(Fault::None);
    assert_eq!(conflict(task.await.unwrap()), Conflict::Cleared);
    assert_eq!(site.objects(), []);
    assert_eq!(conflict(store.receive_deferred(&late(&attempt), NOW).await), Conflict::Cleared);
    assert_eq!(store.run_retention(NOW + HOUR).await.unwrap(), RetentionReport::default());
}

async fn a_deleted_deferred_file_is_not_acknowledged(mut site: Site) {
    site.config.upload_grace = 1000;
    let (store, objects) = site.faulty().await;
    session(&store, "a1").await;
    let attempt = received(&store, "a1", "one").await;
    let task = held(&site, &store, &objects, &attempt).await;
    assert_eq!(
        store.run_retention(NOW + 1000).await.unwrap(),
        RetentionReport { deletions: 1, ..RetentionReport::default() }
    );
    objects.set(Fault::None);
    assert_eq!(unavailable(task.await.unwrap()), StorageBackend::Objects);
    assert_eq!((names(&store, &attempt).await, site.objects().len()), (NAMES.map(String::from).into(), 4));

    // Nor a file whose sender has gone; retention deletes it.
    let task = held(&site, &store, &objects, &attempt).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    objects.set(Fault::None);
    assert_eq!(
        store.run_retention(NOW + 1000).await.unwrap(),
        RetentionReport { deletions: 1, ..RetentionReport::default() }
    );
    assert_eq!(site.objects().len(), 4);
    assert!(!store.receive_deferred(&late(&attempt), NOW).await.unwrap());
}

async fn one_of_several_concurrent_deferred_files_is_stored(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let attempt = received(&store, "a1", "one").await;
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let (store, late) = (store.clone(), late(&attempt));
            tokio::spawn(async move { store.receive_deferred(&late, NOW).await.unwrap() })
        })
        .collect();
    let mut fresh = 0;
    for task in tasks {
        fresh += usize::from(!task.await.unwrap());
    }
    assert_eq!(fresh, 1);
    assert_eq!(site.objects().len(), 5);
    assert_eq!(store.file("a1", "one", "video").await.unwrap(), late(&attempt).file.content);
}
