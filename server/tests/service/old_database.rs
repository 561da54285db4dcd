//! Opens a database of an earlier version: `tests/fixtures/database_e524e4e`.

use std::path::{Path, PathBuf};

use crate::common::{Answered, Attempt, Service};
use crate::study::with_study;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use nearfar_protocol::page::CrossDevice;
use nearfar_server::api::integrator::generate_token::sign;
use nearfar_server::workers::scoring::score_next;
use nearfar_store::{LightSetting, MotionSetting, SecretKey, Store, StoreConfig};
use nearfar_test_support::TestStorage;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const GET_RESULT: &str = "/openapi/liveness/v4/h5/get-result";

/// Today's service on a copy of the old database.
struct Reopened {
    service: Service,
    /// `answers.json`.
    old: Value,
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        std::fs::copy(from, to).expect("a copy");
        return;
    }
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

fn key(hex_digits: &str) -> SecretKey {
    SecretKey::new(hex::decode(hex_digits.trim()).expect("hex").try_into().expect("32 bytes"))
}

impl Reopened {
    async fn new() -> Self {
        let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/database_e524e4e");
        let storage = TestStorage::sqlite();
        for name in ["nearfar.db", "objects"] {
            copy(&fixture.join(name), &storage.folder().join(name));
        }
        let read = |name| std::fs::read_to_string(fixture.join(name)).expect("a file");
        let old: Value = serde_json::from_str(&read("answers.json")).expect("JSON");
        let objects = storage.objects().display().to_string();
        let mut config = StoreConfig::new(&storage.database_url, objects, key(&read("master.key")));
        config.study_objects_url = Some(storage.folder().join("study").display().to_string());
        config.blob_keys = vec![key(old["blobKey"].as_str().expect("a key"))];
        let start = old["madeAt"].as_i64().expect("a time") + 1000;
        let service = Service::on_store(storage, &config, start, with_study).await;
        Self { service, old }
    }

    fn session(&self, name: &str) -> &Value {
        &self.old["sessions"][name]
    }

    /// A text that the old service issued for a session.
    fn issued(&self, name: &str, field: &str) -> &str {
        self.session(name)[field].as_str().expect("a text")
    }

    async fn result(&self, name: &str) -> Answered {
        let body = json!({"signatureId": self.issued(name, "signatureId")});
        self.service.post(GET_RESULT, self.old["accessToken"].as_str().expect("a token"), body).await
    }

    async fn page(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Answered {
        self.service.page(method, path, token, body).await
    }

    async fn state(&self, name: &str) -> Value {
        let answer = self.page("GET", "/h5/api/v1/status", self.issued(name, "token"), None).await.ok();
        answer.data()["state"].clone()
    }

    /// A complete attempt with a token of the old service, scored.
    async fn attempt(&self, token: &str) {
        let attempt = self.service.attempt(token, "today").await;
        self.service.upload(token, &attempt).await.ok();
        while score_next(&self.service.app).await.expect("scored") {}
        let status = self.page("GET", "/h5/api/v1/status", token, None).await.ok();
        assert_eq!(status.data()["state"], "succeeded");
    }
}

/// Removes from a response what `make.mjs` removes: fields that change every time. Long texts become their hashes.
/// JavaScript writes `-1.0` as `-1`, so numbers become floats.
fn stable(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "transactionId" && name != "serverTime");
            if let Some(link @ Value::String(_)) = fields.get_mut("auditImageUrl") {
                *link = "a link".into();
            }
            fields.values_mut().for_each(stable);
        }
        Value::Array(values) => values.iter_mut().for_each(stable),
        Value::String(text) if text.len() > 400 => *value = hex::encode(Sha256::digest(&*text)).into(),
        Value::Number(number) => *value = json!(number.as_f64()),
        _ => {}
    }
}

/// An old session view as today's service answers it.
fn view_of_today(old: &Value) -> Value {
    let mut view = old.clone();
    if let Some(data) = view["data"].as_object_mut() {
        let word = if data["crossDevice"] == true { "fallback" } else { "off" };
        data.insert("crossDevice".into(), word.into());
        data.insert("accessibility".into(), "offer".into());
        data.insert("sandbox".into(), false.into());
    }
    view
}

