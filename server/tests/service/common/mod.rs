//! The service with a real temporary store, a clock that the test moves, and a scorer with a fixed verdict.
#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod answered;
pub(crate) mod attempt;
pub(crate) mod browser;
pub(crate) mod clock;
pub(crate) mod open_id;
pub(crate) mod pictures;
pub(crate) mod receiver;

pub(crate) use answered::Answered;
pub(crate) use attempt::Attempt;
pub(crate) use clock::TestClock;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use nearfar_protocol::origin::Origin;
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_scoring::{Evidence, Scorer, Verdict};
use nearfar_server::api::integrator::generate_token::sign;
use nearfar_server::config::Config;
use nearfar_server::router;
use nearfar_server::state::App;
use nearfar_server::workers::scoring;
use nearfar_store::{Account, AccountSettings, Entropy, NewAccount, SecretKey, Store, StoreConfig};
use nearfar_test_support::{FaultyObjects, TestStorage};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

/// The start time of the tests.
pub(crate) const START: i64 = 1_713_247_589_908;

/// Returns a fixed verdict.
pub(crate) struct FixedScorer(pub Mutex<Verdict>);

impl Scorer for FixedScorer {
    fn score(&self, _: &Evidence) -> Verdict {
        self.0.lock().expect("lock").clone()
    }
}

/// A verdict.
pub(crate) fn verdict(code: ResultCode, score: Option<u8>, attack_type: Option<AttackType>) -> Verdict {
    Verdict { code, score, attack_type, checks: Vec::new() }
}

/// Parses origins for settings.
pub(crate) fn origins(texts: &[&str]) -> Vec<Origin> {
    texts.iter().map(|text| text.parse().expect("an origin")).collect()
}

/// The service.
pub(crate) struct Service {
    pub app: App,
    pub clock: Arc<TestClock>,
    pub scorer: Arc<FixedScorer>,
    pub storage: TestStorage,
    router: axum::Router,
}

/// An account with its keys and an access token.
pub(crate) struct Integrator {
    pub account: Account,
    pub secret: String,
    pub token: String,
}

/// A session, as its page knows it.
pub(crate) struct Session {
    pub id: String,
    pub url: String,
    pub token: String,
}

fn entropy() -> Entropy {
    let count = AtomicU64::new(0);
    Arc::new(move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(32) {
            let digest = Sha256::digest(count.fetch_add(1, Ordering::SeqCst).to_le_bytes());
            chunk.copy_from_slice(&digest[..chunk.len()]);
        }
    })
}

