//! Studies: off by default, nothing before consent, separate from customers, and erasable.

use std::path::{Path, PathBuf};
use std::process::Output;

use clap::Parser;
use nearfar_protocol::study::Half;
use nearfar_server::config::Config;
use nearfar_server::config::study::StudyConfig;
use nearfar_server::study::{StudyCommand, rates, run};
use nearfar_server::workers::scoring::score_next;
use nearfar_store::{AccountSettings, Actor, FailureReason, SessionState};
use nearfar_test_support::TestStorage;
use serde_json::{Value, json};

use crate::common::{Answered, Attempt, Service, Session};
use crate::real::Site;

pub(crate) const TEXT: &str = "We take two pictures of your face.\n\nThey are kept for a year.";
const NOT_AGREED: &str = "The person has not agreed to take part in the study";
const VIDEO: &[u8] = b"\x1a\x45\xdf\xa3 a video";

#[derive(Debug, Parser)]
struct Line {
    #[command(subcommand)]
    command: StudyCommand,
}

/// The folder of the test.
fn folder(config: &Config) -> PathBuf {
    config.page_dir.parent().expect("a folder").to_owned()
}

/// Configures a study.
pub(crate) fn with_study(config: &mut Config) {
    let consent_file = folder(config).join("consent.txt");
    std::fs::write(&consent_file, TEXT).expect("a text");
    let objects_url = folder(config).join("study").display().to_string();
    config.study = Some(StudyConfig { consent_file, consent_name: "2026-01".into(), objects_url });
}

/// The output of a command.
pub(crate) async fn study(service: &Service, arguments: &[&str]) -> anyhow::Result<String> {
    let line = Line::try_parse_from(std::iter::once(&"study").chain(arguments))?;
    Ok(run(&service.app.store, &service.app.config, line.command, &Actor::Service, service.app.now()).await?.text)
}

/// A new session of the study.
pub(crate) async fn session(service: &Service, arguments: &[&str]) -> (Session, Value) {
    let arguments: Vec<&str> = ["session"].iter().chain(arguments).copied().collect();
    let made: Value = serde_json::from_str(&study(service, &arguments).await.expect("made")).expect("JSON");
    let url = made["url"].as_str().expect("a URL").to_owned();
    let token = url.split_once("token=").expect("a token").1.to_owned();
    (Session { id: made["signatureId"].as_str().expect("an id").to_owned(), url, token }, made)
}

/// The person's answer.
pub(crate) async fn answer(service: &Service, session: &Session, agrees: bool) -> Answered {
    let shown = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    let body = json!({"version": shown.data()["consent"]["version"], "agrees": agrees});
    service.page("POST", "/h5/api/v1/consent", &session.token, Some(body)).await
}

async fn request_attempt(service: &Service, session: &Session) -> Answered {
    service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({"attemptId": "a"}))).await
}

/// A session of a person who agreed and was captured, with a video.
async fn captured(service: &Service, arguments: &[&str]) -> Session {
    let (session, _) = session(service, arguments).await;
    answer(service, &session, true).await.ok();
    let mut attempt: Attempt = service.attempt(&session.token, "a").await;
    attempt.add("video", VIDEO);
    service.upload(&session.token, &attempt).await.ok();
    assert!(nearfar_server::workers::scoring::score_next(&service.app).await.expect("scored"));
    session
}

