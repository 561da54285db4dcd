//! The console's sign-in: set-up, sessions, guessing, cookies.

use axum::http::{StatusCode, header};
use nearfar_store::Role;

use crate::common::Service;
use crate::common::browser::{Browser, PASSWORD, totp_code};

const MINUTE: i64 = 60_000;

async fn actions(service: &Service) -> Vec<String> {
    let entries = service.app.store.audit_entries_after(0, 1000).await.expect("entries");
    entries.into_iter().map(|entry| entry.action).collect()
}

#[tokio::test]
async fn an_operator_is_set_up_once_and_signs_in() {
    let service = Service::new().await;
    let ann = service.person("Ann", Role::Viewer).await;
    assert_eq!((ann.account.name.as_str(), ann.recovery_codes.len()), ("ann", 10));
    let mut browser = Browser::new(&service).await;
    assert_eq!(browser.get("/console/").await.location(), "/console/sign-in");
    let page = browser.sign_in(" ANN", PASSWORD, &ann.code(&service)).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/console/"), "{}", page.text);
    assert_eq!(browser.get("/console/accounts").await.status, StatusCode::OK);
    let profile = browser.get("/console/profile").await;
    assert!(profile.text.contains("ann") && profile.text.contains("<dd>10</dd>"), "{}", profile.text);
    assert_eq!(actions(&service).await, ["operator_created", "operator_set_up", "signed_in"]);
    browser.post("/console/sign-out", &[]).await;
    assert_eq!(browser.get("/console/accounts").await.location(), "/console/sign-in");
}

