//! Every route of the console with every role, without and with a valid form; and what its pages show.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use nearfar_server::console::access::Access;
use nearfar_server::console::route::ConsoleRoute;
use nearfar_server::console::routes::table;
use nearfar_store::{AccountSettings, Actor, AuditAction, NewAccount, NewAuditEntry, OperatorAccount, Role};
use serde_json::json;

use crate::common::Service;
use crate::common::browser::{Browser, form};

const ATTACK: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

/// Something to fill into the paths of routes.
struct Subjects {
    access_key: String,
    operator: OperatorAccount,
}

async fn subjects(service: &Service) -> Subjects {
    let new = NewAccount { name: "Shop".into(), ..NewAccount::default() };
    let account = service.app.store.create_account(new, service.app.now()).await.expect("an account").0;
    Subjects { access_key: account.access_key, operator: service.operator("subject", Role::Viewer).await }
}

impl Subjects {
    /// The path of a route. An id that this does not know leads to "not found" for those who may ask.
    fn path(&self, route: &ConsoleRoute) -> String {
        let path = route.path.replace("{access_key}", &self.access_key).replace("{id}", &self.operator.id);
        let segments = path.split('/').map(|segment| if segment.starts_with('{') { "unknown" } else { segment });
        segments.collect::<Vec<_>>().join("/")
    }
}

fn request(method: &Method, path: &str, csrf: &str) -> Request<Body> {
    let request = Request::builder().method(method.clone()).uri(path);
    match *method {
        Method::GET => request.body(Body::empty()).expect("a request"),
        _ => form(request.header("sec-fetch-site", "same-origin"), [("csrf", csrf)]),
    }
}

fn is_refused(status: StatusCode) -> bool {
    status == StatusCode::FORBIDDEN
}

#[tokio::test]
async fn every_route_is_open_to_its_least_role_and_closed_to_others() {
    let service = Service::new().await;
    let subjects = subjects(&service).await;
    let mut operators = Vec::new();
    for role in Role::ALL {
        operators.push((role, service.operator(role.name(), role).await));
    }
    let mut counted = 0;
    for route in table() {
        let path = subjects.path(&route);
        let Access::AtLeast(least) = route.access else { continue };
        let mut stranger = Browser::new(&service).await;
        stranger.get("/console/sign-in").await;
        let page = stranger.send(request(&route.method, &path, &stranger.csrf.clone())).await;
        assert_eq!(page.location(), "/console/sign-in", "{} {path} without a session", route.method);
        for (role, operator) in &operators {
            let mut browser = Browser::signed_in(&service, operator).await;
            let before = service.app.store.audit_head().await.expect("a head").count;
            let page = browser.send(request(&route.method, &path, &browser.csrf.clone())).await;
            let what = format!("{} {path} as {}: {}", route.method, role.name(), page.status);
            assert!(!page.status.is_server_error(), "{what}");
            assert_eq!(is_refused(page.status), role < &least, "{what}");
            if role < &least {
                let entry = service.app.store.audit_entries_after(before, 10).await.expect("entries").remove(0);
                assert_eq!(
                    (entry.action.as_str(), entry.actor_name.as_str()),
                    ("access_denied", role.name()),
                    "{what}"
                );
                assert!(entry.details.contains(route.path), "{what}");
            } else {
                // Signing out leads there too.
                let leads_to_sign_in = page.location() == "/console/sign-in" && !path.contains("sign-out");
                assert!(!leads_to_sign_in, "{what}");
            }
            counted += 1;
        }
    }
    assert!(counted > 50, "{counted}");
}

#[tokio::test]
async fn reviewers_and_viewers_begin_with_sessions_and_administrators_with_accounts() {
    let service = Service::new().await;
    for (role, first) in [
        (Role::Viewer, "/console/sessions"),
        (Role::Reviewer, "/console/sessions"),
        (Role::Administrator, "/console/accounts"),
    ] {
        let operator = service.operator(role.name(), role).await;
        let page = Browser::signed_in(&service, &operator).await.get("/console/").await;
        assert_eq!(page.location(), first, "{}", role.name());
    }
}

