//! `backup`, `restore`, `erasures` and `key rotate-blobs` with the real binary, while an instance serves; and the runbook
//! for PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::real::{RunningTasks, Session, Site, attempt, session, upload};
use nearfar_test_support::TestStorage;
use serde_json::Value;

fn run(site: &Site, args: &[&str]) -> Output {
    site.command(env!("CARGO_BIN_EXE_nearfar-server")).args(args).output().expect("it runs")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A session with a result.
async fn scored(running: &RunningTasks, token: &str) -> (Session, Value) {
    let session = session(running.address, token).await.expect("an answer");
    let attempt = attempt(running.address, &session).await.expect("an answer");
    upload(running.address, &session, &attempt).await.expect("an answer").ok();
    running.scored(&session).await;
    let result = running.result(token, &session.id).await;
    assert!(result.data()["imageFar"].is_string(), "{:?}", result.body);
    (session, result.data().clone())
}

/// The same configuration on another, empty database and object store.
fn moved(site: &Site, storage: TestStorage) -> Site {
    let mut other = Site::new(storage);
    for (name, value) in &site.options {
        if !matches!(*name, "DATABASE_URL" | "NEARFAR_OBJECTS_URL" | "NEARFAR_PAGE_DIR") {
            other.set(name, value);
        }
    }
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_service_is_restored_without_erased_people() {
    let mut site = Site::new(TestStorage::sqlite());
    site.set("NEARFAR_BLOB_KEYS", &"0a".repeat(32));
    site.add_account();
    let running = site.start();
    let token = site.access_token(&running).await;
    let (kept, before) = scored(&running, &token).await;
    let (erased, _) = scored(&running, &token).await;
    let folder = site.storage.folder().join("backup");
    let printed = stdout(&run(&site, &["backup", folder.to_str().expect("a path")]));
    assert!(printed.contains("keys are not in it"), "{printed}");
    let again = run(&site, &["backup", folder.to_str().expect("a path")]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("not empty"), "{again:?}");

    running.clear(&token, &erased.id).await.ok();
    let list = site.storage.folder().join("erased");
    std::fs::write(&list, stdout(&run(&site, &["erasures"]))).expect("written");
    assert!(std::fs::read_to_string(&list).expect("a list").contains(&erased.id));
    running.kill();

    let other = moved(&site, TestStorage::sqlite());
    let (folder, list) = (folder.to_str().expect("a path"), list.to_str().expect("a path"));
    let printed = stdout(&run(&other, &["restore", folder, "--erased", list]));
    assert!(printed.contains("1 sessions were erased again"), "{printed}");
    assert!(printed.contains("All operators have to sign in again"), "{printed}");
    let running = other.start();
    let result = running.result(&token, &kept.id).await;
    assert_eq!(*result.data(), before, "the restored session has its result");
    assert_eq!(running.result(&token, &erased.id).await.code(), "RESULT_NOT_FOUND");
    scored(&running, &token).await;
    let twice = run(&other, &["restore", folder]);
    assert!(String::from_utf8_lossy(&twice.stderr).contains("exists"), "{twice:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_needs_the_master_key_of_the_backup() {
    let mut site = Site::new(TestStorage::sqlite());
    site.add_account();
    let folder = site.storage.folder().join("backup");
    let folder = folder.to_str().expect("a path");
    stdout(&run(&site, &["backup", folder]));
    let mut other = moved(&site, TestStorage::sqlite());
    other.options.retain(|(name, _)| *name != "NEARFAR_MASTER_KEY");
    other.set("NEARFAR_MASTER_KEY_FILE", "master.key");
    let refused = String::from_utf8_lossy(&run(&other, &["restore", folder]).stderr).into_owned();
    assert!(refused.contains("master_key_file") && refused.contains("reading master.key"), "{refused}");
    assert!(!other.storage.folder().join("master.key").exists(), "no new key is made, which would open nothing");
    assert!(!other.storage.folder().join("nearfar.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn blob_keys_rotate_while_an_instance_serves() {
    let mut site = Site::new(TestStorage::sqlite());
    site.set("NEARFAR_BLOB_KEYS", &"0a".repeat(32));
    site.add_account();
    let running = site.start();
    let token = site.access_token(&running).await;
    let (kept, before) = scored(&running, &token).await;
    running.ask_to_stop();
    assert!(running.end().success());
    site.set("NEARFAR_BLOB_KEYS", &format!("{},{}", "0b".repeat(32), "0a".repeat(32)));
    let running = site.start();
    let printed = stdout(&run(&site, &["key", "rotate-blobs"]));
    assert!(printed.contains("files re-encrypted"), "{printed}");
    assert_eq!(*running.result(&token, &kept.id).await.data(), before);
    let status: Value = serde_json::from_str(&stdout(&run(&site, &["key", "status", "--json"]))).expect("JSON");
    let files = status["files"].as_array().expect("a list");
    assert_eq!((files.len(), &files[0]["key"]), (1, &status["blobKeys"][0]), "{status}");
    running.ask_to_stop();
    assert!(running.end().success());
    site.set("NEARFAR_BLOB_KEYS", &"0b".repeat(32));
    let running = site.start();
    assert_eq!(*running.result(&token, &kept.id).await.data(), before, "the former key is not needed any more");
}

/// PostgreSQL's programs, beside those that the tests run.
fn postgres_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|entry| entry.path().join("bin")).filter(|folder| folder.join("pg_dump").is_file()).max()
}

/// The URL that libpq understands: sqlx's has options of its own.
fn libpq_url(url: &str) -> String {
    let parsed: url::Url = url.parse().expect("a URL");
    // The host may be the folder of a socket, with its slashes escaped.
    let host = parsed.host_str().expect("a host");
    format!("postgres://{}@{host}{}", parsed.username(), parsed.path())
}

/// Runs the commands of a block of docs/KEYS-AND-BACKUPS.md.
fn run_block(heading: &str, folder: &Path, variables: &[(&str, String)], programs: &Path) {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/KEYS-AND-BACKUPS.md");
    let document = std::fs::read_to_string(document).expect("docs/KEYS-AND-BACKUPS.md");
    let (_, rest) = document.split_once(heading).expect("the heading");
    let (_, block) = rest.split_once("```sh\n").expect("a block");
    let (block, _) = block.split_once("```").expect("its end");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("sh");
    command.args(["-euc", block]).current_dir(folder).env("PATH", path);
    let output = command.envs(variables.iter().map(|(name, value)| (name, value))).output().expect("it runs");
    assert!(output.status.success(), "{heading}: {}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runbook_restores_postgresql() {
    let (Some(storage), Some(empty)) = (TestStorage::postgres().await, TestStorage::postgres().await) else { return };
    let Some(programs) = postgres_programs() else {
        eprintln!("SKIPPED: there is no pg_dump below /usr/lib/postgresql");
        return;
    };
    let mut site = Site::new(storage);
    site.add_account();
    let running = site.start();
    let token = site.access_token(&running).await;
    let (kept, before) = scored(&running, &token).await;
    let signed_in = "INSERT INTO operators (id, name, role, enabled, totp_step, setup_sha256, setup_expires_at, created_at) \
         VALUES ('1', 'ann', 'viewer', 1, 0, 'code', 9, 0); \
         INSERT INTO console_sessions (token_sha256, operator_id, created_at, used_at) VALUES ('session', '1', 0, 0); \
         INSERT INTO operator_devices (token_sha256, operator_id, created_at) VALUES ('browser', '1', 0)";
    site.storage.execute(signed_in).await;
    let other = moved(&site, empty);
    let objects = |site: &Site| site.storage.objects().display().to_string();
    let folder = site.storage.folder().join("backup");
    std::fs::create_dir(&folder).expect("a folder");
    let (source, target) = (libpq_url(&site.storage.database_url), libpq_url(&other.storage.database_url));
    run_block("### Back up PostgreSQL", &folder, &[("DATABASE_URL", source), ("OBJECTS", objects(&site))], &programs);
    running.kill();
    run_block("### Restore PostgreSQL", &folder, &[("DATABASE_URL", target), ("OBJECTS", objects(&other))], &programs);
    let left = "SELECT (SELECT COUNT(*) FROM console_sessions) + (SELECT COUNT(*) FROM operator_devices) \
                + (SELECT COUNT(*) FROM operators WHERE setup_sha256 IS NOT NULL)";
    assert_eq!(other.storage.count(left.into()).await, 0, "nobody is signed in to the console");
    let running = other.start();
    assert_eq!(*running.result(&token, &kept.id).await.data(), before);
}
