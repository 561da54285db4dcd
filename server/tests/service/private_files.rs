//! Files of the service are private to their owner, and its model is verified.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nearfar_test_support::TestStorage;

use crate::real::{Site, attempt, session, upload};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// All files and folders below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { [below(&path), vec![path]].concat() } else { vec![path] }).collect()
}

#[tokio::test]
async fn other_users_of_the_machine_read_nothing() {
    let mut site = Site::new(TestStorage::sqlite());
    let data = site.storage.folder().join("private");
    let (database, objects, study) = (data.join("nearfar.db"), data.join("objects"), data.join("study"));
    site.set("NEARFAR_STUDY", &format!("{{consent_file=\"none\",objects_url=\"{}\"}}", study.display()));
    site.set("DATABASE_URL", &format!("sqlite:{}", database.display()));
    site.set("NEARFAR_OBJECTS_URL", &objects.display().to_string());
    site.add_account();
    let running = site.start();
    running.await_log("captured files are stored unencrypted: set blob_keys");
    let token = site.access_token(&running).await;
    let one = session(running.address, &token).await.expect("a session");
    let attempt = attempt(running.address, &one).await.expect("a nonce");
    upload(running.address, &one, &attempt).await.expect("an answer").ok();
    let made = below(&data);
    assert!(made.iter().any(|path| path.ends_with("far")) && made.contains(&database), "{made:?}");
    for path in made.iter().chain([&data]) {
        assert_eq!(mode(path) & 0o077, 0, "{}", path.display());
    }
    running.kill();

    // As an earlier version left them.
    for path in [&database, &objects, &study] {
        set_permissions(path, Permissions::from_mode(0o755)).expect("changed");
    }
    let mended = site.start();
    assert_eq!((mode(&database), mode(&objects), mode(&study)), (0o700, 0o700, 0o700));
    mended.kill();
}

#[test]
fn another_model_requires_its_hash() {
    let mut site = Site::new(TestStorage::sqlite());
    let known = site.options.iter().find(|(name, _)| *name == "NEARFAR_MODEL").expect("a model").1.clone();
    let mut model = std::fs::read(known).expect("the model");
    let middle = model.len() / 2;
    model[middle..middle + 2000].fill(0);
    let path = site.storage.folder().join("altered.tflite");
    std::fs::write(&path, &model).expect("written");
    site.set("NEARFAR_MODEL", &path.display().to_string());
    let refusal = site.refusal();
    assert!(refusal.contains("altered.tflite has the SHA-256"), "{refusal}");
    let hash = refusal.split("has the SHA-256 ").nth(1).and_then(|rest| rest.get(..64)).expect("a hash");
    site.set("NEARFAR_MODEL_SHA256", hash);
    site.add_account();
    site.start().kill();
}