#[tokio::test]
async fn public_routes_are_those_that_sign_in_needs() {
    let public: Vec<_> = table().into_iter().filter(|route| route.access == Access::Public).collect();
    let mut paths: Vec<_> = public.iter().map(|route| route.path).collect();
    paths.dedup();
    assert_eq!(
        paths,
        ["/console/style.css", "/console/sign-in", "/console/oidc", "/console/oidc/callback", "/console/set-up"]
    );
}

#[tokio::test]
async fn every_form_needs_the_token_of_its_session_and_its_own_site() {
    let service = Service::new().await;
    let subjects = subjects(&service).await;
    let admin = service.operator("admin", Role::Administrator).await;
    let mut browser = Browser::signed_in(&service, &admin).await;
    let other = Browser::signed_in(&service, &admin).await;
    let before = service.app.store.audit_head().await.expect("a head").count;
    let mut forms = 0;
    for route in table().into_iter().filter(|route| route.method == Method::POST) {
        let path = subjects.path(&route);
        let own = match route.access {
            Access::Public => {
                browser.get("/console/sign-in").await;
                browser.csrf.clone()
            }
            Access::AtLeast(_) => {
                browser.get("/console/profile").await;
                browser.csrf.clone()
            }
        };
        let attacks = [
            ("no token", vec![("sec-fetch-site", "same-origin")], vec![]),
            ("an empty token", vec![("sec-fetch-site", "same-origin")], vec![("csrf", "")]),
            ("another session's token", vec![("sec-fetch-site", "same-origin")], vec![("csrf", other.csrf.as_str())]),
            ("another site", vec![("sec-fetch-site", "cross-site")], vec![("csrf", own.as_str())]),
            ("a sibling of the site", vec![("sec-fetch-site", "same-site")], vec![("csrf", &own)]),
            ("another origin", vec![("origin", "https://evil.example")], vec![("csrf", &own)]),
            ("no origin", vec![("origin", "null")], vec![("csrf", &own)]),
            ("an unknown origin", vec![], vec![("csrf", &own)]),
        ];
        for (attack, headers, fields) in attacks {
            let request =
                headers.iter().fold(Request::post(&path), |request, (name, value)| request.header(*name, *value));
            let page = browser.send(form(request, fields)).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {attack}");
        }
        forms += 1;
    }
    assert!(forms > 10, "{forms}");
    let after = service.app.store.audit_head().await.expect("a head").count;
    assert_eq!(after, before, "nothing was changed");
    // Browsers without that header send the origin.
    let request = Request::post("/console/profile/sign-out-everywhere").header("origin", "http://localhost:8788");
    browser.get("/console/profile").await;
    let page = browser.send(form(request, [("csrf", browser.csrf.clone().as_str())])).await;
    assert_eq!(page.location(), "/console/sign-in");
}

#[tokio::test]
async fn every_page_has_the_strict_policy_and_no_script() {
    let service = Service::with(|config| config.hsts_seconds = 5).await;
    let subjects = subjects(&service).await;
    let admin = service.operator("admin", Role::Administrator).await;
    let mut browser = Browser::signed_in(&service, &admin).await;
    let paths = table().into_iter().filter(|route| route.method == Method::GET).map(|route| subjects.path(&route));
    for path in paths.chain(["/console/nothing".into(), "/".into(), "/console/accounts/unknown".into()]) {
        let page = browser.get(&path).await;
        let header = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().expect("text"));
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; img-src 'self';"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert!(header("strict-transport-security").starts_with("max-age=5"), "{path}");
        for wrong in ["<script", " style=", " onclick=", "<style", "javascript:"] {
            assert!(!page.text.contains(wrong), "{path} has {wrong}");
        }
    }
}

