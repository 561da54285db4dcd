//! `config check`, `config show`, and files that hold secrets, with the real binary.

use std::path::PathBuf;
use std::process::Output;

use crate::real::Site;
use nearfar_test_support::TestStorage;
use serde_json::Value;

fn run(site: &Site, args: &[&str]) -> Output {
    site.command(env!("CARGO_BIN_EXE_nearfar-server")).args(args).output().expect("it runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn file(site: &Site, name: &str, text: &str) -> PathBuf {
    let path = site.storage.folder().join(name);
    std::fs::write(&path, text).expect("written");
    path
}

fn site() -> Site {
    Site::new(TestStorage::sqlite())
}

#[test]
fn every_fault_is_reported_at_once() {
    let mut site = site();
    let config = file(&site, "nearfar.toml", "nonce_seconds = \"soon\"\ncolour = 5\nlease_seconds = 1");
    for (name, value) in [
        ("NEARFAR_CONFIG", config.to_str().expect("a path")),
        ("NEARFAR_SESSION_SECONDS", "0"),
        ("NEARFAR_POLL_INTERVAL_MS", "never"),
        ("NEARFAR_BLOBKEYS", "x"),
        ("NEARFAR_BLOB_KEYS", "short"),
        ("NEARFAR_PAGE_DIR", "nothing"),
        ("NEARFAR_MODEL", "nothing"),
    ] {
        site.set(name, value);
    }
    let output = run(&site, &["config", "check", "--offline"]);
    let report = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{report}");
    for part in [
        "nonce_seconds",
        "nearfar.toml",
        "colour is not an option",
        "lease_seconds: should be at least 3",
        "session_seconds: should be 1 to 86400",
        "POLL_INTERVAL_MS",
        "NEARFAR_BLOBKEYS is not an option; did you mean NEARFAR_BLOB_KEYS?",
        "blob_keys: ",
        "page_dir: nothing has no index.html",
        "reading model nothing",
        "serve cannot start",
    ] {
        assert!(report.contains(part), "{part} is missing in\n{report}");
    }
    assert_eq!(report.lines().filter(|line| line.starts_with("fault: ")).count(), 9, "{report}");
    assert_eq!(stderr(&output).trim_end(), "Error: faults: 9");
    assert!(!report.contains("\"short\""), "{report}");
}

#[test]
fn a_check_changes_nothing_and_finds_wrong_keys() {
    let mut site = site();
    let output = run(&site, &["config", "check"]);
    assert!(output.status.success(), "{output:?}");
    assert!(stdout(&output).contains("the first start creates the database's tables"), "{}", stdout(&output));
    assert!(!site.storage.folder().join("nearfar.db").exists() && !site.storage.objects().exists());
    site.add_account();
    let output = run(&site, &["config", "check"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(stdout(&output), "note: captured files are stored unencrypted: set blob_keys\nserve can start\n");
    site.set("NEARFAR_MASTER_KEY", &"cd".repeat(32));
    let wrong = run(&site, &["config", "check"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(stdout(&wrong).contains("master_key: 1 secrets of the database are encrypted with another key"));
    assert!(run(&site, &["config", "check", "--offline"]).status.success());
    site.set("NEARFAR_MASTER_KEY", &"ab".repeat(32));
    std::fs::remove_dir_all(site.storage.objects()).expect("removed");
    std::fs::write(site.storage.objects(), "a file").expect("written");
    let blocked = run(&site, &["config", "check"]);
    assert!(stdout(&blocked).contains("objects"), "{}", stdout(&blocked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_release_is_reported() {
    let mut site = site();
    site.add_account();
    site.storage.execute("UPDATE schema_compatibility SET compatible_from = 9999").await;
    let output = run(&site, &["config", "check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("a newer release has migrated the database"), "{}", stdout(&output));
    let refused = site.refusal();
    assert!(refused.contains("requires a program that knows schema 9999"), "{refused}");
}

#[test]
fn show_names_sources_and_masks_secrets() {
    let mut site = site();
    let config = file(&site, "nearfar.toml", "nonce_seconds = 5\n[limits]\nminGrowth = 1.5");
    let keys = file(&site, "blob", &format!("{}\n", "0a".repeat(32)));
    site.set("NEARFAR_CONFIG", config.to_str().expect("a path"));
    site.set("NEARFAR_BLOB_KEYS_FILE", keys.to_str().expect("a path"));
    site.set("DATABASE_URL", "postgres://me:hunter2@db.example/nearfar");
    let output = run(&site, &["config", "show", "--json"]);
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let entry = |name: &str| (all[name]["value"].clone(), all[name]["source"].as_str().expect("a source").to_owned());
    assert_eq!(entry("nonce_seconds"), (5.into(), format!("file {}", config.display())));
    assert_eq!(entry("limits.minGrowth"), (1.5.into(), format!("file {}", config.display())));
    assert_eq!(entry("lease_seconds"), (60.into(), "default".into()));
    assert_eq!(entry("master_key"), ("********".into(), "environment".into()));
    assert_eq!(entry("blob_keys"), ("********".into(), format!("secret file {}", keys.display())));
    assert_eq!(entry("database_url").0, "postgres://me:********@db.example/nearfar");
    let text = stdout(&run(&site, &["config", "show"]));
    assert!(text.contains(&format!("nonce_seconds = 5  # file {}\n", config.display())), "{text}");
    for secret in ["hunter2", &"0a".repeat(32), &"ab".repeat(32)] {
        assert!(!text.contains(secret) && !stdout(&output).contains(secret), "{text}");
    }
}

#[test]
fn files_hold_secrets_without_their_newline() {
    let mut site = site();
    let url = file(&site, "url", &format!("{}\r\n", site.storage.database_url));
    let master = file(&site, "master", &format!("{}\n", "ab".repeat(32)));
    site.options.retain(|(name, _)| !matches!(*name, "DATABASE_URL" | "NEARFAR_MASTER_KEY"));
    site.set("NEARFAR_DATABASE_URL_FILE", url.to_str().expect("a path"));
    site.set("NEARFAR_MASTER_KEY_FILE", master.to_str().expect("a path"));
    site.add_account();
    assert!(site.storage.folder().join("nearfar.db").exists());
    for (name, value, reported) in [
        ("DATABASE_URL", "sqlite://x.db", "database_url: set either database_url or database_url_file, not both"),
        ("NEARFAR_MASTER_KEY", "ab", "master_key: set either master_key or master_key_file, not both"),
    ] {
        site.set(name, value);
        assert_eq!(stderr(&run(&site, &["account", "list"])).trim_end(), format!("Error: {reported}"));
        site.options.retain(|(known, _)| *known != name);
    }
    let empty = file(&site, "empty", "\n");
    site.set("NEARFAR_BLOB_KEYS_FILE", empty.to_str().expect("a path"));
    let refused = stderr(&run(&site, &["account", "list"]));
    assert_eq!(refused.trim_end(), format!("Error: blob_keys: {} is empty", empty.display()));
    site.set("NEARFAR_BLOB_KEYS_FILE", "nothing");
    assert!(stderr(&run(&site, &["account", "list"])).starts_with("Error: blob_keys: reading nothing: "));
    site.options.retain(|(known, _)| *known != "NEARFAR_BLOB_KEYS_FILE");
    site.set("AWS_SECRET_ACCESS_KEY", "one");
    site.set("AWS_SECRET_ACCESS_KEY_FILE", master.to_str().expect("a path"));
    let both = "Error: set either AWS_SECRET_ACCESS_KEY or AWS_SECRET_ACCESS_KEY_FILE, not both";
    assert!(stderr(&run(&site, &["account", "list"])).trim_end().ends_with(both));
}
