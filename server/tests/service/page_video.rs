//! The deferred video: nothing waits for it, and it is still checked against the manifest.

use crate::common::{Answered, Attempt, Integrator, Service, Session};
use axum::body::Body;
use axum::http::{Request, header};
use futures::{StreamExt, stream};
use nearfar_protocol::page::CrossDevice;
use nearfar_server::workers::scoring::score_next;
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

const VIDEO: &[u8] = b"\x1a\x45\xdf\xa3 a video";
const BASE64: &str = "GkXfoyBhIHZpZGVv";

async fn begin() -> (Service, Integrator, Session) {
    let service = Service::new().await;
    let settings = AccountSettings { video: true, cross_device: CrossDevice::Fallback, ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({})).await;
    (service, shop, session)
}

/// An attempt whose manifest names the video, without the video.
async fn attempt(service: &Service, token: &str) -> Attempt {
    let mut attempt = service.attempt(token, "a").await;
    attempt.add("video", VIDEO);
    attempt.parts.pop();
    attempt
}

async fn send(service: &Service, token: &str, kind: &str, body: impl Into<Body>) -> Answered {
    let request = Request::put("/h5/api/v1/attempts/a/video")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, kind);
    service.send(request.body(body.into()).expect("a request")).await
}

async fn video(service: &Service, token: &str) -> Answered {
    send(service, token, "video/webm", VIDEO).await
}

#[tokio::test]
async fn scoring_does_not_wait_for_the_video() {
    let (service, shop, session) = begin().await;
    let attempt = attempt(&service, &session.token).await;
    video(&service, &session.token).await.expect("ATTEMPT_NOT_FOUND", "The attempt does not exist");
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    let result = service.result(&shop, &session.id).await.ok();
    assert_eq!((&result.data()["score"], &result.data()["video"]), (&json!(97), &Value::Null));
    video(&service, &session.token).await.ok();
    video(&service, &session.token).await.ok();
    let result = service.result(&shop, &session.id).await.ok();
    assert_eq!(result.data()["video"], BASE64);
    service.upload(&session.token, &attempt).await.ok();
    assert_eq!(service.stored_files().len(), 5, "one of each, and the manifest");
}

#[tokio::test]
async fn the_video_can_arrive_before_scoring() {
    let (service, shop, session) = begin().await;
    let attempt = attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    video(&service, &session.token).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    let result = service.result(&shop, &session.id).await.ok();
    assert_eq!(result.data()["video"], BASE64);
}

#[tokio::test]
async fn an_altered_video_is_rejected_and_can_be_retried() {
    let (service, shop, session) = begin().await;
    let attempt = attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    let token = &session.token;
    let altered = ("FILE_ALTERED", "A file is not the one that the manifest names");
    let mut flipped = VIDEO.to_vec();
    flipped[8] ^= 1;
    for wrong in [flipped, VIDEO[1..].to_vec(), [VIDEO, b"x"].concat(), Vec::new()] {
        let answer = send(&service, token, "video/webm", wrong).await.expect(altered.0, altered.1);
        assert_eq!(answer.body["extra"], "video");
    }
    for kind in ["", "text/html", "multipart/form-data"] {
        let answer = send(&service, token, kind, VIDEO).await;
        answer.expect("CLIENT_ERROR", "HTTP 415 - Unsupported Media Type");
    }
    let foreign = service.session(&shop, json!({})).await;
    video(&service, &foreign.token).await.expect("ATTEMPT_NOT_FOUND", "The attempt does not exist");
    assert_eq!(video(&service, "nonsense").await.code(), "IAM_FAILED");
    assert_eq!(service.stored_files().len(), 4, "nothing of it was kept");
    send(&service, token, "video/webm; codecs=vp8", VIDEO).await.ok();
}

#[tokio::test]
async fn unannounced_and_invalid_videos_are_rejected() {
    let (service, _, session) = begin().await;
    let plain = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &plain).await.ok();
    let answer = video(&service, &session.token).await;
    let answer = answer.expect("FILE_UNEXPECTED", "The upload has a file that the manifest does not name");
    assert_eq!(answer.body["extra"], "video");

    let (service, _, session) = begin().await;
    let mut text = service.attempt(&session.token, "a").await;
    text.add("video", b"no video");
    text.parts.pop();
    service.upload(&session.token, &text).await.ok();
    let answer = send(&service, &session.token, "video/mp4", "no video").await;
    answer.expect("CLIENT_ERROR", "HTTP 415 - Unsupported Media Type");
    assert_eq!(service.stored_files().len(), 4);
}