#[tokio::test]
async fn everything_that_others_can_set_is_escaped() {
    let service = Service::new().await;
    let store = &service.app.store;
    let admin = service.operator("admin", Role::Administrator).await;
    let mut browser = Browser::signed_in(&service, &admin).await;
    let settings = AccountSettings {
        retry_limit_url: Some("https://shop.example/?a=<script>alert(1)</script>".into()),
        ..AccountSettings::default()
    };
    let new = NewAccount { name: ATTACK.into(), settings, ..NewAccount::default() };
    let account = store.create_account(new, service.app.now()).await.expect("an account").0;
    let entry = NewAuditEntry::new(&Actor::Integrator(ATTACK.into()), AuditAction::SessionErased);
    let entry = entry.subject(ATTACK).details(json!({"x": ATTACK}));
    store.record_audit(entry, service.app.now()).await.expect("recorded");
    let account_path = format!("/console/accounts/{}", account.access_key);
    let attack: String = url::form_urlencoded::byte_serialize(ATTACK.as_bytes()).collect();
    let mut pages = Vec::new();
    for path in [
        "/console/accounts".to_owned(),
        account_path.clone(),
        "/console/audit".into(),
        format!("/console/audit?actor={attack}&subject={attack}&action={attack}"),
        format!("/console/set-up?setup={attack}"),
        format!("/console/{attack}"),
    ] {
        pages.push(browser.get(&path).await);
    }
    // What somebody typed and could not be stored is shown again.
    browser.get(&account_path).await;
    let fields: Vec<(String, &str)> = json!(AccountSettings::default())
        .as_object()
        .expect("an object")
        .keys()
        .map(|name| (name.clone(), ATTACK))
        .chain([("name".to_owned(), ATTACK), ("expires".to_owned(), ATTACK)])
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    pages.push(browser.post(&account_path, &fields).await);
    pages.push(browser.post("/console/accounts/new", &fields).await);
    pages.push(browser.post("/console/operators", &[("name", ATTACK), ("role", "viewer")]).await);
    pages.push(browser.post("/console/operators", &[("name", "x"), ("role", ATTACK)]).await);
    pages.push(browser.sign_in(ATTACK, ATTACK, ATTACK).await);
    let mut shown = 0;
    for page in pages {
        assert!(!page.text.contains("<script") && !page.text.contains("<img"), "{}", page.text);
        shown += page.text.matches("&lt;script&gt;").count();
    }
    assert!(shown >= 15, "the texts are shown: {shown}");
}

