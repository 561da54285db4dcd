//! Uploads of an attempt: every invalid one has its code, and nothing is lost.

use crate::common::{Answered, Attempt, Service};
use axum::body::Body;
use axum::http::{Request, header};
use nearfar_server::workers::scoring::score_next;
use nearfar_store::AccountSettings;
use serde_json::json;

/// One alteration of a valid upload, and the code and extra of the response.
type Case = (&'static str, fn(&mut Attempt), &'static str, &'static str);

#[tokio::test]
async fn every_invalid_upload_has_its_code_and_the_valid_one_succeeds() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let good = service.attempt(&session.token, "a").await;
    let cases: [Case; 16] = [
        ("no manifest", |a| a.manifest = json!("x"), "MANIFEST_INVALID", "the manifest cannot be read"),
        (
            "no near",
            |a| a.manifest["files"][1]["name"] = json!("audit-1"),
            "MANIFEST_INVALID",
            "the file near is missing",
        ),
        ("path", |a| a.manifest["files"][1]["name"] = json!("../x"), "MANIFEST_INVALID", "no file may be called"),
        (
            "hash of capitals",
            |a| a.manifest["files"][0]["sha256"] = json!("A".repeat(64)),
            "MANIFEST_INVALID",
            "the hash of far",
        ),
        ("altered far", |a| a.parts[0].1[0] ^= 1, "FILE_ALTERED", "far"),
        (
            "shorter near",
            |a| {
                a.parts[1].1.pop();
            },
            "FILE_ALTERED",
            "near",
        ),
        ("longer near", |a| a.parts[1].1.push(0), "FILE_ALTERED", "near"),
        (
            "missing audit",
            |a| {
                a.parts.pop();
            },
            "FILE_MISSING",
            "audit-0",
        ),
        ("unknown file", |a| a.parts.push(("audit-9".into(), vec![1])), "FILE_UNEXPECTED", "audit-9"),
        (
            "far twice",
            |a| {
                let far = a.parts[0].clone();
                a.parts.push(far);
            },
            "FILE_UNEXPECTED",
            "far",
        ),
        ("large", |a| a.manifest["files"][0]["bytes"] = json!(2_000_001), "FILE_TOO_LARGE", "far"),
        ("large audit", |a| a.manifest["files"][2]["bytes"] = json!(500_001), "FILE_TOO_LARGE", "audit-0"),
        ("video", |a| a.add("video", b"x"), "VIDEO_DISABLED", ""),
        ("foreign nonce", |a| a.manifest["nonce"] = json!("0".repeat(64)), "NONCE_MISMATCH", ""),
        ("unknown attempt", |a| a.id = "b".into(), "ATTEMPT_NOT_FOUND", ""),
        ("manifest too long", |a| a.manifest["pad"] = json!("x".repeat(1_000_000)), "FILE_TOO_LARGE", "manifest"),
    ];
    for (name, alter, code, extra) in cases {
        let mut altered = good.clone();
        alter(&mut altered);
        let answer = service.upload(&session.token, &altered).await;
        assert_eq!(answer.code(), code, "{name}: {:?}", answer.body);
        let reported = answer.body["extra"].as_str().unwrap_or("");
        assert!(reported.starts_with(extra), "{name}: {reported}");
    }
    let answer = service.upload(&session.token, &good).await.ok();
    assert_eq!(answer.data()["state"], "judging");
}

#[tokio::test]
async fn an_upload_can_be_repeated_but_not_replaced() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let good = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &good).await.ok();
    service.upload(&session.token, &good).await.ok();
    let mut other = good.clone();
    other.manifest["farImageTime"] = json!(1);
    let message = "The attempt was received already with other content";
    service.upload(&session.token, &other).await.expect("ATTEMPT_CONFLICT", message);
    assert!(score_next(&service.app).await.expect("scored"));
    assert!(!score_next(&service.app).await.expect("scored"), "taken once");
    let answer = service.upload(&session.token, &good).await.ok();
    assert_eq!(answer.data()["state"], "succeeded");
    service
        .page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({})))
        .await
        .expect("SESSION_FINISHED", "The session has finished");
}