fn study_files(service: &Service) -> Vec<PathBuf> {
    Service::files_below(service.storage.folder().join("study"))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn study_requests_are_rejected_without_configuration() {
    let service = Service::new().await;
    for arguments in
        [&["list"][..], &["session", "--person", "P07", "--bona-fide"], &["export", "x"], &["erase", "P07"]]
    {
        let error = study(&service, arguments).await.expect_err("there is no study").to_string();
        assert!(error.starts_with("no study is configured: [study]"), "{error}");
    }
    let shop = service.integrator(AccountSettings::default()).await;
    let plain = service.session(&shop, json!({})).await;
    let body = json!({"version": "x", "agrees": true});
    let answer = service.page("POST", "/h5/api/v1/consent", &plain.token, Some(body)).await;
    answer.expect("STUDY_DISABLED", "The service runs no study");

    // The section was removed from the configuration while sessions were open.
    let with = Service::with(with_study).await;
    let (open, _) = session(&with, &["--person", "P07", "--bona-fide"]).await;
    let mut config = with.app.config.clone();
    config.study = None;
    let (store, time) = (with.app.store.clone(), with.app.clock.clone());
    let app = nearfar_server::state::App::new(config, store, with.app.scorer.clone(), time, with.app.entropy.clone());
    let router = nearfar_server::router::router(app.await.expect("an app"));
    let request =
        axum::http::Request::get("/h5/api/v1/session").header("authorization", format!("Bearer {}", open.token));
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let response = tower::ServiceExt::oneshot(router, request).await.expect("infallible");
    let bytes = http_body_util::BodyExt::collect(response.into_body()).await.expect("a body").to_bytes();
    assert!(contains(&bytes, "\"STUDY_DISABLED\""), "{bytes:?}");
}

#[tokio::test]
async fn capture_requires_consent_to_an_unchanged_text() {
    let service = Service::with(with_study).await;
    let (session, made) = session(&service, &["--person", "P07", "--bona-fide", "--phone", "Pixel 8"]).await;
    assert_eq!((&made["asks"], &made["half"]), (&json!("P07"), &json!("fit")));
    request_attempt(&service, &session).await.expect("CONSENT_REQUIRED", NOT_AGREED);
    let file = &service.app.config.study.as_ref().expect("a study").consent_file;
    std::fs::write(file, "Another text.").expect("written");
    let shown = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    let consent = shown.data()["consent"].clone();
    assert_eq!(
        (&consent["state"], &consent["text"], &consent["person"]),
        (&json!("asked"), &json!(TEXT), &json!("P07"))
    );
    let version = consent["version"].as_str().expect("a version");
    assert!(version.starts_with("2026-01@") && version.len() == "2026-01@".len() + 64, "{version}");
    let other = json!({"version": "2026-01@0", "agrees": true});
    let refused = service.page("POST", "/h5/api/v1/consent", &session.token, Some(other)).await;
    refused.expect("CONSENT_NOT_ASKED", "The session asks for no consent to this text");
    request_attempt(&service, &session).await.expect("CONSENT_REQUIRED", NOT_AGREED);

    service.pass(1_000);
    let agreed = answer(&service, &session, true).await.ok();
    assert_eq!(agreed.data()["state"], "agreed");
    let at = service.app.store.study_session(&session.id).await.expect("kept").agreed_at;
    assert_eq!(at, Some(service.app.now()));
    service.pass(1_000);
    answer(&service, &session, true).await.ok();
    assert_eq!(service.app.store.study_session(&session.id).await.expect("kept").agreed_at, at, "once");
    service.scored(&session.token, "a").await;
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!((&status.data()["state"], &status.data()["result"]["passed"]), (&json!("succeeded"), &json!(true)));
    assert_eq!(status.data()["next"], Value::Null);
    let listed: Value = serde_json::from_str(&study(&service, &["list"]).await.expect("listed")).expect("JSON");
    assert_eq!((&listed["consent"], &listed["captures"], &listed["score"]), (&json!("agreed"), &json!(1), &json!(97)));
    assert_eq!(listed["labels"], json!({"phone": "Pixel 8"}));
}

#[tokio::test]
async fn declining_ends_the_session() {
    let service = Service::with(with_study).await;
    let (session, _) = session(&service, &["--person", "P07", "--bona-fide"]).await;
    let declined = answer(&service, &session, false).await.ok();
    assert_eq!(declined.data()["state"], "declined");
    answer(&service, &session, false).await.ok();
    let finished = ("SESSION_FINISHED", "The session has finished");
    request_attempt(&service, &session).await.expect(finished.0, finished.1);
    answer(&service, &session, true).await.expect(finished.0, finished.1);
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "failed");
    assert!(study(&service, &["export", "nowhere"]).await.is_err(), "nothing was captured");
}

