//! Legal holds, retention by kind and the commands for one person's data, from their callers' view.

use std::io::Read;

use nearfar_server::commands::holds::{self, HoldCommand};
use nearfar_server::commands::people::{self, PersonCommand};
use nearfar_store::{AccountSettings, Actor, AuditFilter, RetentionByKind};
use serde_json::{Value, json};

use clap::Parser;

use crate::common::{Integrator, Service};

#[derive(Parser)]
struct Person {
    #[command(subcommand)]
    command: PersonCommand,
}

#[derive(Parser)]
struct Hold {
    #[command(subcommand)]
    command: HoldCommand,
}

fn actor() -> Actor {
    Actor::Command("root".into())
}

async fn person(service: &Service, arguments: &[&str]) -> anyhow::Result<String> {
    let command = Person::try_parse_from([&["person"], arguments].concat()).expect("arguments").command;
    people::run(&service.app.store, command, &actor(), service.app.now()).await
}

async fn hold(service: &Service, arguments: &[&str]) -> anyhow::Result<String> {
    let command = Hold::try_parse_from([&["hold"], arguments].concat()).expect("arguments").command;
    holds::run(&service.app.store, command, &actor(), service.app.now()).await
}

/// A scored session of a person. Returns its id.
async fn scored(service: &Service, integrator: &Integrator, user_id: &str) -> String {
    let session = service.session(integrator, json!({ "userId": user_id })).await;
    service.scored(&session.token, "a").await;
    session.id
}

#[tokio::test]
async fn an_export_has_all_of_one_person_and_nothing_of_another() {
    let service = Service::new().await;
    let integrator = service.integrator(AccountSettings::default()).await;
    let other = service.integrator(AccountSettings::default()).await;
    let own = [scored(&service, &integrator, "ada 17").await, scored(&service, &integrator, "ada 17").await];
    let others = [scored(&service, &integrator, "ada 1").await, scored(&service, &other, "ada 17").await];
    let out = service.storage.folder().join("ada.zip");
    let file = out.display().to_string();
    let arguments = ["export", "--account", &integrator.account.access_key, "--user-id", "ada 17", "--out", &file];
    person(&service, &arguments).await.expect("exported");
    assert!(person(&service, &arguments).await.is_err(), "the file exists");

    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&out).expect("a file").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&out).expect("a file")).expect("a ZIP file");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut read = |name: &str| {
        let mut content = Vec::new();
        archive.by_name(name).expect(name).read_to_end(&mut content).expect("content");
        content
    };
    let listed: Vec<String> = serde_json::from_slice(&read("sessions.json")).expect("a list");
    assert_eq!(listed.len(), 2);
    for id in &own {
        assert!(listed.contains(id));
        let session: Value = serde_json::from_slice(&read(&format!("sessions/{id}/session.json"))).expect("JSON");
        assert_eq!(session["userId"], "ada 17");
        let attempt = service.app.store.attempts(id).await.expect("attempts").remove(0);
        let folder = format!("sessions/{id}/attempts/{}", attempt.id);
        let facts: Value = serde_json::from_slice(&read(&format!("{folder}/attempt.json"))).expect("JSON");
        assert_eq!(facts["outcome"]["code"], "SUCCESS");
        for file in service.app.store.files(id, &attempt.id).await.expect("files") {
            let extension = if file.name == "manifest" { "json" } else { "jpg" };
            let stored = service.app.store.file(id, &attempt.id, &file.name).await.expect("content");
            assert_eq!(read(&format!("{folder}/{}.{extension}", file.name)), stored);
        }
    }
    for id in others {
        assert!(!names.iter().any(|name| name.contains(&id)));
    }
    let entries = service.app.store.audit_entries(&AuditFilter::default(), 100).await.expect("entries");
    let exported = entries.iter().find(|entry| entry.action == "data_exported").expect("an entry");
    assert!(!exported.details.contains("ada"));
}

#[tokio::test]
async fn commands_for_unknown_people_fail() {
    let service = Service::new().await;
    let integrator = service.integrator(AccountSettings::default()).await;
    let key = &integrator.account.access_key;
    let out = service.storage.folder().join("none.zip").display().to_string();
    for (account, user) in [(key.as_str(), "nobody"), ("0000000000000000", "ada")] {
        let arguments = ["--account", account, "--user-id", user];
        assert!(person(&service, &[&["export", "--out", &out], &arguments[..]].concat()).await.is_err());
        assert!(person(&service, &[&["erase"], &arguments[..]].concat()).await.is_err());
    }
    assert!(!std::path::Path::new(&out).exists());
    assert!(hold(&service, &["set", "0123456789abcdef", "--reason", "case"]).await.is_err());
    assert!(hold(&service, &["release", "0123456789abcdef"]).await.is_err());
}

#[tokio::test]
async fn a_hold_outlasts_the_integrators_erasure() {
    let service = Service::new().await;
    let integrator = service.integrator(AccountSettings::default()).await;
    let held = scored(&service, &integrator, "ada").await;
    let free = scored(&service, &integrator, "ada").await;
    hold(&service, &["set", &held, "--reason", "case 17"]).await.expect("held");
    assert!(hold(&service, &["list"]).await.expect("a list").contains("case 17"));

    let clear = |id: &str| format!("?signatureId={id}");
    let refused = service.clear(&integrator.token, &clear(&held)).await;
    assert_eq!(refused.code(), "ERROR");
    assert_eq!(refused.body["extra"], "LEGAL_HOLD: erased once the hold is released");
    service.result(&integrator, &held).await.ok();
    let erased = person(&service, &["erase", "--account", &integrator.account.access_key, "--user-id", "ada"]).await;
    assert_eq!(erased.expect("erased"), "1 sessions are erased; 1 are on legal hold");
    assert_eq!(service.result(&integrator, &free).await.code(), "RESULT_NOT_FOUND");

    hold(&service, &["release", &held]).await.expect("released");
    assert_eq!(service.result(&integrator, &held).await.code(), "RESULT_NOT_FOUND");
    service.clear(&integrator.token, &clear(&held)).await.ok();
    assert!(hold(&service, &["set", &held, "--reason", "late"]).await.is_err());
}

#[tokio::test]
async fn results_outlast_their_pictures() {
    let service = Service::new().await;
    let retention_by_kind = RetentionByKind { pictures: Some(1), audit_images: Some(1), ..RetentionByKind::default() };
    let settings = AccountSettings { retention_by_kind, audit_images: true, ..AccountSettings::default() };
    let integrator = service.integrator(settings).await;
    let id = scored(&service, &integrator, "ada").await;
    let before = service.result(&integrator, &id).await.ok();
    assert!(before.data()["imageFar"].is_string());
    service.app.store.run_retention(service.app.now() + 3_600_000).await.expect("a run");
    let after = service.result(&integrator, &id).await.ok();
    assert_eq!(after.data()["score"], before.data()["score"]);
    for field in ["image", "imageFar", "imageNear", "auditImageUrl"] {
        assert_eq!(after.data()[field], Value::Null, "{field}");
    }
    let record = service.post("/liveness/h5/v1/capture-record", &integrator.token, json!({ "signatureId": id })).await;
    assert_eq!((record.code(), &record.body["extra"]), ("RESULT_NOT_FOUND", &json!("PICTURES_ERASED")));
}
