//! Levels and the motion challenge: what an attempt requires, what an older page gets, and which score passes.

use crate::common::{Answered, Attempt, Service, Session, pictures, verdict};
use nearfar::guidance::Instruction;
use nearfar_protocol::problem::INSTRUCTIONS;
use nearfar_protocol::result::ResultCode;
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

const OUTDATED: &str = "This version of the page cannot do what the session asks for, please load it anew or update it";

fn settings(json: Value) -> AccountSettings {
    serde_json::from_value(json).expect("settings")
}

async fn ask(service: &Service, session: &Session, body: Value) -> Answered {
    service.page("POST", "/h5/api/v1/attempts", &session.token, Some(body)).await
}

/// Stops of the path, and colours.
fn asked(answer: &Answered) -> (usize, usize) {
    let data = answer.data();
    let count = |list: &Value| list.as_array().map_or(0, Vec::len);
    (count(&data["motion"]["stops"]), count(&data["light"]["colors"]))
}

#[tokio::test]
async fn each_level_requires_its_documented_challenges() {
    let service = Service::new().await;
    let plain = service.integrator(AccountSettings::default()).await;
    let able = json!({"motion": true, "lightUnwanted": false});
    let standard = service.session(&plain, json!({})).await;
    assert_eq!(asked(&ask(&service, &standard, able.clone()).await.ok()), (0, 0));
    let pro = service.session(&plain, json!({"productLevel": "PRO"})).await;
    assert_eq!(asked(&ask(&service, &pro, able.clone()).await.ok()), (1, 6));
    let calm = json!({"motion": true, "lightUnwanted": true});
    assert_eq!(asked(&ask(&service, &pro, calm).await.ok()), (2, 0), "a longer path in place of colours");
    let view = service.page("GET", "/h5/api/v1/session", &pro.token, None).await.ok();
    let reported = ["productLevel", "motionChallenge", "lightChallenge"].map(|name| view.data()[name].clone());
    assert_eq!(reported, [json!("PRO"), json!(true), json!(true)]);

    let shop = service.integrator(settings(json!({"defaultLevel": "PRO", "systemCamera": true}))).await;
    let session = service.session(&shop, json!({})).await;
    assert_eq!(asked(&ask(&service, &session, able.clone()).await.ok()), (1, 6), "the account's level");
    let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    assert_eq!(view.data()["systemCamera"], false, "the device's own camera program leads along no path");
}

#[tokio::test]
async fn a_page_without_motion_support_uploads_or_must_update() {
    let service = Service::new().await;
    let shop = service.integrator(settings(json!({"motionChallenge": "on"}))).await;
    let session = service.session(&shop, json!({})).await;
    let answer = ask(&service, &session, json!({"attemptId": "a"})).await.ok();
    assert_eq!(answer.data()["motion"], Value::Null);
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    let demanding = service.session(&shop, json!({"productLevel": "PRO"})).await;
    ask(&service, &demanding, json!({})).await.expect("CLIENT_OUTDATED", OUTDATED);
    let stored = service.app.store.session(&demanding.id).await.expect("there");
    assert_eq!(stored.starts, 0, "nothing was begun");
}

#[tokio::test]
async fn a_longer_path_replaces_colours_where_allowed() {
    let service = Service::new().await;
    let calm = json!({"motion": true, "lightUnwanted": true});
    let able = json!({"motion": true, "lightUnwanted": false});
    for (own, level, replaceable, asked_of_calm) in [
        (json!({}), "PRO", true, (2, 0)),
        (json!({"motionChallenge": "required", "lightChallenge": "offered"}), "STANDARD", true, (2, 0)),
        // Where colours are required or the path is optional, the page must not start again without colours.
        (json!({"levels": {"PRO": {"lightChallenge": "required"}}}), "PRO", false, (1, 6)),
        (json!({"levels": {"PRO": {"motionChallenge": "on"}}}), "PRO", false, (1, 6)),
        (json!({"motionChallenge": "on"}), "STANDARD", false, (1, 0)),
    ] {
        let shop = service.integrator(settings(own.clone())).await;
        let session = service.session(&shop, json!({"productLevel": level})).await;
        let answer = ask(&service, &session, able.clone()).await.ok();
        assert_eq!(answer.data()["lightReplaceable"], json!(replaceable), "{own} {level}");
        let session = service.session(&shop, json!({"productLevel": level})).await;
        let answer = ask(&service, &session, calm.clone()).await.ok();
        assert_eq!(
            (asked(&answer), &answer.data()["lightReplaceable"]),
            (asked_of_calm, &json!(false)),
            "{own} {level}"
        );
    }
}

