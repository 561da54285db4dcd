//! Attempts: every wrong order has its code, and nothing is lost.

use crate::common::{Answered, Attempt, Integrator, Service, Session, verdict};
use axum::body::Body;
use axum::http::{Request, header};
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_server::workers::scoring::score_next;
use nearfar_store::{AccountSettings, LightSetting, MAX_STARTS};
use serde_json::{Value, json};

/// One alteration of a good upload, and the code and extra of the answer.
type Case = (&'static str, fn(&mut Attempt), &'static str, &'static str);

#[tokio::test]
async fn every_altered_upload_has_its_code_and_the_good_one_still_goes_through() {
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
        let told = answer.body["extra"].as_str().unwrap_or("");
        assert!(told.starts_with(extra), "{name}: {told}");
    }
    let answer = service.upload(&session.token, &good).await.ok();
    assert_eq!(answer.data()["state"], "judging");
}

#[tokio::test]
async fn an_upload_can_be_repeated_and_not_replaced() {
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
    assert!(score_next(&service.app).await.expect("judged"));
    assert!(!score_next(&service.app).await.expect("judged"), "taken once");
    let answer = service.upload(&session.token, &good).await.ok();
    assert_eq!(answer.data()["state"], "succeeded");
    service
        .page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({})))
        .await
        .expect("SESSION_FINISHED", "The session has finished");
}

#[tokio::test]
async fn a_nonce_is_one_attempts_and_ends() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 3})).await;
    let first = service.attempt(&session.token, "a").await;
    let again = service.attempt(&session.token, "a").await;
    assert_eq!(first.manifest["nonce"], again.manifest["nonce"], "a lost answer can be asked for again");
    let second = service.attempt(&session.token, "b").await;
    assert_ne!(first.manifest["nonce"], second.manifest["nonce"]);
    let mut swapped = first.clone();
    swapped.id = "b".into();
    service.upload(&session.token, &swapped).await.expect("SEAL_BROKEN", "The upload does not open");
    swapped.sealed_for = second.sealed_for.clone();
    let message = "The nonce is not that of the attempt";
    service.upload(&session.token, &swapped).await.expect("NONCE_MISMATCH", message);
    service.pass(600_000);
    service.upload(&session.token, &first).await.expect("NONCE_EXPIRED", "The nonce has expired");
    let third = service.attempt(&session.token, "c").await;
    service.upload(&session.token, &third).await.ok();
    let answer = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({"attemptId": "d"}))).await;
    let answer = answer.expect("ATTEMPT_PENDING", "The last attempt is still being judged");
    assert_eq!(answer.headers["retry-after"], "1");
    let taken = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({"attemptId": "c"}))).await;
    assert_eq!(taken.code(), "ATTEMPT_CONFLICT");
}

#[tokio::test]
async fn colours_are_drawn_for_each_attempt_of_an_account_that_wants_them() {
    let service = Service::new().await;
    for setting in [LightSetting::Off, LightSetting::Offered, LightSetting::Required] {
        let shop = service.integrator(AccountSettings { light_challenge: setting, ..AccountSettings::default() }).await;
        let session = service.session(&shop, json!({"tryCount": 9})).await;
        let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
        assert_eq!(view.data()["lightChallenge"], setting != LightSetting::Off);
        let ask = async |id: &str| {
            let body = Some(json!({"attemptId": id}));
            service.page("POST", "/h5/api/v1/attempts", &session.token, body).await.ok().data()["light"].clone()
        };
        let first = ask("a").await;
        if setting == LightSetting::Off {
            assert_eq!(first, json!(null));
            continue;
        }
        assert_eq!(first["colors"].as_array().map(Vec::len), Some(6), "{first}");
        assert!(first["holdMs"].as_u64() >= Some(400), "{first}");
        assert_eq!(ask("a").await, first, "asked again, the same");
        let others = [ask("b").await, ask("c").await, ask("d").await];
        assert!(others.iter().any(|other| *other != first), "{first}");
    }
}

#[tokio::test]
async fn tries_are_counted_and_the_page_learns_where_to_go() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    service.say(verdict(ResultCode::FaceOccluded, None, None));
    service.scored(&session.token, "a").await;
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "retry");
    assert_eq!(status.data()["triesLeft"], 1);
    assert_eq!(
        status.data()["result"],
        json!({"attemptId": "a", "code": "FACE_OCCLUDED", "passed": false, "score": null})
    );
    let failed = json!({"info": "failedNext", "url": "https://shop.example/failed"});
    assert_eq!(status.data()["next"], failed, "with tries left the person may give up");
    service.scored(&session.token, "b").await;
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "failed");
    assert_eq!(status.data()["next"], failed);
}

