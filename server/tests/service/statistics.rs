//! Statistics: what the page and the scorer cause is counted, and who may read it.

use clap::Parser;
use nearfar::session::Phase;
use nearfar_protocol::problem::{PROBLEM_CODES, STEPS};
use nearfar_protocol::result::ResultCode;
use nearfar_server::commands::sessions::{self, SessionsCommand};
use nearfar_server::commands::statistics::{self, StatisticsArgs};
use nearfar_server::workers::expiry::expire_sessions;
use nearfar_store::{AccountSettings, Actor, NewAccount};
use serde_json::{Value, json};

use crate::common::{Integrator, Service, verdict};
use crate::sessions_api::{renewed, scored_from_iphone};

const PATH: &str = "/openapi/liveness/v1/statistics";
const DAY: &str = "2024-04-16";

async fn total(service: &Service, shop: &Integrator) -> Value {
    let answer = service.post(PATH, &shop.token, json!({"from": DAY})).await.ok();
    answer.data()["total"].clone()
}

#[tokio::test]
async fn the_funnel_of_a_day() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let other = service.integrator(AccountSettings::default()).await;
    service.session(&other, json!({})).await;

    let passed = service.session(&shop, json!({})).await;
    for _ in 0..2 {
        service.page("GET", "/h5/api/v1/session", &passed.token, None).await.ok();
    }
    scored_from_iphone(&service, &passed).await;
    let poor = service.session(&shop, json!({})).await;
    service.set_verdict(verdict(ResultCode::FaceQualityTooPoor, None, None));
    service.scored(&poor.token, "a").await;
    let stopped = service.session(&shop, json!({})).await;
    service.attempt(&stopped.token, "a").await;
    let problem = json!({"code": "cancelled", "instruction": "too_dark", "phase": "near"});
    for problem in [problem.clone(), problem, json!({"code": "camera_in_use"}), json!({"code": "invented"})] {
        service.page("POST", "/h5/api/v1/problems", &stopped.token, Some(problem)).await.ok();
    }
    let erased = service.session(&shop, json!({})).await;
    service.clear(&shop.token, &format!("?signatureId={}", erased.id)).await.ok();

    let counted = total(&service, &shop).await;
    let median = counted["timeToCapture"]["medianMs"].as_u64().expect("a time");
    assert!(median < 1100, "one of 0 s and one of 20 s: {median}");
    let p95 = counted["timeToCapture"]["p95Ms"].as_u64().expect("a time");
    assert!((19_000..21_000).contains(&p95), "{p95}");
    let expected = json!({"created": 4, "opened": 1, "started": 3, "captured": 2, "passed": 1, "failed": 0, "expired": 0,
        "erased": 1, "unfinished": 2, "failures": {}, "attemptsStarted": 3, "attemptsReceived": 2,
        "attemptsScored": {"live": 1, "attack": 0, "inconclusive": 1},
        "reasons": [{"verdict": "inconclusive", "reason": "not_judged", "count": 1}],
        "dropOffs": [{"how": "cancelled", "step": "near", "instruction": "too_dark", "count": 1}],
        "problems": {"camera_in_use": 1, "other": 1}, "os": {"ios": 1, "other": 1},
        "browsers": {"safari": 1, "other": 1}, "deviceTypes": {"phone": 1, "other": 1},
        "cameraTypes": {"WEB_CAMERA": 2}, "timeToCapture": counted["timeToCapture"]});
    assert_eq!(counted, expected);

    service.pass(3_600_000 - 60_000);
    assert!(!expire_sessions(&service.app).await.expect("recorded"));
    let shop = renewed(&service, &shop).await;
    assert_eq!(total(&service, &shop).await["expired"], 0);
    service.pass(120_000);
    for _ in 0..2 {
        assert!(!expire_sessions(&service.app).await.expect("recorded"));
        let counted = total(&service, &shop).await;
        assert_eq!((&counted["expired"], &counted["unfinished"]), (&json!(2), &json!(0)));
    }
}

#[tokio::test]
async fn sandbox_sessions_are_counted_apart() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let new = NewAccount { name: "tests".into(), sandbox: true, ..NewAccount::default() };
    let (account, secret) = service.app.store.create_account(new, service.app.now()).await.expect("an account");
    let tests = Integrator { account, secret: secret.to_string(), token: String::new() };
    let tests = renewed(&service, &tests).await;
    service.session(&tests, json!({"sandbox": ["NO_FACE_DETECTED"]})).await;
    service.session(&shop, json!({})).await;
    let counted = service.post(PATH, &tests.token, json!({"from": DAY})).await.ok();
    assert_eq!(counted.data()["total"]["created"], 1);
    assert_eq!(counted.body["extra"], "SANDBOX");
    let printed = command(&service, &["statistics", "--from", DAY, "--to", DAY, "--json"]).await.expect("printed");
    assert_eq!(serde_json::from_str::<Value>(&printed).expect("JSON")["statistics"]["created"], 1);
}