#[tokio::test]
async fn a_full_queue_rejects_uploads_for_a_retry() {
    let service = Service::with(|config| config.scoring_queue = 1).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let one = service.session(&shop, json!({})).await;
    let two = service.session(&shop, json!({})).await;
    let first = service.attempt(&one.token, "a").await;
    let second = service.attempt(&two.token, "a").await;
    service.upload(&one.token, &first).await.ok();
    let message = "Query failed, please retry after the suggested time in HTTP Header.";
    let answer = service.upload(&two.token, &second).await.expect("RETRY_LATER", message);
    assert_eq!(answer.headers["retry-after"], "2");
    assert!(score_next(&service.app).await.expect("scored"));
    service.upload(&two.token, &second).await.ok();
}

#[tokio::test]
async fn uploads_without_memory_are_rejected_for_a_retry() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    let others = ["one", "two"].map(|other| service.app.memory.reserve(other, u64::MAX).expect("its share"));
    let message = "Query failed, please retry after the suggested time in HTTP Header.";
    service.upload(&session.token, &attempt).await.expect("RETRY_LATER", message);
    drop(others);
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    drop(service.app.memory.reserve(&shop.account.id, u64::MAX).expect("all of it was given back"));
    let others = ["one", "two"].map(|other| service.app.result_memory.reserve(other, u64::MAX).expect("its share"));
    let answer = service.result(&shop, &session.id).await.expect("RETRY_LATER", message);
    assert_eq!(answer.headers["retry-after"], "2");
    drop(others);
    service.result(&shop, &session.id).await.ok();
}

async fn send(service: &Service, token: &str, kind: &str, body: Vec<u8>) -> Answered {
    let request = Request::put("/h5/api/v1/attempts/a")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, kind);
    service.send(request.body(Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn a_broken_seal_is_rejected_and_the_valid_upload_succeeds() {
    const KIND: &str = "application/octet-stream";
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let other = service.session(&shop, json!({})).await;
    let good = service.attempt(&session.token, "a").await;
    let body = good.body();
    let broken = "The upload does not open";
    let token = &session.token;

    let mut foreign = good.clone();
    foreign.sealed_for.key = service.attempt(&other.token, "a").await.sealed_for.key;
    assert_ne!(foreign.sealed_for.key, good.sealed_for.key, "each session has keys of its own");
    service.upload(token, &foreign).await.expect("SEAL_BROKEN", broken);
    // Uploads of another session, and of another attempt of the same session, with their bindings.
    let theirs = service.attempt(&other.token, "a").await;
    send(&service, token, KIND, theirs.body()).await.expect("SEAL_BROKEN", broken);
    let second = service.attempt(token, "b").await;
    send(&service, token, KIND, second.body()).await.expect("SEAL_BROKEN", broken);

    for end in [1, 7, 39, 40, 41, 60, body.len() / 2, body.len() - 1] {
        let answer = send(&service, token, KIND, body[..end].to_vec()).await;
        let answer = answer.expect("SEAL_BROKEN", broken);
        assert_eq!(answer.body["extra"], "it ends too early", "{end} bytes");
    }
    for at in [20, 45, body.len() / 2, body.len() - 1] {
        let mut altered = body.clone();
        altered[at] ^= 1;
        assert_eq!(send(&service, token, KIND, altered).await.code(), "SEAL_BROKEN", "byte {at}");
    }
    let longer = [&body[..], b"x"].concat();
    let answer = send(&service, token, KIND, longer).await.expect("SEAL_BROKEN", broken);
    assert_eq!(answer.body["extra"], "something follows the last part");

    for plain in [b"".to_vec(), good.manifest.to_string().into_bytes(), [b"nearfar\x02", &body[8..]].concat()] {
        let answer = send(&service, token, KIND, plain).await;
        answer.expect("UPLOAD_NOT_SEALED", "The upload is not sealed");
    }
    let form = send(&service, token, "multipart/form-data; boundary=XX", body.clone()).await;
    form.expect("CLIENT_ERROR", "HTTP 415 - Unsupported Media Type");

    assert!(!score_next(&service.app).await.expect("nothing"), "nothing was taken");
    assert!(service.stored_files().is_empty());
    service.upload(token, &good).await.ok();
    // Sealed again, it is the same upload.
    service.upload(token, &good).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
}