#[tokio::test]
async fn every_session_of_an_old_database_has_its_old_answers() {
    let reopened = Reopened::new().await;
    let answers = reopened.old["answers"].as_object().expect("answers");
    assert_eq!(answers.len(), 13);
    for (name, old) in answers {
        let mut result = reopened.result(name).await.body;
        let mut old = old.clone();
        stable(&mut result);
        stable(&mut old);
        assert_eq!(result, old["result"], "{name}");
        let path = "/h5/api/v1/session?language=de_DE";
        let mut view = reopened.page("GET", path, reopened.issued(name, "token"), None).await.body;
        stable(&mut view);
        assert_eq!(view, view_of_today(&old["view"]), "{name}");
    }
}

#[tokio::test]
async fn an_old_upload_is_scored() {
    let reopened = Reopened::new().await;
    assert_eq!(reopened.state("unscored").await, "judging");
    assert!(score_next(&reopened.service.app).await.expect("scored"));
    assert!(!score_next(&reopened.service.app).await.expect("scored"), "nothing else waits");
    let result = reopened.result("unscored").await.ok();
    let passed = &reopened.old["answers"]["passed"]["result"]["data"];
    assert_eq!(result.data()["score"], 97);
    assert_eq!(
        hex::encode(Sha256::digest(result.data()["imageNear"].as_str().expect("a picture"))),
        passed["imageNear"]
    );
    assert_eq!(reopened.state("unscored").await, "succeeded");
}

#[tokio::test]
async fn an_old_nonce_is_valid_with_its_challenges() {
    let reopened = Reopened::new().await;
    let (token, old) = (reopened.issued("nonce", "token"), &reopened.session("nonce")["issued"]);
    let id = old["attemptId"].as_str().expect("an id");
    let body = json!({"attemptId": id, "motion": true});
    let answer = reopened.page("POST", "/h5/api/v1/attempts", token, Some(body)).await.ok();
    let (mut today, mut old) = (answer.data().clone(), old.clone());
    assert!(today["light"].is_object() && today["motion"].is_object(), "{today}");
    for issued in [&mut today, &mut old] {
        stable(issued);
    }
    assert_eq!(today, old);
    let attempt = Attempt::new(reopened.issued("nonce", "signatureId"), id, &today);
    reopened.service.upload(token, &attempt).await.ok();
    while score_next(&reopened.service.app).await.expect("scored") {}
    assert_eq!(reopened.state("nonce").await, "succeeded");
}

#[tokio::test]
async fn old_keys_and_page_tokens_are_good() {
    let reopened = Reopened::new().await;
    for name in ["open", "retry", "inconclusive", "study"] {
        reopened.attempt(reopened.issued(name, "token")).await;
    }
    assert_eq!(reopened.result("retry").await.ok().data()["score"], 97);
    let text = |name: &str| reopened.old[name].as_str().expect("a text");
    let timestamp = reopened.service.app.now().to_string();
    let signature = sign(text("accessKey"), text("secretKey"), &timestamp);
    let body = json!({"accessKey": text("accessKey"), "timestamp": timestamp, "signature": signature});
    let answer = reopened.service.generate_token(&body).await.ok();
    let token = answer.data()["token"].as_str().expect("a token");
    let body = json!({"returnUrl": "https://shop.example/", "region": "IDN"});
    reopened.service.post("/openapi/liveness/v2/h5/token", token, body).await.ok();
}