#[tokio::test]
async fn an_account_is_created_changed_rotated_and_disabled() {
    let service = Service::new().await;
    let store = &service.app.store;
    let admin = service.operator("admin", Role::Administrator).await;
    let mut browser = Browser::signed_in(&service, &admin).await;
    browser.get("/console/accounts/new").await;
    let mut fields = vec![
        ("name", "Shop"),
        ("expires", "2030-01-31T12:00"),
        ("video", "true"),
        ("retentionHours", "24"),
        ("levels", "{\"PRO\": {\"passScore\": 70}}"),
        ("crossDevice", "offer"),
        ("accessibility", "offer"),
        ("lightChallenge", "off"),
        ("motionChallenge", "off"),
        ("defaultLevel", "STANDARD"),
        ("retryLimit", ""),
        ("frameAncestors", "https://a.example\r\nhttps://b.example\r\n"),
    ];
    let page = browser.post("/console/accounts/new", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let account = store.accounts().await.expect("accounts").remove(0);
    let secret = store.account_secret(&account.id).await.expect("a secret");
    assert!(page.text.contains(&account.access_key) && page.text.contains(secret.as_str()));
    assert_eq!((account.name.as_str(), account.expires_at), ("Shop", Some(1_896_091_200_000)));
    let settings = &account.settings;
    assert_eq!((settings.video, settings.retention_hours, settings.levels.pro.pass_score), (true, 24, Some(70)));
    assert_eq!(settings.frame_ancestors.len(), 2);
    let path = format!("/console/accounts/{}", account.access_key);
    let page = browser.get(&path).await;
    assert!(page.text.contains("https://a.example\nhttps://b.example") && !page.text.contains(secret.as_str()));
    fields[3].1 = "0";
    let page = browser.post(&path, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("href=\"#retentionHours\"") && page.text.contains("id=\"retentionHours-error\""));
    assert_eq!(store.account(&account.id).await.expect("the account"), account, "nothing was stored");
    fields.retain(|(name, _)| *name != "video");
    fields[2].1 = "48";
    assert_eq!(browser.post(&path, &fields).await.location(), path);
    let changed = store.account(&account.id).await.expect("the account");
    assert_eq!((changed.settings.video, changed.settings.retention_hours), (false, 48));
    browser.post(&format!("{path}/disable"), &[]).await;
    assert!(!store.account(&account.id).await.expect("the account").enabled);
    browser.post(&format!("{path}/enable"), &[]).await;
    let page = browser.post(&format!("{path}/rotate"), &[]).await;
    let rotated = store.account_secret(&account.id).await.expect("a secret");
    assert!(page.text.contains(rotated.as_str()) && *rotated != *secret);
    assert!(store.account(&account.id).await.expect("the account").enabled);
    let entries = store.audit_entries_after(0, 100).await.expect("entries");
    let entries: Vec<_> = entries.iter().filter(|entry| entry.actor_name == "admin").collect();
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    let expected = [
        "signed_in",
        "account_created",
        "account_changed",
        "account_disabled",
        "account_enabled",
        "account_secret_rotated",
    ];
    assert_eq!(actions, expected);
}

#[tokio::test]
async fn administrators_manage_other_operators_but_not_themselves() {
    let service = Service::new().await;
    let store = &service.app.store;
    let admin = service.operator("admin", Role::Administrator).await;
    let mut browser = Browser::signed_in(&service, &admin).await;
    browser.get("/console/operators").await;
    let page = browser.post("/console/operators", &[("name", "Bob@shop"), ("role", "reviewer")]).await;
    let link = page.between("<code class=\"secret\">http://localhost:8788", "</code>");
    assert_eq!(Browser::new(&service).await.get(&link).await.status, StatusCode::OK);
    let bob = store.operator_by_name("bob@shop").await.expect("bob");
    assert_eq!(bob.role, Role::Reviewer);
    let page = browser.post("/console/operators", &[("name", "BOB@shop"), ("role", "viewer")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("This name is in use."));
    let mut of_bob = Browser::signed_in(&service, &bob).await;
    browser.post(&format!("/console/operators/{}/role", bob.id), &[("role", "administrator")]).await;
    assert_eq!(of_bob.get("/console/audit").await.status, StatusCode::OK, "at once");
    browser.post(&format!("/console/operators/{}/role", bob.id), &[("role", "viewer")]).await;
    assert_eq!(of_bob.get("/console/audit").await.status, StatusCode::FORBIDDEN);
    let page = browser.post(&format!("/console/operators/{}/reset", bob.id), &[]).await;
    assert!(page.text.contains("/console/set-up?setup="));
    assert_eq!(of_bob.get("/console/accounts").await.location(), "/console/sign-in");
    for action in ["role", "disable", "reset"] {
        let page = browser.post(&format!("/console/operators/{}/{action}", admin.id), &[("role", "viewer")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{action}");
    }
    assert_eq!(store.operator(&admin.id).await.expect("admin").role, Role::Administrator);
}

#[tokio::test]
async fn the_audit_log_is_searched_verified_and_exported() {
    let service = Service::new().await;
    let store = &service.app.store;
    let admin = service.operator("admin", Role::Administrator).await;
    for number in 0..60 {
        let entry = NewAuditEntry::new(&Actor::Service, AuditAction::SessionErased).subject(&format!("s{number}"));
        store.record_audit(entry, service.app.now()).await.expect("recorded");
    }
    let mut browser = Browser::signed_in(&service, &admin).await;
    let page = browser.get("/console/audit").await;
    assert_eq!(page.text.matches("scope=\"row\"").count(), 50);
    let older = page.between("<p><a href=\"/console/audit", "\"");
    assert!(browser.get(&format!("/console/audit{older}")).await.text.contains("<td data-label=\"Subject\">s5</td>"));
    assert!(page.text.contains("<details class=\"filter-panel\"><summary>Filters</summary>"));
    let page = browser.get("/console/audit?subject=s17&actor=+").await;
    assert!(page.text.contains("<details class=\"filter-panel\" open><summary>Filters (1 active)</summary>"));
    assert_eq!(page.text.matches("scope=\"row\"").count(), 1);
    let page = browser.post("/console/audit/verify", &[]).await;
    assert!(page.text.contains("The chain is intact: 65 entries."), "{}", page.text);
    let page = browser.post("/console/audit/export", &[]).await;
    assert_eq!(page.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"audit.jsonl\"");
    let last = page.text.lines().last().expect("a line");
    assert!(page.text.lines().count() == 67 && last.contains("\"audit_exported\""), "{last}");
}