/// Status and result of a session right after an attempt: state, tries left, code.
async fn standing(service: &Service, shop: &Integrator, session: &Session) -> (String, u64, String) {
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    let result = service.result(shop, &session.id).await;
    assert_eq!(status.data()["result"]["code"], result.code());
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let tries_left = status.data()["triesLeft"].as_u64().expect("a number");
    (text(&status.data()["state"]), tries_left, result.code().to_owned())
}

#[tokio::test]
async fn inconclusive_attempts_cost_no_try_three_times() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    for tries in [1, 2] {
        service.say(verdict(ResultCode::FaceQualityTooPoor, None, None));
        let session = service.session(&shop, json!({"tryCount": tries})).await;
        for id in ["a", "b", "c"] {
            service.scored(&session.token, id).await;
            let expected = ("retry".to_owned(), tries, "FACE_QUALITY_TOO_POOR".to_owned());
            assert_eq!(standing(&service, &shop, &session).await, expected, "{id}");
            let result = service.result(&shop, &session.id).await;
            assert_eq!((&result.data()["score"], &result.data()["attackType"]), (&json!(null), &json!(null)));
            let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
            let shown = json!({"attemptId": id, "code": "FACE_QUALITY_TOO_POOR", "passed": false, "score": null});
            assert_eq!(status.data()["result"], shown);
            assert_eq!(status.data()["next"]["info"], "failedNext", "the person may give up");
        }
        service.scored(&session.token, "d").await;
        let (state, tries_left, code) = standing(&service, &shop, &session).await;
        assert_eq!((tries_left, &*code), (tries - 1, "FACE_QUALITY_TOO_POOR"));
        if tries == 1 {
            assert_eq!(state, "failed");
            let more = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({}))).await;
            more.expect("SESSION_FINISHED", "The session has finished");
            continue;
        }
        assert_eq!(state, "retry");
        service.say(verdict(ResultCode::Success, Some(0), Some(AttackType::Presentation)));
        service.scored(&session.token, "e").await;
        assert_eq!(standing(&service, &shop, &session).await, ("failed".to_owned(), 0, "SUCCESS".to_owned()));
    }
}

#[tokio::test]
async fn every_other_code_costs_a_try() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    for code in ResultCode::ALL.into_iter().filter(|code| *code != ResultCode::FaceQualityTooPoor) {
        let session = service.session(&shop, json!({"tryCount": 2})).await;
        service.say(verdict(ResultCode::FaceQualityTooPoor, None, None));
        service.scored(&session.token, "a").await;
        let score = (code == ResultCode::Success).then_some(49);
        service.say(verdict(code, score, None));
        service.scored(&session.token, "b").await;
        assert_eq!(standing(&service, &shop, &session).await, ("retry".to_owned(), 1, code.code().to_owned()));
        service.scored(&session.token, "c").await;
        assert_eq!(standing(&service, &shop, &session).await, ("failed".to_owned(), 0, code.code().to_owned()));
    }
}

#[tokio::test]
async fn after_inconclusive_attempts_a_person_can_pass() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.say(verdict(ResultCode::FaceQualityTooPoor, None, None));
    for id in ["a", "b", "c"] {
        service.scored(&session.token, id).await;
    }
    service.say(verdict(ResultCode::Success, Some(97), None));
    service.scored(&session.token, "d").await;
    assert_eq!(standing(&service, &shop, &session).await.0, "succeeded");
    assert_eq!(service.result(&shop, &session.id).await.ok().data()["score"], 97);
}

#[tokio::test]
async fn an_inconclusive_attempt_leaves_the_sessions_end_and_the_retry_limit_as_they_are() {
    let service = Service::new().await;
    let limited = AccountSettings { retry_limit: Some(1), ..AccountSettings::default() };
    let shop = service.integrator(limited).await;
    service.say(verdict(ResultCode::FaceQualityTooPoor, None, None));
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let more = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({}))).await;
    more.expect("TRY_LIMIT_REACHED", "No tries are left");

    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    service.pass(3_600_000);
    assert!(score_next(&service.app).await.expect("judged"));
    let status = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    assert_eq!(status.data()["status"]["state"], "expired");
    assert_eq!(status.data()["status"]["next"]["info"], "failedNext");
    let more = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({}))).await;
    more.expect("SESSION_EXPIRED", "The session has expired");
}

#[tokio::test]
async fn success_leads_to_the_return_url() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "succeeded");
    assert_eq!(status.data()["next"], json!({"info": "successNext", "url": "https://shop.example/ok?id=1"}));
}

