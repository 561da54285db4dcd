//! A browser at the console: it keeps cookies and fills in forms as a person would.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use nearfar_server::console::{Console, routes};
use nearfar_store::{Actor, OperatorAccount, Role};
use serde_json::json;
use totp_rs::{Algorithm, Builder, Secret};
use tower::ServiceExt;

use super::Service;

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A page as the browser got it.
#[derive(Debug)]
pub(crate) struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    /// Where the browser is sent to.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |location| location.to_str().expect("text"))
    }

    /// The text between two others, unescaped.
    pub(crate) fn between(&self, start: &str, end: &str) -> String {
        let (_, rest) = self.text.split_once(start).unwrap_or_else(|| panic!("{start} is missing: {}", self.text));
        rest.split_once(end).expect("an end").0.replace("&amp;", "&").replace("&quot;", "\"")
    }

    /// The token of its forms.
    pub(crate) fn csrf(&self) -> String {
        self.between("name=\"csrf\" value=\"", "\"")
    }
}

/// A browser.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub address: SocketAddr,
    pub csrf: String,
}

/// An operator with everything needed to sign in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub account: OperatorAccount,
    pub totp_secret: String,
    pub recovery_codes: Vec<String>,
}

impl Person {
    /// The code that the app shows.
    pub(crate) fn code(&self, service: &Service) -> String {
        totp_code(&self.totp_secret, service.app.now())
    }
}

pub(crate) fn totp_code(secret: &str, now: i64) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).expect("base32");
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
    builder.with_secret(secret).build().expect("a secret").generate(now.unsigned_abs() / 1000).to_string()
}

impl Browser {
    pub(crate) async fn new(service: &Service) -> Self {
        let console = Console::open(service.app.clone()).await.expect("a console");
        let address = "192.0.2.1:50000".parse().expect("an address");
        Self { router: routes::router(&console), cookies: BTreeMap::new(), address, csrf: String::new() }
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Page {
        request.extensions_mut().insert(ConnectInfo(self.address));
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().expect("a header"));
        }
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().expect("text").split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            if value.is_empty() {
                self.cookies.remove(name)
            } else {
                self.cookies.insert(name.into(), value.into())
            };
        }
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        let page = Page { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() };
        if page.text.contains("name=\"csrf\"") {
            self.csrf = page.csrf();
        }
        page
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form of the last page.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        let request = Request::post(path).header("sec-fetch-site", "same-origin");
        let fields = fields.iter().copied().chain([("csrf", csrf.as_str())]);
        self.send(form(request, fields)).await
    }

    /// Fills in the form for sign-in.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str, code: &str) -> Page {
        self.get("/console/sign-in").await;
        self.post("/console/sign-in", &[("name", name), ("password", password), ("code", code)]).await
    }

    /// With a session of this operator, without signing in.
    pub(crate) async fn signed_in(service: &Service, operator: &OperatorAccount) -> Self {
        let mut browser = Self::new(service).await;
        let store = &service.app.store;
        let (session, _) =
            store.create_console_session(operator, json!({}), service.app.now()).await.expect("signed in");
        browser.cookies.insert("nearfar-console".into(), session.to_string());
        browser.get("/console/profile").await;
        browser
    }
}

pub(crate) fn form<'a>(
    request: axum::http::request::Builder,
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Request<Body> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Body::from(body)).expect("a request")
}

impl Service {
    /// An operator who is not set up.
    pub(crate) async fn operator(&self, name: &str, role: Role) -> OperatorAccount {
        let actor = Actor::Command("root".into());
        self.app.store.create_operator(&actor, name, role, self.app.now()).await.expect("an operator").0
    }

    /// An operator who has opened the set-up link.
    pub(crate) async fn person(&self, name: &str, role: Role) -> Person {
        let actor = Actor::Command("root".into());
        let created = self.app.store.create_operator(&actor, name, role, self.app.now()).await;
        let (account, setup) = created.expect("an operator");
        let mut browser = Browser::new(self).await;
        let page = browser.get(&format!("/console/set-up?setup={}", *setup)).await;
        let totp_secret = page.between("Key: <code>", "</code>");
        let code = totp_code(&totp_secret, self.app.now());
        let fields = [("setup", setup.as_str()), ("password", PASSWORD), ("repeated", PASSWORD), ("code", &code)];
        let page = browser.post("/console/set-up", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let codes = page.text.split("<code class=\"secret\">").skip(1);
        let recovery_codes = codes.filter_map(|rest| rest.split('<').next()).map(str::to_owned).collect();
        // The code counts once: the next one is for sign-in.
        self.pass(30_000);
        Person { account, totp_secret, recovery_codes }
    }
}