#[tokio::test]
async fn withdrawn_captures_are_not_exported() {
    let service = Service::with(with_study).await;
    let session = captured(&service, &["--person", "P07", "--bona-fide"]).await;
    answer(&service, &session, false).await.ok();
    let folder = service.storage.folder().join("export").display().to_string();
    let error = study(&service, &["export", &folder]).await.expect_err("nothing is left").to_string();
    assert!(error.contains("the study has no capture with consent"), "{error}");
    assert!(!Path::new(&folder).exists());
}

#[tokio::test]
async fn a_presented_person_must_have_agreed_before() {
    let service = Service::with(with_study).await;
    let arguments = ["session", "--person", "P07", "--species", "print", "--presenter", "P02"];
    let error = study(&service, &arguments).await.expect_err("not yet").to_string();
    assert!(error.contains("P07 has not consented to the study"), "{error}");
    captured(&service, &["--person", "P07", "--bona-fide"]).await;
    let (attack, made) = session(&service, &arguments[1..]).await;
    assert_eq!((&made["asks"], &made["half"]), (&json!("P02"), &json!("fit")), "in the half of who is shown");
    request_attempt(&service, &attack).await.expect("CONSENT_REQUIRED", NOT_AGREED);
}

#[tokio::test]
async fn a_presented_person_can_withdraw() {
    let service = Service::with(with_study).await;
    let shown = captured(&service, &["--person", "P07", "--bona-fide"]).await;
    let arguments = ["--person", "P07", "--species", "print", "--presenter", "P02"];
    captured(&service, &arguments).await;
    let (later, _) = session(&service, &arguments).await;
    answer(&service, &later, true).await.ok();
    answer(&service, &shown, false).await.ok();
    request_attempt(&service, &later).await.expect("CONSENT_REQUIRED", NOT_AGREED);
    let folder = service.storage.folder().join("export").display().to_string();
    let error = study(&service, &["export", &folder]).await.expect_err("nothing is left").to_string();
    assert!(error.contains("the study has no capture with consent"), "{error}");
}

#[tokio::test]
async fn withdrawing_during_scoring_ends_the_session() {
    let service = Service::with(with_study).await;
    let (session, _) = session(&service, &["--person", "P07", "--bona-fide"]).await;
    answer(&service, &session, true).await.ok();
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    answer(&service, &session, false).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    let kept = service.app.store.session(&session.id).await.expect("there");
    assert_eq!((kept.state, kept.failure), (SessionState::Failed, Some(FailureReason::Declined)));
}

#[tokio::test]
async fn study_captures_are_separate_and_stay_until_erased() {
    let service = Service::with(with_study).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let customer = service.session(&shop, json!({})).await;
    service.scored(&customer.token, "a").await;
    let before = service.stored_files();
    let session = captured(&service, &["--person", "P07", "--bona-fide"]).await;
    assert_eq!(service.stored_files(), before, "none of it is among the customers'");
    assert_eq!(study_files(&service).len(), 5, "far, near, audit-0, video and the manifest");
    service.result(&shop, &session.id).await.expect("SIGNATURE_NOT_EXIST", "This signatureId is not exist");

    let century = 100 * 365 * 24 * 3_600_000;
    service.app.store.run_retention(service.app.now() + century).await.expect("retention run");
    assert_eq!((service.stored_files().len(), study_files(&service).len()), (0, 5));
    assert_eq!(service.app.store.session(&session.id).await.expect("there").state, SessionState::Passed);

    service.app.store.erase_session(&session.id, service.app.now()).await.expect("cleared");
    assert_eq!(study_files(&service), Vec::<PathBuf>::new());
    assert_eq!(study(&service, &["list"]).await.expect("listed"), "", "labels and consent are gone too");
}

