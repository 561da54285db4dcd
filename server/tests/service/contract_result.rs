//! Get Result and PII Data Retention, each field, code and message.

use std::io::Cursor;
use std::sync::LazyLock;

use crate::common::{START, Service, pictures, verdict};
use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_record::{PublicKeys, verify};
use nearfar_scoring::{Check, CheckOutcome, Verdict};
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

/// The pictures of every attempt, as in results.
static FAR: LazyLock<String> = LazyLock::new(|| BASE64.encode(&*pictures::FAR));
static NEAR: LazyLock<String> = LazyLock::new(|| BASE64.encode(&*pictures::NEAR));

#[tokio::test]
async fn there_is_no_result_before_scoring() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let none = ("LIVENESS_NO_RESULT", "This token has no detection result");
    service.result(&shop, &session.id).await.expect(none.0, none.1);
    let attempt = service.attempt(&session.token, "a").await;
    service.result(&shop, &session.id).await.expect(none.0, none.1);
    service.upload(&session.token, &attempt).await.ok();
    service.result(&shop, &session.id).await.expect(none.0, none.1);
}

#[tokio::test]
async fn parameters_and_foreign_sessions() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let other = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let path = "/openapi/liveness/v4/h5/get-result";
    let empty = ("PARAMETER_ERROR", "Parameter should not be empty");
    service.post(path, &shop.token, json!({})).await.expect(empty.0, empty.1);
    service.post(path, &shop.token, json!({"signatureId": ""})).await.expect(empty.0, empty.1);
    let unknown = ("SIGNATURE_NOT_EXIST", "This signatureId is not exist");
    service.result(&shop, "f302f5d2454a85c2").await.expect(unknown.0, unknown.1);
    service.result(&other, &session.id).await.expect(unknown.0, unknown.1);
}

#[tokio::test]
async fn success_has_every_field() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let answer = service.result(&shop, &session.id).await.ok();
    let expected = json!({
        "image": *FAR, "imageFar": *FAR, "imageNear": *NEAR, "farImageTime": START + 1000, "nearImageTime": START + 3000,
        "auditImageUrl": null, "score": 97, "cameraType": "WEB_CAMERA", "video": null, "attackType": null,
    });
    assert_eq!(answer.data(), &expected);
}

