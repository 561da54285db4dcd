//! The audit log: what commands and integrators leave in it, and its own commands.

use crate::common::{START, Service};
use crate::real::Site;
use nearfar_server::commands::audit::{export, verify};
use nearfar_server::commands::show::{self, ShowArgs};
use nearfar_store::{AccountSettings, Actor, AuditAction, NewAuditEntry};
use nearfar_test_support::TestStorage;
use serde_json::{Value, json};

async fn recorded(service: &Service) -> Vec<Value> {
    let entries = service.app.store.audit_entries_after(0, 100).await.expect("entries");
    entries.iter().map(|entry| serde_json::from_str(&entry.to_json()).expect("JSON")).collect()
}

#[tokio::test]
async fn clear_data_is_recorded_with_the_access_key_and_without_the_user() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"userId": "person-77"})).await;
    for _ in 0..2 {
        service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    }
    let entries = recorded(&service).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor"], json!({"kind": "integrator", "name": shop.account.access_key}));
    assert_eq!((&entries[0]["action"], &entries[0]["subject"]), (&json!("session_erased"), &json!(session.id)));
    assert!(!entries[0].to_string().contains("person-77"));
}

#[tokio::test]
async fn show_is_recorded_before_it_writes() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let out = service.storage.folder().join("case.html");
    let args = |id: &str| ShowArgs { signature_id: id.into(), out: Some(out.clone()) };
    let ann = Actor::Command("ann".into());
    let written = async |id: &str| show::write(&service.app.store, &*service.scorer, &args(id), &ann, START).await;
    written("nobody").await.expect_err("unknown");
    assert!(recorded(&service).await.is_empty());
    written(&session.id).await.expect("written");
    // The file exists already: it is not written, but somebody tried.
    written(&session.id).await.expect_err("exists");
    let entries = recorded(&service).await;
    assert_eq!(entries.len(), 2);
    for entry in entries {
        assert_eq!((&entry["action"], &entry["actor"]["name"]), (&json!("session_shown"), &json!("ann")));
        assert_eq!((&entry["subject"], &entry["accountId"]), (&json!(session.id), &json!(shop.account.id)));
    }
}

#[tokio::test]
async fn an_export_contains_itself_and_verifies() {
    let service = Service::new().await;
    let store = &service.app.store;
    for number in 0..3 {
        let entry = NewAuditEntry::new(&Actor::Service, AuditAction::SessionErased).details(json!({"n": number}));
        store.record_audit(entry, START).await.expect("recorded");
    }
    let ann = Actor::Command("ann".into());
    let mut exported = Vec::new();
    export(store, 1, &ann, START, &mut exported).await.expect("exported");
    let lines = String::from_utf8(exported).expect("UTF-8");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let sequences: Vec<_> = lines.iter().map(|line| line["sequence"].as_i64()).collect();
    assert_eq!(sequences, [Some(2), Some(3), Some(4)]);
    assert_eq!((&lines[2]["action"], &lines[2]["details"]), (&json!("audit_exported"), &json!({"after": 1})));
    let head = verify(store, None).await.expect("intact");
    assert_eq!(head, json!({"count": 4, "head": lines[2]["hash"]}).to_string());
    let error = verify(store, Some(&"5".repeat(64))).await.expect_err("another chain");
    assert!(error.to_string().contains("broken at entry 5"), "{error}");
}

/// The commands of the real program: entries name the user, and the exit code shows a broken chain.
#[tokio::test(flavor = "multi_thread")]
async fn the_program_records_verifies_and_exports() {
    let site = Site::new(TestStorage::sqlite());
    let run = |args: &[&str]| {
        let output = site.command(env!("CARGO_BIN_EXE_nearfar-server")).args(args).output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    assert!(run(&["account", "add", "shop"]).0);
    let (succeeded, printed, errors) = run(&["audit", "verify"]);
    assert!(succeeded, "{errors}");
    let head: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(head["count"], 1);
    let (succeeded, printed, errors) = run(&["audit", "export"]);
    assert!(succeeded, "{errors}");
    let first: Value = serde_json::from_str(printed.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["action"], &first["hash"]), (&json!("account_created"), &head["head"]));
    assert_eq!(first["actor"]["kind"], "command");
    assert_ne!(first["actor"]["name"], "");
    let expected = head["head"].as_str().expect("a hash");
    assert!(run(&["audit", "verify", "--expect-head", expected]).0);
    let (succeeded, _, errors) = run(&["audit", "verify", "--expect-head", &"5".repeat(64)]);
    assert!(!succeeded && errors.contains("the audit log is broken at entry 3"), "{errors}");
    assert!(!run(&["audit", "verify", "--expect-head", "5"]).0);
}