#[tokio::test]
async fn a_path_belongs_to_one_attempt_and_is_reissued_with_it() {
    let service = Service::new().await;
    let shop = service.integrator(settings(json!({"motionChallenge": "on"}))).await;
    let session = service.session(&shop, json!({})).await;
    let path = |answer: &Answered| answer.data()["motion"].to_string();
    let request = |id: &str| json!({"attemptId": id, "motion": true});
    let first = path(&ask(&service, &session, request("a")).await.ok());
    assert_eq!(path(&ask(&service, &session, request("a")).await.ok()), first, "a lost answer can be asked for again");
    let mut others = Vec::new();
    for id in ["b", "c", "d", "e"] {
        others.push(path(&ask(&service, &session, request(id)).await.ok()));
    }
    assert!(others.iter().any(|other| *other != first), "another attempt, another path");
}

#[tokio::test]
async fn stop_pictures_are_stored_and_limited_like_others() {
    let service = Service::new().await;
    let shop = service.integrator(settings(json!({"motionChallenge": "on"}))).await;
    let session = service.session(&shop, json!({})).await;
    let issued = ask(&service, &session, json!({"attemptId": "a", "motion": true})).await.ok();
    let mut attempt = Attempt::new(&session.id, "a", issued.data());
    attempt.add("stop-0", &pictures::FAR);
    let mut unnamed = attempt.clone();
    unnamed.manifest["stops"] = json!([]);
    service.upload(&session.token, &unnamed).await.expect("MANIFEST_INVALID", "The manifest is not valid");
    attempt.manifest["stops"] =
        json!([{"name": "stop-0", "time": attempt.manifest["farImageTime"].as_i64().map(|at| at + 900)}]);
    let mut large = attempt.clone();
    let index = large.manifest["files"].as_array().map_or(0, Vec::len) - 1;
    large.manifest["files"][index]["bytes"] = json!(2_000_001);
    service.upload(&session.token, &large).await.expect("FILE_TOO_LARGE", "A file is too large");
    service.upload(&session.token, &attempt).await.ok();
    let files = service.app.store.files(&session.id, "a").await.expect("files");
    assert!(files.iter().any(|file| file.name == "stop-0"), "{files:?}");
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    assert!(service.stored_files().is_empty(), "and erased with them");
}

#[tokio::test]
async fn each_level_has_its_own_pass_score() {
    let service = Service::new().await;
    let own = json!({"verdictFields": true, "levels": {"STANDARD": {"passScore": 60}, "PRO": {"passScore": 90, "motionChallenge": "off"}}});
    let shop = service.integrator(settings(own)).await;
    service.set_verdict(verdict(ResultCode::Success, Some(75), None));
    let mut passed = Vec::new();
    for level in ["STANDARD", "PRO"] {
        let session = service.session(&shop, json!({"productLevel": level})).await;
        service.scored(&session.token, "a").await;
        let answer = service.result(&shop, &session.id).await.ok();
        let data = answer.data();
        passed.push((data["passed"].clone(), data["verdict"].clone(), data["reasons"].clone()));
    }
    assert_eq!(passed[0], (json!(true), json!("live"), json!([])));
    assert_eq!(passed[1], (json!(false), json!("live"), json!(["below_pass_score"])));
}

#[test]
fn metric_instructions_match_the_engine() {
    assert_eq!(INSTRUCTIONS, Instruction::ALL.map(Instruction::code));
}

#[tokio::test]
async fn problem_reports_can_name_the_instruction() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let report = |instruction: Value| json!({"code": "capture_timeout", "message": "", "instruction": instruction});
    for instruction in [json!("too_far"), Value::Null, json!("made_up")] {
        service.page("POST", "/h5/api/v1/problems", &session.token, Some(report(instruction))).await.ok();
    }
    let long = service.page("POST", "/h5/api/v1/problems", &session.token, Some(report(json!("x".repeat(501))))).await;
    assert_eq!(long.code(), "PARAMETER_ERROR");
}