#[tokio::test]
async fn the_audit_link_grants_only_its_pictures() {
    let service = Service::new().await;
    let settings = AccountSettings { audit_images: true, ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let answer = service.result(&shop, &session.id).await.ok();
    let link = answer.data()["auditImageUrl"].as_str().expect("a link");
    let path = link.strip_prefix("http://localhost:8787").expect("of this service");
    let open = |path: &str| {
        let request = axum::http::Request::get(path).body(axum::body::Body::empty());
        service.send(request.expect("a request"))
    };
    let answer = open(path).await.ok();
    let picture =
        json!({"time": START + 1500, "phase": "near", "code": "keep_still", "image": BASE64.encode(&*pictures::AUDIT)});
    assert_eq!(answer.data(), &json!({"signatureId": session.id, "images": [picture]}));

    let token = path.split_once("token=").expect("a token").1;
    let refused = service.page("GET", "/h5/api/v1/session", token, None).await;
    assert_eq!(refused.code(), "IAM_FAILED", "it is no session token");
    let none = ("IAM_FAILED", "Token not found or expired");
    service.post("/openapi/liveness/v4/h5/get-result", token, json!({})).await.expect(none.0, none.1);
    for other in [&session.token, &shop.token] {
        open(&format!("/liveness/h5/v1/audit-images?token={other}")).await.expect(none.0, none.1);
    }
    open("/liveness/h5/v1/audit-images").await.expect("CLIENT_ERROR", "HTTP 400 - Bad Request");
    service.pass(3_600_000 - 1);
    open(path).await.ok();
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await;
    let gone = ("RESULT_NOT_FOUND", "The requested resource was not found or has been deleted");
    open(path).await.expect(gone.0, gone.1);
    service.pass(1);
    open(path).await.expect(none.0, none.1);
}

#[tokio::test]
async fn attacks_have_score_zero_and_their_type() {
    for (kind, number) in [(AttackType::Presentation, 1), (AttackType::Injection, 2), (AttackType::Unsure, 3)] {
        let service = Service::new().await;
        let shop = service.integrator(AccountSettings::default()).await;
        let session = service.session(&shop, json!({})).await;
        service.set_verdict(verdict(ResultCode::Success, Some(0), Some(kind)));
        service.scored(&session.token, "a").await;
        let answer = service.result(&shop, &session.id).await.ok();
        assert_eq!(answer.data()["score"], 0);
        assert_eq!(answer.data()["attackType"], number);
        assert_eq!(answer.data()["imageNear"], *NEAR);
    }
}

#[tokio::test]
async fn verdict_fields_show_whether_a_success_passed() {
    let failed = |check| CheckOutcome::failed(check, "why");
    let with = |code, score, attack, checks: Vec<CheckOutcome>| Verdict { checks, ..verdict(code, score, attack) };
    let depth = vec![CheckOutcome::passed(Check::Growth), failed(Check::Depth)];
    let (success, poor) = (ResultCode::Success, ResultCode::FaceQualityTooPoor);
    let cases = [
        (with(success, Some(97), None, vec![]), true, "live", json!([])),
        (with(success, Some(50), None, vec![]), false, "live", json!(["below_pass_score"])),
        (with(success, Some(0), Some(AttackType::Presentation), depth), false, "attack", json!(["depth"])),
        (with(success, Some(7), None, vec![]), false, "attack", json!(["evidence"])),
        (
            with(poor, None, None, vec![failed(Check::Light), failed(Check::Sharpness)]),
            false,
            "inconclusive",
            json!(["light", "sharpness"]),
        ),
        (with(poor, None, None, vec![]), false, "inconclusive", json!(["not_judged"])),
        (
            with(ResultCode::FaceOccluded, None, None, vec![failed(Check::Occlusion)]),
            false,
            "inconclusive",
            json!(["occlusion"]),
        ),
    ];
    for (verdict, passed, word, reasons) in cases {
        let service = Service::with(|config| config.pass_score = 60).await;
        let settings = AccountSettings { verdict_fields: true, ..AccountSettings::default() };
        let shop = service.integrator(settings).await;
        let session = service.session(&shop, json!({})).await;
        service.set_verdict(verdict.clone());
        service.scored(&session.token, "a").await;
        let answer = service.result(&shop, &session.id).await;
        assert_eq!(answer.code(), verdict.code.code());
        let data = answer.data();
        assert_eq!(
            (&data["passed"], &data["verdict"], &data["reasons"]),
            (&json!(passed), &json!(word), &reasons),
            "{verdict:?}"
        );
    }
}

#[tokio::test]
async fn a_rejected_face_has_the_far_picture_and_no_score() {
    let cases = [
        (
            ResultCode::TooManyFacesDetected,
            "TOO_MANY_FACES_DETECTED",
            "Multiple faces detected from the image,please only keep one face in the image.",
        ),
        (ResultCode::NoFaceDetected, "NO_FACE_DETECTED", "No face detected from the image."),
        (
            ResultCode::InvalidFaceDetected,
            "INVALID_FACE_DETECTED",
            "The face is too big,small,incomplete,please show your front-view face.",
        ),
        (ResultCode::FaceOccluded, "FACE_OCCLUDED", "Face should not be occluded,please try again."),
        (ResultCode::FaceQualityTooPoor, "FACE_QUALITY_TOO_POOR", "Face quality is too low,please try again."),
    ];
    for (reported, code, message) in cases {
        let service = Service::new().await;
        let settings = AccountSettings { multi_device_fields: true, ..AccountSettings::default() };
        let shop = service.integrator(settings).await;
        let session = service.session(&shop, json!({})).await;
        service.set_verdict(verdict(reported, None, None));
        service.scored(&session.token, "a").await;
        let answer = service.result(&shop, &session.id).await.expect(code, message);
        let expected = json!({
            "image": *FAR, "imageFar": *FAR, "imageNear": null, "farImageTime": START + 1000, "nearImageTime": null,
            "auditImageUrl": null, "score": null, "cameraType": "WEB_CAMERA", "video": null, "multiDevice": false,
            "useSlaveUrl": false, "attackType": null,
        });
        assert_eq!(answer.data(), &expected);
    }
}

#[tokio::test]
async fn videos_are_returned_if_the_account_enables_them() {
    let service = Service::new().await;
    let settings = AccountSettings { video: true, system_camera: true, ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({})).await;
    let mut attempt = service.attempt(&session.token, "a").await;
    attempt.manifest["cameraType"] = json!("SYSTEM_CAMERA");
    attempt.add("video", b"a video");
    service.upload(&session.token, &attempt).await.ok();
    nearfar_server::workers::scoring::score_next(&service.app).await.expect("scored");
    let answer = service.result(&shop, &session.id).await.ok();
    assert_eq!(answer.data()["video"], "YSB2aWRlbw==");
    assert_eq!(answer.data()["cameraType"], "SYSTEM_CAMERA");
}

#[tokio::test]
async fn cleared_data_is_erased() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"userId": "somebody"})).await;
    service.scored(&session.token, "a").await;
    let path = format!("?signatureId={}", session.id);
    let answer = service.clear(&shop.token, &path).await.ok();
    assert_eq!(answer.data(), &Value::Null);
    service.clear(&shop.token, &path).await.ok();
    let gone = ("RESULT_NOT_FOUND", "The requested resource was not found or has been deleted");
    service.result(&shop, &session.id).await.expect(gone.0, gone.1);
    service
        .page("GET", "/h5/api/v1/status", &session.token, None)
        .await
        .expect("SESSION_EXPIRED", "The session has expired");
    assert!(service.stored_files().is_empty());
}

