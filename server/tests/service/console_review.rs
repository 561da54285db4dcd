//! The console's pages of sessions: roles, pictures, decisions, erasure, filters, statistics; with real captures.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use nearfar_evaluation::captures::{self, evidence::evidence};
use nearfar_protocol::result::ResultCode;
use nearfar_scoring::{Evidence, Scorer};
use nearfar_server::console::{Console, routes};
use nearfar_server::workers::scoring::score_next;
use nearfar_store::{AccountSettings, Actor, AuditEntry, Role};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::common::{Integrator, Service, Session, verdict};
use crate::rendered::{by_engine, captured};

/// An operator's browser.
struct Browser {
    router: Router,
    cookie: String,
}

/// A page or picture.
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn ok(self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.text()
    }
}

impl Browser {
    /// Signs in a new operator; the sign-in itself has tests of its own.
    async fn of(service: &Service, name: &str, role: Role) -> Self {
        let (store, now) = (&service.app.store, service.app.now());
        let (operator, _) = store.create_operator(&Actor::Service, name, role, now).await.expect("an operator");
        let (token, _) = store.create_console_session(&operator, json!({}), now).await.expect("a session");
        let console = Console::open(service.app.clone()).await.expect("a console");
        Self { router: routes::router(&console), cookie: format!("nearfar-console={}", *token) }
    }

    async fn send(&self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.expect("a body").to_bytes().to_vec();
        Page { status, headers, bytes }
    }

    async fn get(&self, path: &str) -> Page {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a form of a page, with the page's token.
    async fn post(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let text = self.get(page).await.text();
        let token = text.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", token.expect("a token")).extend_pairs(fields);
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.finish())).expect("a request")).await
    }
}

async fn service() -> Service {
    let scorer: Arc<dyn Scorer> = Arc::new(captures::scorer());
    Service::scored_by(Some(scorer), |_| {}).await
}

/// Texts that a page has to escape.
const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'";

fn is_escaped(page: &str) -> bool {
    !page.contains("<script") && !page.contains("<img src=x") && page.contains("&lt;script&gt;alert(1)")
}

/// A scored capture of a rendered person, or of one who did not come nearer.
async fn capture(service: &Service, shop: &Integrator, user_id: &str, comes_nearer: bool) -> Session {
    let session = service.session(shop, json!({ "userId": user_id })).await;
    let pair = captures::bona_fide_pair(0);
    let evidence: Evidence = by_engine(evidence(&pair.far, if comes_nearer { &pair.near } else { &pair.far }));
    let issued = service.attempt(&session.token, "a").await;
    let mut attempt = captured(&issued, &evidence, service.app.now());
    attempt.manifest["device"]["cameraLabel"] = json!(HOSTILE);
    service.pass(9_000);
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    session
}

async fn log(service: &Service) -> Vec<AuditEntry> {
    service.app.store.audit_entries_after(0, 1000).await.expect("the log")
}

async fn count(service: &Service, action: &str, session: &Session) -> usize {
    let of = |entry: &&AuditEntry| entry.action == action && entry.subject.as_deref() == Some(&session.id);
    log(service).await.iter().filter(of).count()
}