#[tokio::test]
async fn the_video_has_a_deadline() {
    let (service, _, session) = begin().await;
    let attempt = attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    service.pass(599_999);
    video(&service, &session.token).await.ok();
    service.pass(1);
    video(&service, &session.token).await.ok();

    let (service, _, session) = begin().await;
    let attempt = self::attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    service.pass(600_000);
    video(&service, &session.token).await.expect("NONCE_EXPIRED", "The nonce has expired");
}

#[tokio::test]
async fn only_the_uploading_device_can_send_the_video() {
    let (service, _, session) = begin().await;
    let made = service.page("POST", "/h5/api/v1/handoff", &session.token, None).await.ok();
    let link = made.data()["url"].as_str().and_then(|url| url.split_once("#handoff=")).expect("a link").1;
    let wish = json!({"link": link, "deviceId": "phone"});
    let claimed = service.page("POST", "/h5/api/v1/handoff/claim", "", Some(wish)).await.ok();
    let second = claimed.data()["token"].as_str().expect("a token");
    let attempt = attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    let early = video(&service, second).await;
    early.expect("HANDOFF_NOT_CONFIRMED", "The first device has not confirmed this device");
    let id = made.data()["handoff"]["handoffId"].as_str().expect("an id");
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    let shown = &status.data()["handoff"];
    let word = json!({"claimId": shown["claimId"], "number": claimed.data()["handoff"]["number"]});
    service.page("POST", &format!("/h5/api/v1/handoff/{id}/confirm"), &session.token, Some(word)).await.ok();
    video(&service, second).await.expect("ATTEMPT_NOT_FOUND", "The attempt does not exist");
    video(&service, &session.token).await.ok();
}

#[tokio::test]
async fn a_video_without_memory_can_be_retried() {
    let (service, _, session) = begin().await;
    let attempt = attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    let message = "Query failed, please retry after the suggested time in HTTP Header.";
    let others = ["one", "two"].map(|other| service.app.memory.reserve(other, u64::MAX).expect("its share"));
    let answer = video(&service, &session.token).await.expect("RETRY_LATER", message);
    assert_eq!(answer.headers["retry-after"], "2");
    drop(others);
    video(&service, &session.token).await.ok();
}

#[tokio::test]
async fn erasure_during_a_deferred_file_leaves_nothing() {
    let (service, shop, session) = begin().await;
    let attempt = attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    let (begun, under_way) = tokio::sync::oneshot::channel();
    let (cleared, go_on) = tokio::sync::oneshot::channel::<()>();
    let head = stream::once(async move {
        begun.send(()).expect("the test waits");
        Ok::<_, std::io::Error>(&VIDEO[..5])
    });
    let rest = stream::once(async move {
        go_on.await.expect("the test goes on");
        Ok(&VIDEO[5..])
    });
    let body = Body::from_stream(head.chain(rest));
    let clear = async {
        under_way.await.expect("it has begun");
        service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
        cleared.send(()).expect("the video waits");
    };
    let (answer, ()) = tokio::join!(send(&service, &session.token, "video/webm", body), clear);
    answer.expect("SESSION_EXPIRED", "The session has expired");
    assert!(service.stored_files().is_empty());

    let (service, shop, session) = begin().await;
    let attempt = self::attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    video(&service, &session.token).await.ok();
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    assert!(service.stored_files().is_empty());
    video(&service, &session.token).await.expect("SESSION_EXPIRED", "The session has expired");
}

#[tokio::test]
async fn an_account_without_video_rejects_videos() {
    let (service, shop, session) = begin().await;
    let attempt = attempt(&service, &session.token).await;
    service.upload(&session.token, &attempt).await.ok();
    let none = AccountSettings::default();
    service.app.store.update_account(&shop.account.id, "shop", None, &none).await.expect("changed");
    video(&service, &session.token).await.expect("VIDEO_DISABLED", "Video is not enabled");
}