#[tokio::test]
async fn clearing_an_unknown_session_is_rejected() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let other = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let illegal = ("PARAMETER_ERROR", "Parameter error, please check your request whether has illegal parameters");
    let empty = ("EMPTY_PARAMETER_ERROR", "Parameter should not be empty");
    service.clear(&shop.token, "").await.expect(empty.0, empty.1);
    service.clear(&shop.token, "?signatureId=").await.expect(empty.0, empty.1);
    service.clear(&shop.token, "?signatureId=ac66706068e737b5").await.expect(illegal.0, illegal.1);
    service.clear(&shop.token, "?signatureId=a&signatureId=b").await.expect(illegal.0, illegal.1);
    service.clear(&other.token, &format!("?signatureId={}", session.id)).await.expect(illegal.0, illegal.1);
    service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
}

/// The response to a request for a session's capture record.
async fn record(service: &Service, token: &str, id: &str) -> (String, Vec<u8>) {
    let request = Request::post("/liveness/h5/v1/capture-record")
        .header("X-ACCESS-TOKEN", token)
        .header("content-type", "application/json")
        .body(Body::from(json!({"signatureId": id}).to_string()));
    let (_, headers, bytes) = service.bytes(request.expect("a request")).await;
    (headers["content-type"].to_str().expect("text").to_owned(), bytes)
}

#[tokio::test]
async fn a_capture_record_holds_the_upload_and_its_outcome() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings { video: true, ..AccountSettings::default() }).await;
    let other = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 3})).await;
    let code = |answer: (String, Vec<u8>)| {
        assert_eq!(answer.0, "application/json");
        let body: Value = serde_json::from_slice(&answer.1).expect("JSON");
        body["code"].as_str().expect("a code").to_owned()
    };
    assert_eq!(code(record(&service, &shop.token, &session.id).await), "LIVENESS_NO_RESULT");

    let request = Request::get("/liveness/h5/v1/capture-record/keys").body(Body::empty()).expect("a request");
    let keys = PublicKeys::parse(&service.text(request).await.2).expect("keys");
    service.set_verdict(verdict(ResultCode::Success, Some(12), Some(AttackType::Presentation)));
    let mut attempt = service.attempt(&session.token, "a").await;
    attempt.add("video", b"\x1a\x45\xdf\xa3 film");
    service.pass(2_500);
    service.upload(&session.token, &attempt).await.ok();
    service.pass(500);
    assert!(nearfar_server::workers::scoring::score_next(&service.app).await.expect("scored"));

    let (kind, first) = record(&service, &shop.token, &session.id).await;
    assert_eq!(kind, "application/zip");
    let checked = verify(Cursor::new(&first), &keys).expect("it holds");
    let claims = &checked.claims;
    assert_eq!((claims.signature_id.as_str(), claims.attempt_id.as_str()), (session.id.as_str(), "a"));
    assert_eq!((claims.code.as_str(), claims.score, claims.attack_type), ("SUCCESS", Some(12), Some(1)));
    assert_eq!((claims.nonce_issued_at, claims.received_at, claims.judged_at), (START, START + 2_500, START + 3_000));
    assert_eq!(attempt.manifest["nonce"], claims.nonce.as_str());
    let paths: Vec<_> = claims.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["manifest.json", "far.jpg", "near.jpg", "audit-0.jpg"]);
    assert!(checked.manifest.file("video").is_some(), "the manifest names it");
    assert_eq!(record(&service, &shop.token, &session.id).await.1, first, "the same again");

    assert_eq!(code(record(&service, &other.token, &session.id).await), "SIGNATURE_NOT_EXIST");
    assert_eq!(code(record(&service, "nobody's", &session.id).await), "IAM_FAILED");
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    assert_eq!(code(record(&service, &shop.token, &session.id).await), "RESULT_NOT_FOUND");
}