/// The addresses of a page's pictures.
fn pictures(page: &str) -> Vec<String> {
    let addresses = page.split("<img src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    addresses.map(|address| address.replace("&amp;", "&")).collect()
}

#[tokio::test]
async fn a_reviewer_sees_pictures_only_after_the_log_has_it_and_decides() {
    let service = service().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = capture(&service, &shop, "ann", true).await;
    let reviewer = Browser::of(&service, "rita", Role::Reviewer).await;
    let path = format!("/console/sessions/{}", session.id);
    let before = service.result(&shop, &session.id).await.ok().data().clone();

    assert!(reviewer.get("/console/sessions").await.ok().contains(&session.id));
    assert_eq!(count(&service, "session_pictures_viewed", &session).await, 0);
    let page = reviewer.get(&path).await.ok();
    assert_eq!(count(&service, "session_pictures_viewed", &session).await, 1);
    assert!(page.contains("Live person, score") && page.contains("at least 1.40 times"), "{page}");
    let addresses = pictures(&page);
    assert_eq!(addresses.len(), 4, "far, near, depth map, audit: {addresses:?}");
    for address in &addresses {
        let picture = reviewer.get(address).await;
        assert_eq!(picture.status, StatusCode::OK, "{address}: {}", picture.text());
        assert_eq!(picture.headers[header::CACHE_CONTROL], "no-store");
        let format = image::guess_format(&picture.bytes).expect("a picture");
        assert_eq!(picture.headers[header::CONTENT_TYPE], format.to_mime_type());
    }
    // No other operator can use the address, nor can anybody with another view, file or session, or later.
    let other = Browser::of(&service, "otto", Role::Administrator).await;
    assert_eq!(other.get(&addresses[0]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reviewer.get(addresses[0].split('?').next().expect("a path")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(reviewer.get(&addresses[0].replace("view=", "view=0")).await.status, StatusCode::FORBIDDEN);
    let second = capture(&service, &shop, "bob", true).await;
    assert_eq!(reviewer.get(&addresses[0].replace(&session.id, &second.id)).await.status, StatusCode::FORBIDDEN);
    for name in ["manifest", "video", "..%2Fnear", "near%00"] {
        let address = addresses[0].replace("/far?", &format!("/{name}?"));
        assert_eq!(reviewer.get(&address).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    service.pass(10 * 60 * 1000);
    assert_eq!(reviewer.get(&addresses[0]).await.status, StatusCode::FORBIDDEN, "it is over");

    let decision = format!("{path}/decision");
    for (fields, error) in [
        (vec![("note", HOSTILE)], "Choose a decision."),
        (vec![("decision", "maybe"), ("note", HOSTILE)], "Choose a decision."),
        (vec![("decision", "accepted"), ("note", "bell\u{7}<script>alert(1)")], "must not have control characters"),
    ] {
        let refused = reviewer.post(&path, &decision, &fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text().contains(error) && is_escaped(&refused.text()), "the note is still there, escaped");
    }
    assert_eq!(count(&service, "review_decided", &session).await, 0);
    let saved = reviewer.post(&path, &decision, &[("decision", "rejected"), ("note", HOSTILE)]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    reviewer.post(&path, &decision, &[("decision", "accepted"), ("note", "")]).await;
    let page = reviewer.get(&path).await.ok();
    assert!(is_escaped(&page) && page.contains("✗ rejected") && page.contains("✓ accepted"), "{page}");
    assert!(page.find("✓ accepted") < page.find("✗ rejected"), "the last decision is first");
    let logged = log(&service).await;
    let decided: Vec<_> = logged.iter().filter(|entry| entry.action == "review_decided").collect();
    assert_eq!((decided.len(), decided[0].actor_name.as_str()), (2, "rita"));
    assert!(logged.iter().all(|entry| !entry.details.contains("script")), "notes are not in the log");
    // The contract's answer is as before.
    let after = service.result(&shop, &session.id).await.ok().data().clone();
    assert_eq!(after, before);
    // The sessions API has the last decision, without the operator.
    let body = json!({ "signatureId": session.id });
    let details = service.post("/openapi/liveness/v1/sessions/get", &shop.token, body).await.ok().data().clone();
    let decided_at = service.app.store.reviews(&session.id).await.expect("decisions")[1].decided_at;
    assert_eq!(details["review"], json!({"decision": "accepted", "note": "", "decidedAt": decided_at}));
    let body = json!({ "signatureId": second.id });
    let details = service.post("/openapi/liveness/v1/sessions/get", &shop.token, body).await.ok().data().clone();
    assert_eq!(details.get("review"), Some(&Value::Null));
}

#[tokio::test]
async fn a_viewer_sees_no_pictures_and_does_not_decide() {
    let service = service().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = capture(&service, &shop, HOSTILE, true).await;
    let path = format!("/console/sessions/{}", session.id);
    let [viewer, reviewer] =
        [Browser::of(&service, "vera", Role::Viewer).await, Browser::of(&service, "rita", Role::Reviewer).await];
    let page = viewer.get(&path).await.ok();
    assert!(pictures(&page).is_empty() && page.contains("Your role does not show pictures"), "{page}");
    assert!(page.contains("Live person, score") && is_escaped(&page), "{page}");
    assert!(!page.contains("Save decision") && !page.contains("/erase"), "{page}");
    assert_eq!(count(&service, "session_shown", &session).await, 1);
    assert_eq!(count(&service, "session_pictures_viewed", &session).await, 0);
    let addresses = pictures(&reviewer.get(&path).await.ok());
    assert_eq!(viewer.get(&addresses[0]).await.status, StatusCode::FORBIDDEN);
    let decision = viewer.post(&path, &format!("{path}/decision"), &[("decision", "accepted")]).await;
    assert_eq!(decision.status, StatusCode::FORBIDDEN);
    for browser in [&viewer, &reviewer] {
        assert_eq!(browser.get(&format!("{path}/erase")).await.status, StatusCode::FORBIDDEN);
        let erased = browser.post(&path, &format!("{path}/erase"), &[("scope", "session"), ("confirm", "yes")]).await;
        assert_eq!(erased.status, StatusCode::FORBIDDEN);
    }
    assert!(service.app.store.reviews(&session.id).await.expect("decisions").is_empty());
    for unknown in ["/console/sessions/nobody", "/console/sessions/%3Cscript%3E"] {
        assert_eq!(reviewer.get(unknown).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn an_administrator_erases_a_person_and_nobody_else() {
    let service = service().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let neighbour = service.integrator(AccountSettings::default()).await;
    let first = capture(&service, &shop, "ann", true).await;
    let second = capture(&service, &shop, "ann", false).await;
    let bob = capture(&service, &shop, "bob", true).await;
    let namesake = capture(&service, &neighbour, "ann", true).await;
    let admin = Browser::of(&service, "adam", Role::Administrator).await;
    let path = format!("/console/sessions/{}", first.id);
    let decision = [("decision", "unsure"), ("note", "a secret remark")];
    admin.post(&path, &format!("{path}/decision"), &decision).await;
    let addresses = pictures(&admin.get(&path).await.ok());
    let (confirm, erase) = (format!("{path}/erase"), format!("{path}/erase"));
    assert!(admin.get(&confirm).await.ok().contains("<strong>ann</strong>: 2."));
    let unconfirmed = admin.post(&confirm, &erase, &[("scope", "person")]).await;
    assert_eq!(unconfirmed.status, StatusCode::BAD_REQUEST);
    assert_eq!(admin.get(&addresses[0]).await.status, StatusCode::OK, "nothing was erased");
    let erased = admin.post(&confirm, &erase, &[("scope", "person"), ("confirm", "yes")]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.text());
    for (session, is_erased) in [(&first, true), (&second, true), (&bob, false), (&namesake, false)] {
        let page = admin.get(&format!("/console/sessions/{}", session.id)).await.ok();
        assert_eq!(page.contains("The data of this session was erased."), is_erased, "{page}");
        assert_eq!(pictures(&page).is_empty(), is_erased, "{page}");
        assert_eq!(page.contains("Save decision"), !is_erased);
        assert!(!page.contains("a secret remark"));
        assert_eq!(count(&service, "session_erased", session).await, usize::from(is_erased));
    }
    assert_eq!(admin.get(&addresses[0]).await.status, StatusCode::NOT_FOUND);
    let logged = log(&service).await;
    let person = logged.iter().find(|entry| entry.action == "person_erased").expect("an entry");
    assert_eq!((person.actor_name.as_str(), person.details.as_str()), ("adam", r#"{"sessions":2}"#));
    let texts = |entry: &AuditEntry| [entry.subject.clone().unwrap_or_default(), entry.details.clone()].concat();
    assert!(logged.iter().all(|entry| !texts(entry).contains("ann") && !texts(entry).contains("remark")), "{logged:?}");
}

#[tokio::test]
async fn sessions_are_found_and_a_decision_ends_the_need_for_a_review() {
    let service = service().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let passed = capture(&service, &shop, "ann", true).await;
    let failed = capture(&service, &shop, HOSTILE, false).await;
    let reviewer = Browser::of(&service, "rita", Role::Reviewer).await;
    let list = async |query: &str| reviewer.get(&format!("/console/sessions?{query}")).await;
    let found = async |query: &str| {
        let page = list(query).await.ok();
        [&passed, &failed].map(|session| page.contains(&format!("/console/sessions/{}\"", session.id)))
    };
    assert_eq!(found("").await, [true, true]);
    assert!(is_escaped(&list("").await.ok()));
    // The filters are folded unless one is set, and the heading counts them.
    assert!(list("").await.ok().contains("<details class=\"filter-panel\"><summary>Filters</summary>"));
    let filtered = list("user=ann&to=2024-04-16&state=").await.ok();
    assert!(filtered.contains("<details class=\"filter-panel\" open><summary>Filters (2 active)</summary>"));
    assert_eq!(found("verdict=live").await, [true, false]);
    assert_eq!(found("user=ann&from=2024-04-16&to=2024-04-16").await, [true, false]);
    assert_eq!(found("to=2024-04-15").await, [false, false]);
    assert_eq!(found("review=needed").await, [false, true]);
    let path = format!("/console/sessions/{}", failed.id);
    reviewer.post(&path, &format!("{path}/decision"), &[("decision", "rejected")]).await;
    assert_eq!(found("review=needed").await, [false, false]);
    assert!(list("").await.ok().contains("✗ rejected"));
    let opened = list(&format!("id={}", failed.id)).await;
    assert_eq!(
        (opened.status, &opened.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &path.parse().expect("a path"))
    );
    for query in ["from=yesterday", "verdict=%3Cscript%3E", "after=nowhere", "account=nobody", "id=%3Cscript%3E"] {
        let wrong = list(query).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(wrong.text().contains("role=\"alert\"") && !wrong.text().contains("<script"), "{query}");
    }
    let listed: Vec<Value> = log(&service)
        .await
        .iter()
        .filter(|entry| entry.action == "sessions_listed")
        .map(|entry| serde_json::from_str(&entry.details).expect("JSON"))
        .collect();
    assert!(listed.contains(&json!({"filters": "from to user"})), "without values: {listed:?}");
}

#[tokio::test]
async fn statistics_show_the_funnel_and_the_verdicts() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    for (code, score) in
        [(ResultCode::Success, Some(97)), (ResultCode::Success, Some(3)), (ResultCode::FaceQualityTooPoor, None)]
    {
        service.set_verdict(verdict(code, score, None));
        let session = service.session(&shop, json!({})).await;
        service.scored(&session.token, "a").await;
    }
    let gone = service.session(&shop, json!({})).await;
    let report = json!({"code": "cancelled", "phase": "far", "instruction": "too_far"});
    service.page("POST", "/h5/api/v1/problems", &gone.token, Some(report)).await.ok();
    let viewer = Browser::of(&service, "vera", Role::Viewer).await;
    let page = viewer.get("/console/statistics").await.ok();
    for text in ["From creation to a pass", "Cancelled", "“Move closer”", "1 (33.3 %)", "Figures by day", "<svg"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("NaN") && !page.contains("style=\""), "the policy forbids inline styles");
    let other = service.integrator(AccountSettings::default()).await;
    let page = viewer.get(&format!("/console/statistics?account={}", other.account.access_key)).await.ok();
    assert!(!page.contains("“Move closer”"), "{page}");
    for query in
        ["from=x", "from=2024-01-01&to=2025-01-01", "from=2024-02-02&to=2024-01-01", "account=nobody", "kind=x"]
    {
        let wrong = viewer.get(&format!("/console/statistics?{query}")).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{query}");
    }
}