#[tokio::test]
async fn past_the_retry_limit_the_session_fails_and_leads_to_the_accounts_page() {
    let service = Service::new().await;
    let settings = AccountSettings {
        retry_limit: Some(2),
        retry_limit_url: Some("https://shop.example/too-many".into()),
        ..AccountSettings::default()
    };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({"tryCount": 9})).await;
    service.attempt(&session.token, "a").await;
    service.attempt(&session.token, "b").await;
    let answer = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({}))).await;
    answer.expect("TRY_LIMIT_REACHED", "No tries are left");
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "failed");
    assert_eq!(status.data()["next"], json!({"info": "failedNext", "url": "https://shop.example/too-many"}));
}

#[tokio::test]
async fn a_session_has_an_end_of_starts_without_a_limit_of_the_accounts_too() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 1000})).await;
    let start = async |id: u32| {
        let body = Some(json!({"attemptId": format!("a{id}")}));
        service.page("POST", "/h5/api/v1/attempts", &session.token, body).await
    };
    for id in 0..MAX_STARTS {
        start(id).await.ok();
    }
    start(0).await.ok();
    start(MAX_STARTS).await.expect("TRY_LIMIT_REACHED", "No tries are left");
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "failed");
    assert_eq!(status.data()["next"]["url"], "https://shop.example/failed", "the person is sent back");
    let kept = service.app.store.attempts(&session.id).await.expect("attempts").len();
    assert_eq!(kept, MAX_STARTS as usize);
}

#[tokio::test]
async fn an_expired_session_takes_no_new_attempt_but_finishes_one() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.pass(3_599_000);
    let attempt = service.attempt(&session.token, "a").await;
    service.pass(2_000);
    let answer = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({"attemptId": "b"}))).await;
    answer.expect("SESSION_EXPIRED", "The session has expired");
    let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    assert_eq!(view.data()["status"]["state"], "expired");
    assert_eq!(view.data()["status"]["next"]["info"], "failedNext");
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("judged"));
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "succeeded");
}

#[tokio::test]
async fn a_full_queue_sends_uploads_away_unharmed() {
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
    assert!(score_next(&service.app).await.expect("judged"));
    service.upload(&two.token, &second).await.ok();
}

#[tokio::test]
async fn uploads_that_would_not_fit_into_memory_are_sent_away_unharmed() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    let others = ["one", "two"].map(|other| service.app.memory.reserve(other, u64::MAX).expect("its share"));
    let message = "Query failed, please retry after the suggested time in HTTP Header.";
    service.upload(&session.token, &attempt).await.expect("RETRY_LATER", message);
    drop(others);
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("judged"));
    drop(service.app.memory.reserve(&shop.account.id, u64::MAX).expect("all of it was given back"));
    let others = ["one", "two"].map(|other| service.app.result_memory.reserve(other, u64::MAX).expect("its share"));
    let answer = service.result(&shop, &session.id).await.expect("RETRY_LATER", message);
    assert_eq!(answer.headers["retry-after"], "2");
    drop(others);
    service.result(&shop, &session.id).await.ok();
}

#[tokio::test]
async fn a_status_request_waits_for_the_judgement() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    let answer = service.upload(&session.token, &attempt).await.ok();
    let version = answer.data()["version"].as_str().expect("a version");
    let path = format!("/h5/api/v1/status?version={version}&wait=20");
    let (status, scored) = tokio::join!(service.page("GET", &path, &session.token, None), score_next(&service.app));
    assert!(scored.expect("judged"));
    assert_eq!(status.ok().data()["state"], "succeeded");
    let waiting = service.page("GET", &path.replace("wait=20", "wait=0"), &session.token, None).await.ok();
    assert_eq!(waiting.data()["state"], "succeeded");
}

#[tokio::test]
async fn problems_are_kept() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let path = "/h5/api/v1/problems";
    let problem = json!({"code": "camera_in_use", "message": "busy", "phase": "far"});
    service.page("POST", path, &session.token, Some(problem)).await.ok();
    let reports = service.app.store.reports(&session.id).await.expect("reports");
    assert_eq!(reports.len(), 1);
    assert!(reports[0].body.contains("camera_in_use"));
    for bad in [json!({}), json!({"code": "Not Snake"}), json!({"code": "x", "message": "x".repeat(501)})] {
        let answer = service.page("POST", path, &session.token, Some(bad)).await;
        answer.expect("PARAMETER_ERROR", "Parameter error,please check you input.");
    }
}

async fn send(service: &Service, token: &str, kind: &str, body: Vec<u8>) -> Answered {
    let request = Request::put("/h5/api/v1/attempts/a")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, kind);
    service.send(request.body(Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn an_upload_that_does_not_open_is_refused_and_the_good_one_still_goes_through() {
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
    // Another session's upload, and another attempt's of the same session, with all that they bind.
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
    // Sealed anew it is the same upload.
    service.upload(token, &good).await.ok();
    assert!(score_next(&service.app).await.expect("judged"));
}