#[tokio::test]
async fn old_handoff_links_stand() {
    let reopened = Reopened::new().await;
    reopened.attempt(reopened.issued("confirmed", "joiner")).await;
    let result = reopened.result("confirmed").await.ok();
    assert_eq!((&result.data()["multiDevice"], &result.data()["useSlaveUrl"]), (&json!(true), &json!(true)));

    let (first, joiner) = (reopened.issued("claimed", "token"), reopened.issued("claimed", "joiner"));
    let status = reopened.page("GET", "/h5/api/v1/status", first, None).await.ok();
    let handoff = &status.data()["handoff"];
    assert_eq!(handoff["number"], reopened.session("claimed")["number"]);
    let path = format!("/h5/api/v1/handoff/{}/confirm", reopened.issued("claimed", "handoffId"));
    let body = json!({"claimId": handoff["claimId"], "number": handoff["number"]});
    reopened.page("POST", &path, first, Some(body)).await.ok();
    reopened.attempt(joiner).await;
}

#[tokio::test]
async fn old_audit_pictures_are_linked() {
    let reopened = Reopened::new().await;
    let result = reopened.result("passed").await.ok();
    let link = result.data()["auditImageUrl"].as_str().expect("a link").to_owned();
    let path = link.strip_prefix("http://localhost:8787").expect("of this service");
    let answer = reopened.service.send(Request::get(path).body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.http, StatusCode::OK);
    let pictures = answer.ok().data().clone();
    assert!(pictures.to_string().contains("keep_still"), "{pictures}");
}

#[tokio::test]
async fn old_data_are_erased() {
    let reopened = Reopened::new().await;
    let service = &reopened.service;
    let token = reopened.old["accessToken"].as_str().expect("a token");
    let files_of = |name: &str| {
        let folder = service.storage.objects().join("sessions").join(reopened.issued(name, "signatureId"));
        Service::files_below(folder).len()
    };
    assert_eq!((files_of("passed"), files_of("deletion"), files_of("retry")), (5, 4, 4));
    for name in ["passed", "deletion", "cleared"] {
        let query = format!("?signatureId={}", reopened.issued(name, "signatureId"));
        service.clear(token, &query).await.ok();
        assert_eq!(reopened.result(name).await.code(), "RESULT_NOT_FOUND", "{name}");
        assert_eq!(files_of(name), 0, "{name}");
    }
    let month = 30 * 24 * 60 * 60 * 1000;
    let deleted = service.app.store.run_retention(service.app.now() + month + 1000).await.expect("retention run");
    assert_eq!(deleted.erased_sessions, 9, "all that were not cleared; the study has its own retention");
    assert_eq!(files_of("retry"), 0);
}

#[tokio::test]
async fn retention_executes_an_old_pending_deletion() {
    let reopened = Reopened::new().await;
    let folder = reopened.service.storage.objects().join("sessions").join(reopened.issued("deletion", "signatureId"));
    assert_eq!(Service::files_below(folder.clone()).len(), 4);
    let deleted = reopened.service.app.store.run_requested_deletions().await.expect("retention run");
    assert_eq!((deleted.erased_sessions, deleted.deletions), (0, 1));
    assert!(!folder.exists());
}

#[tokio::test]
async fn an_old_account_has_its_settings_configurations_and_reports() {
    let reopened = Reopened::new().await;
    let store: &Store = &reopened.service.app.store;
    let access_key = reopened.old["accessKey"].as_str().expect("a key");
    let account = store.account_by_access_key(access_key).await.expect("the account");
    assert_eq!((account.name.as_str(), account.enabled, account.expires_at), ("Old shop", true, None));
    assert!(!account.sandbox, "an account of before is none");
    let settings = &account.settings;
    assert_eq!(settings.cross_device, CrossDevice::Fallback);
    assert!(settings.video && settings.audit_images && settings.verdict_fields);
    assert_eq!((settings.light_challenge, settings.motion_challenge), (LightSetting::Offered, MotionSetting::On));
    assert_eq!(settings.levels.pro.pass_score, Some(70));
    assert_eq!(store.ui_locales(&account.id).await.expect("locales"), ["de_DE", "en_US"]);
    let reports = store.reports(reopened.issued("claimed", "signatureId")).await.expect("reports");
    assert_eq!(reports.len(), 1);
    assert!(reports[0].body.contains("camera_in_use"));
    let study = store.study_sessions().await.expect("a study");
    assert_eq!((study.len(), study[0].person.as_str()), (1, "P01"));
}
