//! Backups of SQLite with its files, and their restoration.

use crate::support::*;
use nearfar_store::*;
use nearfar_test_support::TestStorage;
use std::path::PathBuf;

/// A site with received attempts, and the folder for a backup.
async fn site(sessions: &[&str]) -> (Site, Store, PathBuf) {
    let site = Site::new(TestStorage::sqlite());
    let store = site.store().await;
    for id in sessions {
        session(&store, id).await;
        receive(&store, id, "one").await;
    }
    let folder = site.storage.folder().join("backup");
    (site, store, folder)
}

/// An empty site with the keys of another.
fn empty_like(site: &Site) -> Site {
    let mut empty = Site::new(TestStorage::sqlite());
    empty.config.master_key = site.config.master_key.clone();
    empty.config.blob_keys = site.config.blob_keys.clone();
    empty
}

async fn restore(target: &Site, folder: &std::path::Path, erased: &[&str]) -> Result<RestoreReport> {
    let erased: Vec<String> = erased.iter().map(|id| (*id).to_owned()).collect();
    Store::restore(&target.config, folder, &erased, entropy(), NOW + HOUR).await
}

async fn far(store: &Store, session: &str) -> bytes::Bytes {
    store.file(session, "one", "far").await.unwrap()
}

#[tokio::test]
async fn a_restored_backup_has_everything_and_stays_encrypted() {
    let (site, store, folder) = site(&["a", "b"]).await;
    let mut copied = 0;
    let manifest = store.backup(&folder, NOW, |files| copied = files).await.unwrap();
    assert_eq!((manifest.files.len(), copied, manifest.missing.len()), (10, 10, 0));
    assert_eq!(BackupManifest::read(&folder).unwrap(), manifest);
    for file in &manifest.files {
        let stored = std::fs::read(folder.join("objects").join(&file.path)).unwrap();
        assert!(!stored.windows(4).any(|part| part == b"FACE"));
    }
    // Received after the backup: not in it.
    session(&store, "later").await;
    let target = empty_like(&site);
    let report = restore(&target, &folder, &[]).await.unwrap();
    assert_eq!(report, RestoreReport { files: 10, ..RestoreReport::default() });
    let restored = target.store().await;
    for id in ["a", "b"] {
        assert_eq!(far(&restored, id).await, far(&store, id).await);
        assert_eq!(restored.attempts(id).await.unwrap(), store.attempts(id).await.unwrap());
    }
    assert_eq!(not_found(restored.session("later").await), Entity::Session);
    assert!(restored.claim(NOW + 6000, NOW + 66_000).await.unwrap().is_some(), "what waited for its score waits again");
}

#[tokio::test]
async fn people_erased_after_the_backup_do_not_come_back() {
    let (site, store, folder) = site(&["a", "b"]).await;
    store.backup(&folder, NOW, |_| {}).await.unwrap();
    session(&store, "later").await;
    store.erase_session("a", NOW + 1000).await.unwrap();
    store.erase_session("later", NOW + 2000).await.unwrap();
    let erased = store.erased_sessions(NOW).await.unwrap();
    let ids: Vec<&str> = erased.iter().map(|erased| erased.signature_id.as_str()).collect();
    assert_eq!((ids.as_slice(), erased[0].erased_at), (["a", "later"].as_slice(), NOW + 1000));
    assert_eq!(store.erased_sessions(NOW + 1001).await.unwrap().len(), 1);

    let target = empty_like(&site);
    let report = restore(&target, &folder, &ids).await.unwrap();
    assert_eq!((report.erased, report.unknown), (1, 1));
    let restored = target.store().await;
    assert_eq!(restored.session("a").await.unwrap().state, SessionState::Cleared);
    assert!(restored.session("a").await.unwrap().user_id.is_none());
    far(&restored, "b").await;
    assert!(target.object_names().iter().all(|name| name.starts_with("sessions/b/")), "{:?}", target.object_names());
}

#[tokio::test]
async fn people_erased_after_a_hold_do_not_come_back() {
    let (site, store, folder) = site(&["a", "b"]).await;
    let actor = Actor::Command("root".into());
    for id in ["a", "b"] {
        store.hold_session(&actor, id, "case 17", NOW).await.unwrap();
    }
    store.backup(&folder, NOW, |_| {}).await.unwrap();
    let target = empty_like(&site);
    assert_eq!(restore(&target, &folder, &["a"]).await.unwrap().erased, 1);
    let restored = target.store().await;
    assert_eq!(restored.session("a").await.unwrap().state, SessionState::Cleared);
    assert!(restored.legal_hold("b").await.unwrap().is_some());
    far(&restored, "b").await;
}