#[tokio::test]
async fn people_are_split_into_stable_halves_of_equal_size() {
    let service = Service::with(with_study).await;
    let mut halves = Vec::new();
    for person in ["P1", "P2", "P3", "P4", "P1", "P3"] {
        halves.push(session(&service, &["--person", person, "--bona-fide"]).await.1["half"].clone());
    }
    assert_eq!(halves, ["fit", "test", "fit", "test", "fit", "fit"]);
    study(&service, &["erase", "P1"]).await.expect("erased");
    let kept = service.app.store.study_sessions().await.expect("kept");
    let half = |person: &str| kept.iter().find(|one| one.person.as_str() == person).expect("kept").half;
    assert_eq!((half("P2"), half("P3"), half("P4")), (Half::Test, Half::Fit, Half::Test));
    assert_eq!(session(&service, &["--person", "P5", "--bona-fide"]).await.1["half"], "fit");
}

#[tokio::test]
async fn erasing_a_person_leaves_no_byte() {
    let service = Service::with(with_study).await;
    let marked = ["--person", "P07", "--light", "LIGHTOFP07", "--label", "room=ROOMOFP07"];
    let bona_fide: Vec<&str> = marked.iter().copied().chain(["--bona-fide"]).collect();
    let attack: Vec<&str> =
        marked.iter().copied().chain(["--species", "print", "--instrument", "INSTRUMENTOFP07"]).collect();
    let mut gone = vec![captured(&service, &bona_fide).await.id, captured(&service, &attack).await.id];
    let other = captured(&service, &["--person", "P08", "--bona-fide"]).await;
    let presented = ["--person", "P08", "--species", "tablet", "--presenter", "P07"];
    gone.push(captured(&service, &presented).await.id);
    gone.push(session(&service, &bona_fide).await.0.id);
    assert_eq!(study_files(&service).len(), 20);

    let reported = study(&service, &["erase", "P07"]).await.expect("erased");
    assert!(
        reported
            .starts_with("erased: sessions with labels and consent: 4, captures: 3, files: 15, videos among them: 3"),
        "{reported}"
    );
    let left = study_files(&service);
    assert_eq!(left.len(), 5);
    assert!(left.iter().all(|path| path.display().to_string().contains(&other.id)), "{left:?}");
    assert!(study(&service, &["erase", "P07"]).await.expect_err("nothing").to_string().contains("no study session"));
    for id in &gone {
        assert!(service.app.store.session(id).await.is_err(), "not even a tombstone");
    }
    let of = |table: &str| service.storage.count(format!("SELECT COUNT(*) FROM {table}"));
    assert_eq!((of("study_sessions").await, of("study_people").await, of("study_erasures").await), (1, 1, 1));
    assert_eq!(service.storage.count("SELECT captures FROM study_erasures".into()).await, 3);
    if service.storage.database_url.starts_with("sqlite") {
        for name in ["nearfar.db", "nearfar.db-wal"] {
            let bytes = std::fs::read(service.storage.folder().join(name)).expect("read");
            for text in gone.iter().map(String::as_str).chain(["P07", "LIGHTOF", "ROOMOF", "INSTRUMENTOF"]) {
                assert!(!contains(&bytes, text), "{text} is still in {name}");
            }
        }
    }
    let kept: Value = serde_json::from_str(&study(&service, &["list"]).await.expect("listed")).expect("JSON");
    assert_eq!(kept["person"], "P08");
}