#[tokio::test]
async fn a_set_up_link_ends_with_its_use_its_day_and_its_operator() {
    let service = Service::new().await;
    let store = &service.app.store;
    let actor = nearfar_store::Actor::Service;
    let (bob, code) = store.create_operator(&actor, "bob", Role::Viewer, service.app.now()).await.expect("made");
    let link = format!("/console/set-up?setup={}", *code);
    let mut browser = Browser::new(&service).await;
    let page = browser.get(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    let totp = page.between("Key: <code>", "</code>");
    let current = totp_code(&totp, service.app.now());
    for (password, repeated, typed, field) in [
        ("short", "short", current.as_str(), "password-error"),
        (PASSWORD, "another password", &current, "repeated-error"),
        (PASSWORD, PASSWORD, "000000", "code-error"),
    ] {
        let fields = [("setup", code.as_str()), ("password", password), ("repeated", repeated), ("code", typed)];
        let page = browser.post("/console/set-up", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains(&format!("id=\"{field}\"")), "{}", page.text);
        assert!(!page.text.contains(PASSWORD));
    }
    store.enable_operator(&actor, &bob.id, false, service.app.now()).await.expect("disabled");
    assert_eq!(browser.get(&link).await.status, StatusCode::NOT_FOUND);
    store.enable_operator(&actor, &bob.id, true, service.app.now()).await.expect("enabled");
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);
    let fields = [("setup", code.as_str()), ("password", PASSWORD), ("repeated", PASSWORD), ("code", &current)];
    assert_eq!(browser.post("/console/set-up", &fields).await.status, StatusCode::OK);
    assert_eq!(browser.post("/console/set-up", &fields).await.status, StatusCode::NOT_FOUND);
    let again = store.reset_operator(&actor, &bob.id, service.app.now()).await.expect("reset");
    service.pass(nearfar_store::SETUP_LIFETIME);
    assert_eq!(browser.get(&format!("/console/set-up?setup={}", *again)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/console/set-up").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn wrong_name_password_and_code_get_the_same_answer() {
    let service = Service::new().await;
    let ann = service.person("ann", Role::Viewer).await;
    let waiting = service.operator("waiting", Role::Viewer).await;
    let disabled = service.person("disabled", Role::Viewer).await;
    let actor = nearfar_store::Actor::Service;
    let store = &service.app.store;
    store.enable_operator(&actor, &disabled.account.id, false, service.app.now()).await.expect("disabled");
    let code = ann.code(&service);
    let mut answers = Vec::new();
    for (name, password, code) in [
        ("nobody", PASSWORD, code.clone()),
        ("ann", "wrong password", code.clone()),
        ("ann", PASSWORD, "000000".into()),
        ("ann", PASSWORD, String::new()),
        (waiting.name.as_str(), PASSWORD, code.clone()),
        ("disabled", PASSWORD, disabled.code(&service)),
        ("", "", String::new()),
        ("<script>", PASSWORD, code),
    ] {
        let mut browser = Browser::new(&service).await;
        let page = browser.sign_in(name, password, &code).await;
        assert!(!page.text.contains(PASSWORD) && !page.text.contains("<script"), "{}", page.text);
        let typed = format!("type=\"text\" value=\"{}\"", name.replace('<', "&lt;").replace('>', "&gt;"));
        assert!(page.text.contains(&typed), "{}", page.text);
        answers.push((page.status, page.text.replace(&page.csrf(), "").replacen(&typed, "", 1)));
    }
    assert_eq!(answers[0].0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let entries = store.audit_entries_after(0, 100).await.expect("entries");
    let failed: Vec<_> = entries.iter().filter(|entry| entry.action == "sign_in_failed").collect();
    let subjects: Vec<_> = failed.iter().map(|entry| entry.subject.as_deref()).collect();
    let expected = [None, Some("ann"), Some("ann"), Some("ann"), Some("waiting"), Some("disabled"), None, None];
    assert_eq!(subjects, expected, "what somebody typed is not recorded");
    assert!(failed.iter().all(|entry| entry.actor_kind == "service" && entry.details.contains("192.0.2.1")));
    // The wrong attempts have not used up the code.
    assert_eq!(
        Browser::new(&service).await.sign_in("ann", PASSWORD, &ann.code(&service)).await.location(),
        "/console/"
    );
}

#[tokio::test]
async fn each_code_counts_once() {
    let service = Service::new().await;
    let ann = service.person("ann", Role::Viewer).await;
    let sign_in = async |code: &str| {
        let page = Browser::new(&service).await.sign_in("ann", PASSWORD, code).await;
        page.status == StatusCode::SEE_OTHER
    };
    let code = ann.code(&service);
    assert!(sign_in(&code).await);
    assert!(!sign_in(&code).await, "a code seen over the shoulder is worth nothing");
    service.pass(30_000);
    let (before, current) = (code, ann.code(&service));
    assert!(!sign_in(&before).await);
    assert!(sign_in(&current).await);
    let recovery = &ann.recovery_codes[3];
    assert!(sign_in(&recovery.to_uppercase().replace('-', " ")).await);
    assert!(!sign_in(recovery).await);
    assert!(sign_in(&ann.recovery_codes[4]).await);
    assert_eq!(service.app.store.recovery_codes_left(&ann.account.id).await.expect("a number"), 8);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_cannot_lock_out_an_operator() {
    let service = Service::new().await;
    let (ann, bob) = (service.person("ann", Role::Viewer).await, service.person("bob", Role::Viewer).await);
    let mut known = Browser::new(&service).await;
    assert_eq!(known.sign_in("ann", PASSWORD, &ann.code(&service)).await.location(), "/console/");
    service.pass(30_000);
    let mut attacker = Browser::new(&service).await;
    attacker.address = "198.51.100.7:4000".parse().expect("an address");
    for _ in 0..5 {
        let page = attacker.sign_in("ann", "guess", "000000").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for (name, expected) in [("ann", "1"), ("Ann", "1")] {
        let page = attacker.sign_in(name, PASSWORD, &ann.code(&service)).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "the right password too");
        assert_eq!(page.headers[header::RETRY_AFTER], expected, "waiting is not prolonged by trying");
    }
    // An unknown name behaves alike.
    for number in 0..6 {
        let page = attacker.sign_in("nobody", "guess", "000000").await;
        let expected = if number < 5 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(page.status, expected);
    }
    // Others are not affected, nor is ann in a browser that she has used before.
    let mut other = Browser::new(&service).await;
    assert_eq!(other.sign_in("bob", PASSWORD, &bob.code(&service)).await.location(), "/console/");
    assert_eq!(known.sign_in("ann", PASSWORD, &ann.code(&service)).await.location(), "/console/");
    // The waits double, and end.
    service.pass(1_000);
    assert_eq!(attacker.sign_in("ann", "guess", "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    service.pass(1_000);
    assert_eq!(attacker.sign_in("ann", "guess", "000000").await.status, StatusCode::TOO_MANY_REQUESTS);
    service.pass(30_000);
    let page = Browser::new(&service).await.sign_in("ann", PASSWORD, &ann.code(&service)).await;
    assert_eq!(page.location(), "/console/");
    let recorded = actions(&service).await.into_iter().filter(|action| action == "sign_in_failed").count();
    assert_eq!(recorded, 11, "blocked attempts do not fill the log");
}

#[tokio::test]
async fn an_address_is_slowed_down_over_all_names() {
    let service = Service::new().await;
    let mut attacker = Browser::new(&service).await;
    let mut blocked = 0;
    for number in 0..25 {
        let page = attacker.sign_in(&format!("name{number}"), "guess", "000000").await;
        blocked += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(blocked, 5);
    attacker.address = "192.0.2.99:1".parse().expect("an address");
    assert_eq!(attacker.sign_in("name", "guess", "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn concurrent_guesses_count_each() {
    let service = Service::new().await;
    service.person("ann", Role::Viewer).await;
    let mut browser = Browser::new(&service).await;
    browser.get("/console/sign-in").await;
    let guesses = (0..12).map(|number| {
        let mut browser = browser.clone();
        async move {
            let password = format!("guess {number}");
            let fields = [("name", "ann"), ("password", password.as_str()), ("code", "000000")];
            browser.post("/console/sign-in", &fields).await.status
        }
    });
    let statuses = futures::future::join_all(guesses).await;
    let tried = statuses.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert_eq!(tried, 5, "{statuses:?}");
}

#[tokio::test]
async fn sign_in_issues_a_new_session_whatever_the_browser_sends() {
    let service = Service::new().await;
    let ann = service.person("ann", Role::Viewer).await;
    let planted = "ab".repeat(32);
    let mut victim = Browser::new(&service).await;
    victim.cookies.insert("nearfar-console".into(), planted.clone());
    victim.sign_in("ann", PASSWORD, &ann.code(&service)).await;
    let own = victim.cookies["nearfar-console"].clone();
    assert_ne!(own, planted);
    let mut attacker = Browser::new(&service).await;
    attacker.cookies.insert("nearfar-console".into(), planted);
    assert_eq!(attacker.get("/console/accounts").await.location(), "/console/sign-in");
    // Signing in again replaces the session too.
    service.pass(30_000);
    victim.sign_in("ann", PASSWORD, &ann.code(&service)).await;
    assert_ne!(victim.cookies["nearfar-console"], own);
}

#[tokio::test]
async fn sessions_end_by_time_idleness_and_disabling() {
    let service = Service::with(|config| {
        config.console_idle_seconds = 600;
        config.console_session_seconds = 3600;
    })
    .await;
    let ann = service.operator("ann", Role::Viewer).await;
    let is_signed_in = async |browser: &mut Browser| browser.get("/console/accounts").await.status == StatusCode::OK;
    let mut idle = Browser::signed_in(&service, &ann).await;
    service.pass(9 * MINUTE);
    assert!(is_signed_in(&mut idle).await);
    service.pass(9 * MINUTE);
    assert!(is_signed_in(&mut idle).await, "each use begins the time anew");
    service.pass(10 * MINUTE);
    assert!(!is_signed_in(&mut idle).await);
    let mut busy = Browser::signed_in(&service, &ann).await;
    for _ in 0..7 {
        service.pass(8 * MINUTE);
        assert!(is_signed_in(&mut busy).await);
    }
    service.pass(4 * MINUTE);
    assert!(!is_signed_in(&mut busy).await, "an hour after sign-in");
    let mut browsers = [Browser::signed_in(&service, &ann).await, Browser::signed_in(&service, &ann).await];
    browsers[0].post("/console/profile/sign-out-everywhere", &[]).await;
    assert!(!is_signed_in(&mut browsers[1]).await);
    let mut disabled = Browser::signed_in(&service, &ann).await;
    let actor = nearfar_store::Actor::Service;
    service.app.store.enable_operator(&actor, &ann.id, false, service.app.now()).await.expect("disabled");
    assert!(!is_signed_in(&mut disabled).await);
    service.app.store.enable_operator(&actor, &ann.id, true, service.app.now()).await.expect("enabled");
    assert!(!is_signed_in(&mut disabled).await, "the session is gone for good");
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_and_hidden_from_scripts() {
    for (url, prefix) in [("http://localhost:8788", ""), ("https://console.example", "__Host-")] {
        let service = Service::with(|config| config.console_url = url.into()).await;
        let mut browser = Browser::new(&service).await;
        let page = browser.get("/console/sign-in").await;
        let cookies: Vec<&str> =
            page.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text")).collect();
        assert_eq!(cookies.len(), 1);
        assert!(cookies[0].starts_with(&format!("{prefix}nearfar-form=")), "{cookies:?}");
        assert!(cookies[0].contains("; Path=/; HttpOnly; SameSite=Strict"), "{cookies:?}");
        assert_eq!(cookies[0].ends_with("; Secure"), !prefix.is_empty(), "{cookies:?}");
        assert!(!cookies[0].contains("Domain"));
    }
}

#[tokio::test]
async fn the_profile_changes_password_and_recovery_codes_with_the_current_password() {
    let service = Service::new().await;
    let ann = service.person("ann", Role::Viewer).await;
    let mut browser = Browser::signed_in(&service, &ann.account).await;
    let mut other = Browser::signed_in(&service, &ann.account).await;
    let new = "another sentence of words";
    let page =
        browser.post("/console/profile/password", &[("current", "wrong"), ("password", new), ("repeated", new)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("id=\"current-error\""), "{}", page.text);
    let page =
        browser.post("/console/profile/password", &[("current", PASSWORD), ("password", new), ("repeated", new)]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_eq!(other.get("/console/profile").await.location(), "/console/sign-in", "other sessions ended");
    let page = browser.post("/console/profile/recovery-codes", &[("confirm", new)]).await;
    assert_eq!(page.text.matches("<code class=\"secret\">").count(), 10);
    assert!(!page.text.contains(&ann.recovery_codes[0]));
    let mut fresh = Browser::new(&service).await;
    let old = fresh.sign_in("ann", PASSWORD, &ann.code(&service)).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fresh.sign_in("ann", new, &ann.recovery_codes[0]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fresh.sign_in("ann", new, &ann.code(&service)).await.location(), "/console/");
}
