//! Re-encryption of captured files, with uploads, scoring and erasure going on.

use crate::support::*;
use nearfar_store::*;
use nearfar_test_support::Fault;

nearfar_test_support::on_both!(Site:
    every_file_gets_the_first_key_and_stays_readable,
    a_scorer_that_has_begun_finishes,
    erased_files_do_not_come_back,
    an_outage_leaves_everything_readable,
    files_of_unknown_keys_are_reported,
);

fn key(byte: u8) -> SecretKey {
    SecretKey::new([byte; 32])
}

/// The site with other blob keys.
async fn open(site: &Site, keys: &[u8]) -> Store {
    let blob_keys = keys.iter().map(|byte| key(*byte)).collect();
    Store::open(&StoreConfig { blob_keys, ..site.config.clone() }, entropy()).await.unwrap()
}

/// Re-encrypts everything; returns the sum.
async fn reencrypt(store: &Store) -> Result<ReencryptedFiles> {
    let (mut all, mut cursor) = (ReencryptedFiles::default(), FileCursor::default());
    while let Some((next, done)) = store.reencrypt_files_after(&cursor, NOW).await? {
        cursor = next;
        all.files += done.files;
        all.bytes += done.bytes;
        all.skipped += done.skipped;
        all.failed.extend(done.failed);
    }
    Ok(all)
}

async fn contents(store: &Store, session: &str) -> Vec<bytes::Bytes> {
    let mut contents = Vec::new();
    for file in store.files(session, "one").await.unwrap() {
        contents.push(store.file(session, "one", &file.name).await.unwrap());
    }
    contents
}

async fn every_file_gets_the_first_key_and_stays_readable(site: Site) {
    let plain = open(&site, &[]).await;
    session(&plain, "plain").await;
    receive(&plain, "plain", "one").await;
    let old = open(&site, &[2]).await;
    session(&old, "old").await;
    receive(&old, "old", "one").await;
    let before = (contents(&old, "plain").await, contents(&old, "old").await);

    let new = open(&site, &[3, 2]).await;
    assert_eq!(new.count_files().await.unwrap().len(), 2);
    let done = reencrypt(&new).await.unwrap();
    assert_eq!((done.files, done.skipped, done.failed.len()), (10, 0, 0), "manifest and four files each");
    let counts = new.count_files().await.unwrap();
    assert_eq!((counts.len(), counts[0].files, counts[0].bytes), (1, 10, done.bytes));
    assert_eq!(counts[0].key_id.as_ref(), new.blob_key_ids().first());
    assert_eq!(reencrypt(&new).await.unwrap(), ReencryptedFiles::default(), "nothing is left");

    // The former copies go later.
    assert_eq!(site.object_names().len(), 20);
    new.run_retention(NOW + site.config.upload_grace).await.unwrap();
    assert_eq!(site.object_names().len(), 10);
    assert!(site.objects().iter().all(|(_, stored)| !stored.windows(4).any(|part| part == b"FACE")));
    let only_new = open(&site, &[3]).await;
    assert_eq!((contents(&only_new, "plain").await, contents(&only_new, "old").await), before);
}

async fn a_scorer_that_has_begun_finishes(site: Site) {
    let new = open(&site, &[3, 2]).await;
    let old = site.store().await;
    session(&old, "s").await;
    receive(&old, "s", "one").await;
    let claimed = claim(&old).await;
    reencrypt(&new).await.unwrap();
    new.received_upload(&claimed).await.unwrap();
    new.finish(&claimed, &passed(), Consequence::Pass, NOW + 7000).await.unwrap();
    assert_eq!(new.session("s").await.unwrap().state, SessionState::Passed);
}

async fn erased_files_do_not_come_back(site: Site) {
    let old = site.store().await;
    session(&old, "s").await;
    receive(&old, "s", "one").await;
    let (_, objects) = site.faulty().await;
    let config = StoreConfig { blob_keys: vec![key(3), key(2)], ..site.config.clone() };
    let new = Store::open_with(&config, std::sync::Arc::new(objects.clone()), entropy()).await.unwrap();
    // The copies are written, and the session is erased before they are exchanged.
    objects.set(Fault::Held);
    let at_work = tokio::spawn({
        let new = new.clone();
        async move { new.reencrypt_files_after(&FileCursor::default(), NOW).await }
    });
    while site.object_names().len() < 6 {
        tokio::task::yield_now().await;
    }
    old.erase_session("s", NOW).await.unwrap();
    objects.set(Fault::None);
    let (_, done) = at_work.await.unwrap().unwrap().unwrap();
    assert_eq!((done.files, done.skipped, done.failed.len()), (0, 5, 0));
    old.run_retention(NOW + site.config.upload_grace).await.unwrap();
    assert_eq!(site.object_names(), Vec::<String>::new());
}

async fn an_outage_leaves_everything_readable(site: Site) {
    let old = site.store().await;
    session(&old, "s").await;
    receive(&old, "s", "one").await;
    let before = contents(&old, "s").await;
    let (_, objects) = site.faulty().await;
    let config = StoreConfig { blob_keys: vec![key(3), key(2)], ..site.config.clone() };
    let new = Store::open_with(&config, std::sync::Arc::new(objects.clone()), entropy()).await.unwrap();
    objects.room_for(2);
    assert_eq!(unavailable(reencrypt(&new).await), StorageBackend::Objects);
    assert_eq!(contents(&old, "s").await, before);
    assert_eq!(site.object_names().len(), 5, "what was written is gone");
    objects.set(Fault::None);
    assert_eq!(reencrypt(&new).await.unwrap().files, 5);
    assert_eq!(contents(&new, "s").await, before);
}

async fn files_of_unknown_keys_are_reported(site: Site) {
    let old = site.store().await;
    for id in ["a", "b"] {
        session(&old, id).await;
        receive(&old, id, "one").await;
    }
    let new = open(&site, &[3]).await;
    let done = reencrypt(&new).await.unwrap();
    assert_eq!((done.files, done.failed.len()), (0, 2), "{done:?}");
    assert_eq!(contents(&old, "a").await.len(), 5);
    let none = open(&site, &[]).await;
    assert!(matches!(reencrypt(&none).await, Err(Error::Configuration(_))));
}