#[tokio::test]
async fn inconsistent_labels_are_rejected_by_name() {
    let service = Service::with(with_study).await;
    for (arguments, named) in [
        (&["--person", "Anna", "--bona-fide"][..], "Never a name"),
        (&["--person", "P07"], "--species"),
        (&["--person", "P07", "--bona-fide", "--species", "print"], "cannot be used with"),
        (&["--person", "P07", "--species", "bona-fide"], "not a species of attack"),
        (&["--person", "P07", "--species", "../x"], "not a species of attack"),
        (&["--person", "P07", "--bona-fide", "--instrument", "A4"], "an instrument requires a species of attack"),
        (&["--person", "P07", "--bona-fide", "--presenter", "P02"], "a presenter requires a species of attack"),
        (&["--person", "P07", "--bona-fide", "--label", "room"], "NAME=TEXT"),
        (&["--person", "P07", "--bona-fide", "--label", "Room=1"], "not a label name"),
        (&["--person", "P07", "--bona-fide", "--label", "person=1"], "not a label name"),
        (&["--person", "P07", "--bona-fide", "--label", "room=1", "--label", "room=2"], "given twice"),
        (&["--person", "P07", "--bona-fide", "--light", "a\nb"], "not a label text"),
        (&["--person", "P07", "--bona-fide", "--glasses", "many"], "invalid value"),
        (&["--person", "P07", "--bona-fide", "--tries", "0"], "0 is not in 1..=20"),
    ] {
        let arguments: Vec<&str> = ["session"].iter().chain(arguments).copied().collect();
        let error = format!("{:#}", study(&service, &arguments).await.expect_err(named));
        assert!(error.contains(named), "{arguments:?}: {error}");
    }
    assert!(service.app.store.study_sessions().await.expect("kept").is_empty());
}

#[test]
fn a_study_inside_the_objects_folder_is_rejected() {
    let study = |objects_url: &str| StudyConfig {
        consent_file: "consent.txt".into(),
        consent_name: "1".into(),
        objects_url: objects_url.into(),
    };
    for wrong in ["data/objects", "data/objects/study", "data", ""] {
        let error = Config { study: Some(study(wrong)), ..Config::default() }.check().expect_err(wrong).to_string();
        assert!(error.starts_with("study: objects_url should"), "{error}");
    }
    Config { study: Some(study("data/study")), ..Config::default() }.check().expect("apart");
}

fn program(site: &Site, args: &[&str]) -> Output {
    site.command(env!("CARGO_BIN_EXE_nearfar-server")).args(args).output().expect("it runs")
}

#[test]
fn study_errors_are_one_line_and_intervals_need_no_study() {
    let mut site = Site::new(TestStorage::sqlite());
    let off = program(&site, &["study", "list"]);
    let reported = String::from_utf8_lossy(&off.stderr).into_owned();
    assert_eq!(off.status.code(), Some(1), "{reported}");
    assert_eq!(
        reported.trim_end(),
        "Error: no study is configured: [study] with consent_file and objects_url, see docs/STUDY.md"
    );
    let interval = program(&site, &["study", "interval", "0", "60"]);
    assert_eq!(String::from_utf8_lossy(&interval.stdout), "0 of 60: 0.0 % (0.0 to 6.0 %)\n");
    assert!(!program(&site, &["study", "interval", "2", "1"]).status.success());
    for command in ["session", "list", "export", "erase", "interval"] {
        assert!(program(&site, &["study", command, "--help"]).status.success(), "{command}");
    }

    let objects = site.storage.folder().join("study").display().to_string();
    let value =
        format!("{{consent_file=\"{}\",objects_url=\"{objects}\"}}", site.storage.folder().join("no.txt").display());
    site.set("NEARFAR_STUDY", &value);
    let missing = program(&site, &["study", "session", "--person", "P07", "--bona-fide"]);
    let reported = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(reported.contains("no.txt (study.consent_file)"), "{reported}");
}

#[test]
fn the_documented_interval_table_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/STUDY.md");
    let text = std::fs::read_to_string(path).expect("docs/STUDY.md");
    let (_, rest) = text.split_once("<!-- intervals -->\n").expect("a table");
    let (table, _) = rest.split_once("<!-- /intervals -->").expect("its end");
    assert_eq!(table, rates::table(), "write what `nearfar-server study interval` prints");
}