#[tokio::test]
async fn wrong_days_are_refused() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    for (body, extra) in [
        (json!({"from": "today"}), "from should be a date such as 2026-03-31"),
        (json!({"from": "2024-02-30"}), "from should be a date such as 2026-03-31"),
        (json!({"from": DAY, "to": "20240417"}), "to should be a date such as 2026-03-31"),
        (json!({"from": DAY, "to": "2024-04-15"}), "invalid to: must be the first day or later, within 366 days"),
        (json!({"from": DAY, "to": "2025-04-17"}), "invalid to: must be the first day or later, within 366 days"),
    ] {
        let answer = service.post(PATH, &shop.token, body).await;
        let answer = answer.expect("PARAMETER_ERROR", "Parameter error,please check you input.");
        assert_eq!(answer.body["extra"], extra);
    }
    let missing = service.post(PATH, &shop.token, json!({})).await;
    missing.expect("PARAMETER_ERROR", "Parameter should not be empty");
    let days = service.post(PATH, &shop.token, json!({"from": DAY, "to": "2025-04-16"})).await.ok();
    assert_eq!(days.data()["days"], json!([]));
}

#[test]
fn counted_problems_are_codes_of_the_engine() {
    let codes: Vec<String> = nearfar::error::ErrorCode::ALL
        .iter()
        .map(|code| serde_json::to_value(code).expect("JSON").as_str().expect("a name").to_owned())
        .collect();
    for code in PROBLEM_CODES.iter().filter(|code| **code != "video_not_sent") {
        assert!(codes.iter().any(|known| known == code), "{code}");
    }
    let phases: Vec<Value> = [Phase::Far, Phase::FirstStop, Phase::SecondStop, Phase::Near]
        .iter()
        .map(|phase| serde_json::to_value(phase).expect("JSON"))
        .collect();
    assert_eq!(phases, STEPS);
}

#[derive(Debug, Parser)]
enum Line {
    #[command(subcommand)]
    Sessions(SessionsCommand),
    Statistics(StatisticsArgs),
}

async fn command(service: &Service, arguments: &[&str]) -> anyhow::Result<String> {
    let (store, now) = (&service.app.store, service.app.now());
    match Line::try_parse_from(std::iter::once(&"nearfar-server").chain(arguments))? {
        Line::Sessions(command) => sessions::run(store, command, &Actor::Command("root".into()), now).await,
        Line::Statistics(args) => statistics::run(store, args, now).await,
    }
}

#[tokio::test]
async fn commands_print_sessions_and_statistics() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let key = &shop.account.access_key;
    let passed = service.session(&shop, json!({"userId": "eve\u{1b}[2J"})).await;
    scored_from_iphone(&service, &passed).await;
    service.session(&service.integrator(AccountSettings::default()).await, json!({})).await;

    let lines = command(&service, &["sessions", "list", "--json"]).await.expect("listed");
    assert_eq!(lines.lines().count(), 2);
    let line =
        command(&service, &["sessions", "list", "--account", key, "--from", DAY, "--json"]).await.expect("listed");
    let line: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!((&line["signatureId"], &line["accessKey"]), (&json!(passed.id), &json!(key)));
    let table = command(&service, &["sessions", "list", "--verdict", "live", "--os", "ios"]).await.expect("listed");
    assert!(table.contains(&passed.id) && table.contains("ios/safari") && !table.contains('\u{1b}'), "{table}");
    assert_eq!(table.lines().count(), 2);
    let none = command(&service, &["sessions", "list", "--limit", "1", "--before", DAY]).await.expect("listed");
    assert_eq!(none.lines().count(), 1);

    let printed = command(&service, &["statistics", "--account", key]).await.expect("printed");
    let day = printed.lines().find(|line| line.starts_with(DAY)).expect("the day");
    let cells: Vec<&str> = day.split_whitespace().skip(1).collect();
    assert_eq!(cells[..9], ["1", "0", "1", "1", "1", "0", "0", "0", "0"], "{printed}");
    assert!(printed.contains("browsers:\n1  safari"), "{printed}");

    for wrong in [
        &["sessions", "list", "--account", "nobody"][..],
        &["sessions", "list", "--state", "done"],
        &["sessions", "list", "--from", "yesterday"],
        &["statistics", "--account", "nobody"],
        &["statistics", "--from", "2024-04-17", "--to", DAY],
    ] {
        command(&service, wrong).await.expect_err("wrong");
    }
}