#[tokio::test]
async fn operators_sign_in_anew_after_a_restore() {
    let (site, store, folder) = site(&["a"]).await;
    let root = Actor::Command("root".into());
    let (ann, code) = store.create_operator(&root, "ann", Role::Administrator, NOW).await.unwrap();
    let credentials = NewCredentials {
        password_hash: "$argon2id$…".into(),
        totp_secret: b"12345678901234567890".to_vec().into(),
        totp_step: 1,
        recovery_codes: vec!["one".into()],
    };
    store.set_up_operator(&code, &credentials, NOW).await.unwrap();
    let (_, unused) = store.create_operator(&root, "bob", Role::Viewer, NOW).await.unwrap();
    let (token, device) = store.create_console_session(&ann, serde_json::json!({}), NOW).await.unwrap();
    store.backup(&folder, NOW, |_| {}).await.unwrap();

    let target = empty_like(&site);
    restore(&target, &folder, &[]).await.unwrap();
    let restored = target.store().await;
    assert!(restored.console_session(&token, HOUR, HOUR, NOW).await.unwrap().is_none());
    assert!(!restored.is_known_device(&ann.id, &device).await.unwrap());
    assert!(restored.operator_to_set_up(&unused, NOW).await.unwrap().is_none());
    assert!(restored.operator_credentials(&ann.id).await.unwrap().is_some(), "the password stays");
    let bob = restored.operator_by_name("bob").await.unwrap();
    assert_eq!(bob.setup_expires_at, None);
    let renewed = restored.reset_operator(&root, &bob.id, NOW).await.unwrap();
    assert!(restored.operator_to_set_up(&renewed, NOW).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_erased_during_a_backup_are_left_out() {
    let (site, store, folder) = site(&["a", "b", "c"]).await;
    let erasing = site.store().await;
    let manifest = store
        .backup(&folder, NOW, |files| {
            // The first session is copied already, the last is not.
            if files == 6 {
                let erase = async {
                    erasing.erase_session("a", NOW).await.unwrap();
                    erasing.erase_session("c", NOW + 1).await.unwrap();
                };
                tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(erase));
            }
        })
        .await
        .unwrap();
    assert_eq!(manifest.erased_meanwhile, ["a", "c"]);
    assert!(manifest.files.iter().all(|file| file.path.starts_with("sessions/b/")) && manifest.files.len() == 5);
    assert!(manifest.missing.is_empty());
    assert!(!folder.join("objects/sessions/a").exists() && !folder.join("objects/sessions/c").exists());
    let target = empty_like(&site);
    assert_eq!(restore(&target, &folder, &[]).await.unwrap().erased, 2);
    let restored = target.store().await;
    assert_eq!(restored.session("c").await.unwrap().state, SessionState::Cleared);
    far(&restored, "b").await;
}

#[tokio::test]
async fn missing_files_are_reported() {
    let (site, store, folder) = site(&["a"]).await;
    let lost = site.object_names().into_iter().find(|name| name.ends_with("/far")).unwrap();
    std::fs::remove_file(site.storage.objects().join(&lost)).unwrap();
    let manifest = store.backup(&folder, NOW, |_| {}).await.unwrap();
    assert_eq!((manifest.missing, manifest.files.len()), (vec![lost], 4));
}

#[tokio::test]
async fn only_whole_backups_are_restored_and_only_into_nothing() {
    let (site, store, folder) = site(&["a"]).await;
    let refused = |result: Result<RestoreReport>| match result {
        Err(Error::Configuration(reason) | Error::Corrupt { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    let target = empty_like(&site);
    assert!(refused(restore(&target, &folder, &[]).await).contains("not a complete backup"));
    store.backup(&folder, NOW, |_| {}).await.unwrap();
    let again = store.backup(&folder, NOW, |_| {}).await;
    assert!(matches!(again, Err(Error::Configuration(reason)) if reason.contains("not empty")));
    assert!(refused(restore(&site, &folder, &[]).await).contains("exists"));

    let manifest = BackupManifest::read(&folder).unwrap();
    let file = folder.join("objects").join(&manifest.files[0].path);
    let good = std::fs::read(&file).unwrap();
    std::fs::write(&file, b"altered").unwrap();
    assert!(refused(restore(&target, &folder, &[]).await).contains("has changed"));
    std::fs::write(&file, good).unwrap();
    assert_eq!(target.object_names(), Vec::<String>::new(), "nothing was written");
    assert!(!target.storage.folder().join("nearfar.db").exists());

    let path = folder.join("manifest.json");
    let text = std::fs::read_to_string(&path).unwrap();
    for (from, to, reason) in [
        (manifest.files[0].path.as_str(), "sessions/../../escaped", "not the path of a captured file"),
        ("\"format\": 1", "\"format\": 2", "format 2 is not supported"),
        ("\"schema\": ", "\"schema\": 9", "this program knows"),
    ] {
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let given = refused(restore(&target, &folder, &[]).await);
        assert!(given.contains(reason), "{given}");
    }
    std::fs::write(&path, text).unwrap();
    std::fs::create_dir_all(target.storage.objects().join("sessions/old")).unwrap();
    assert!(refused(restore(&target, &folder, &[]).await).contains("the object store has files"));
    std::fs::remove_dir(target.storage.objects().join("sessions/old")).unwrap();
    restore(&target, &folder, &[]).await.unwrap();
}

#[tokio::test]
async fn a_restore_with_another_master_key_is_reported() {
    let (site, store, folder) = site(&["a"]).await;
    store.backup(&folder, NOW, |_| {}).await.unwrap();
    let mut target = empty_like(&site);
    target.config.master_key = SecretKey::new([77; 32]);
    assert_eq!(restore(&target, &folder, &[]).await.unwrap().unreadable_secrets, 1);
}

#[tokio::test]
async fn postgresql_is_left_to_its_own_tools() {
    let Some(storage) = TestStorage::postgres().await else { return };
    let site = Site::new(storage);
    let store = site.store().await;
    let folder = site.storage.folder().join("backup");
    assert!(matches!(store.backup(&folder, NOW, |_| {}).await, Err(Error::Configuration(_))));
    assert!(!folder.exists());
}