impl Service {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::scored_by(None, change).await
    }

    /// With an object store that fails on demand and has a short timeout: use it only while it fails.
    pub(crate) async fn on_faulty_objects(change: impl FnOnce(&mut Config)) -> (Self, FaultyObjects) {
        let storage = TestStorage::sqlite();
        let objects = FaultyObjects::in_folder(&storage.objects());
        let mut store_config = StoreConfig::new(&storage.database_url, "", SecretKey::new([7; 32]));
        store_config.objects_timeout = Duration::from_millis(20);
        let entropy = entropy();
        let store = Store::open_with(&store_config, Arc::new(objects.clone()), entropy.clone()).await.expect("a store");
        (Self::assemble(storage, store, entropy, None, START, change).await, objects)
    }

    /// The same service once its object store works again, with the usual timeout for busy machines.
    pub(crate) async fn on_patient_store(self, objects: &FaultyObjects) -> Self {
        let store_config = StoreConfig::new(&self.storage.database_url, "", SecretKey::new([7; 32]));
        let (config, entropy) = (self.app.config.clone(), self.app.entropy.clone());
        let store = Store::open_with(&store_config, Arc::new(objects.clone()), entropy.clone()).await.expect("a store");
        Self::assemble(self.storage, store, entropy, None, START, |new| *new = config).await
    }

    /// With another scorer than the fixed one.
    pub(crate) async fn scored_by(other: Option<Arc<dyn Scorer>>, change: impl FnOnce(&mut Config)) -> Self {
        let storage = match std::env::var("TEST_BACKEND").as_deref() {
            Ok("postgres") => TestStorage::postgres().await.expect("PostgreSQL was asked for"),
            _ => TestStorage::sqlite(),
        };
        let entropy = entropy();
        let objects = storage.objects().display().to_string();
        let mut store_config = StoreConfig::new(&storage.database_url, objects, SecretKey::new([7; 32]));
        store_config.study_objects_url = Some(storage.folder().join("study").display().to_string());
        let store = Store::open(&store_config, entropy.clone()).await.expect("a store");
        Self::assemble(storage, store, entropy, other, START, change).await
    }

    /// On an existing store, with clocks that begin at `start`.
    pub(crate) async fn on_store(
        storage: TestStorage,
        store: &StoreConfig,
        start: i64,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let entropy = entropy();
        let store = Store::open(store, entropy.clone()).await.expect("a store");
        Self::assemble(storage, store, entropy, None, start, change).await
    }

    async fn assemble(
        storage: TestStorage,
        store: Store,
        entropy: Entropy,
        other: Option<Arc<dyn Scorer>>,
        start: i64,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = Config {
            account_rate: 10_000,
            session_rate: 10_000,
            page_dir: storage.folder().join("page"),
            ..Config::default()
        };
        std::fs::create_dir_all(&config.page_dir).expect("a folder");
        std::fs::write(config.page_dir.join("index.html"), "<!doctype html>").expect("a page");
        change(&mut config);
        config.check().expect("good");
        let clock = Arc::new(TestClock::new(start));
        let scorer = Arc::new(FixedScorer(Mutex::new(verdict(ResultCode::Success, Some(97), None))));
        let app =
            App::new(config, store, other.unwrap_or(scorer.clone()), clock.clone(), entropy).await.expect("an app");
        Self { router: router::router(app.clone()), app, clock, scorer, storage }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, millis: i64) {
        self.clock.pass(millis);
    }

    /// Sets the wall clock; no time passes.
    pub(crate) fn set_clock(&self, millis: i64) {
        self.clock.set_by(millis);
    }

    /// For a real socket.
    pub(crate) fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// Paths of all files in the object store's folder.
    pub(crate) fn stored_files(&self) -> Vec<PathBuf> {
        Self::files_below(self.storage.objects())
    }

    /// Paths of all files below a folder.
    pub(crate) fn files_below(folder: PathBuf) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }

    pub(crate) fn set_verdict(&self, verdict: Verdict) {
        *self.scorer.0.lock().expect("lock") = verdict;
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (http, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        Answered { http, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// The text of a response that is not JSON.
    pub(crate) async fn text(&self, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
        let (http, headers, bytes) = self.bytes(request).await;
        (http, headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The bytes of a response.
    pub(crate) async fn bytes(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (http, headers) = (response.status(), response.headers().clone());
        (http, headers, response.into_body().collect().await.expect("a body").to_bytes().to_vec())
    }

    /// A request of the integrator with an access token.
    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> Answered {
        let request =
            Request::post(path).header("X-ACCESS-TOKEN", token).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    /// A request of the page.
    pub(crate) async fn page(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Answered {
        let request =
            Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.expect("a request")).await
    }

    pub(crate) async fn integrator(&self, settings: AccountSettings) -> Integrator {
        let new = NewAccount { name: "shop".into(), settings, ..NewAccount::default() };
        let (account, secret) = self.app.store.create_account(new, self.app.now()).await.expect("an account");
        let mut integrator = Integrator { account, secret: secret.to_string(), token: String::new() };
        let answer = self.generate_token(&integrator.signed(self.app.now())).await.ok();
        integrator.token = answer.data()["token"].as_str().expect("a token").to_owned();
        integrator
    }

    pub(crate) async fn generate_token(&self, body: &Value) -> Answered {
        let request =
            Request::post("/openapi/auth/ticket/v1/generate-token").header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    pub(crate) async fn session(&self, integrator: &Integrator, more: Value) -> Session {
        let mut body = json!({"returnUrl": "https://shop.example/ok?id=1", "region": "IDN",
            "failedReturnUrl": "https://shop.example/failed"});
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let answer = self.post("/openapi/liveness/v2/h5/token", &integrator.token, body).await.ok();
        let url = answer.data()["url"].as_str().expect("a URL").to_owned();
        let token = url.split_once("token=").expect("a token").1.to_owned();
        Session { id: answer.data()["signatureId"].as_str().expect("an id").to_owned(), url, token }
    }

    /// Starts an attempt.
    pub(crate) async fn attempt(&self, token: &str, id: &str) -> Attempt {
        let answer = self.page("POST", "/h5/api/v1/attempts", token, Some(json!({"attemptId": id}))).await.ok();
        Attempt::new(&attempt::session_of(token), id, answer.data())
    }

    pub(crate) async fn upload(&self, token: &str, attempt: &Attempt) -> Answered {
        let request = Request::put(format!("/h5/api/v1/attempts/{}", attempt.id))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/octet-stream");
        self.send(request.body(Body::from(attempt.body())).expect("a request")).await
    }

    /// A complete attempt, scored.
    pub(crate) async fn scored(&self, token: &str, id: &str) {
        let attempt = self.attempt(token, id).await;
        self.upload(token, &attempt).await.ok();
        assert!(scoring::score_next(&self.app).await.expect("scored"));
    }

    pub(crate) async fn result(&self, integrator: &Integrator, id: &str) -> Answered {
        self.post("/openapi/liveness/v4/h5/get-result", &integrator.token, json!({"signatureId": id})).await
    }

    pub(crate) async fn clear(&self, token: &str, query: &str) -> Answered {
        let request = Request::get(format!("/liveness/h5/ext/v1/clear-data{query}")).header("X-ACCESS-TOKEN", token);
        self.send(request.body(Body::empty()).expect("a request")).await
    }
}

impl Integrator {
    /// The body of Token Authentication.
    pub(crate) fn signed(&self, timestamp: i64) -> Value {
        let key = &self.account.access_key;
        json!({"accessKey": key, "timestamp": timestamp.to_string(),
            "signature": sign(key, &self.secret, &timestamp.to_string())})
    }
}
