//! An OpenID provider that answers as the test wants.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) const CLIENT_ID: &str = "nearfar-console";
pub(crate) const CLIENT_SECRET: &str = "a client secret";
/// The only code that it accepts.
pub(crate) const CODE: &str = "the code";

/// How it answers.
#[derive(Clone)]
pub(crate) struct Behaviour {
    /// Claims of the ID token, over the right ones; null removes one.
    pub claims: Value,
    /// Claims of the user info.
    pub user_info: Value,
    /// Signs with a key that it does not publish.
    pub wrong_key: bool,
    /// The ID token instead of a signed one, made of its claims.
    pub token: Option<fn(&Value) -> String>,
    /// The discovery document instead of the right one.
    pub discovery: Option<fn() -> Response>,
}

impl Default for Behaviour {
    fn default() -> Self {
        let (claims, user_info) = (json!({}), json!({ "sub": "person 1" }));
        Self { claims, user_info, wrong_key: false, token: None, discovery: None }
    }
}

/// A running provider.
#[derive(Clone)]
pub(crate) struct OpenId {
    pub address: SocketAddr,
    behaviour: Arc<Mutex<Behaviour>>,
    /// `nonce` and `code_challenge` of the last authorization.
    asked: Arc<Mutex<(String, String)>>,
    /// Unix ms at which the tokens are issued.
    now: i64,
}

impl OpenId {
    pub(crate) async fn start(now: i64) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let provider = Self { address, behaviour: Arc::default(), asked: Arc::default(), now };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/user", get(user_info))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn set(&self, behaviour: Behaviour) {
        *self.behaviour.lock().expect("lock") = behaviour;
    }

    /// What the person's browser does there: reads the authorization request, and returns its parameters.
    pub(crate) fn authorize(&self, location: &str) -> Vec<(String, String)> {
        assert!(location.starts_with(&format!("{}/authorize?", self.issuer())), "{location}");
        let url = url::Url::parse(location).expect("a URL");
        let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let of = |name: &str| parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
        *self.asked.lock().expect("lock") = (of("nonce").expect("a nonce"), of("code_challenge").expect("a challenge"));
        parameters
    }
}

async fn discovery(State(provider): State<OpenId>) -> Response {
    if let Some(other) = provider.behaviour.lock().expect("lock").discovery {
        return other();
    }
    let issuer = provider.issuer();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/user"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // Not all of them are good enough for the console.
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    }))
    .into_response()
}

/// The Ed25519 key of a secret.
fn key(secret: u8) -> CoreEdDsaPrivateSigningKey {
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let der = BASE64_STANDARD.encode([&prefix[..], &[secret; 32]].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("one".into()))).expect("a key")
}

async fn keys() -> Json<Value> {
    Json(json!({ "keys": [key(1).as_verification_key()] }))
}

pub(crate) fn encoded(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Checks client, code and PKCE, as real ones do.
async fn token(State(provider): State<OpenId>, headers: HeaderMap, body: Bytes) -> Response {
    let form: std::collections::HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let client = format!("{CLIENT_ID}:{}", CLIENT_SECRET.replace(' ', "+"));
    let (nonce, challenge) = provider.asked.lock().expect("lock").clone();
    let is_client = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|sent| *sent == format!("Basic {}", BASE64_STANDARD.encode(client)));
    let verified = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"])) == challenge;
    if !is_client
        || form["code"] != CODE
        || !verified
        || form["redirect_uri"] != "http://localhost:8788/console/oidc/callback"
    {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let behaviour = provider.behaviour.lock().expect("lock").clone();
    let seconds = provider.now / 1000;
    let mut claims = json!({
        "iss": provider.issuer(), "aud": CLIENT_ID, "sub": "person 1", "nonce": nonce,
        "iat": seconds, "exp": seconds + 300, "email": "ann@example.com", "email_verified": true,
    });
    for (name, value) in behaviour.claims.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    let id_token = match behaviour.token {
        Some(token) => token(&claims),
        None => {
            let signed = format!("{}.{}", encoded(&json!({ "alg": "EdDSA", "kid": "one" })), encoded(&claims));
            let key = key(if behaviour.wrong_key { 2 } else { 1 });
            let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).expect("a signature");
            format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
        }
    };
    Json(json!({ "access_token": "access", "token_type": "Bearer", "id_token": id_token })).into_response()
}

async fn user_info(State(provider): State<OpenId>, request: Request) -> Response {
    if request.headers().get(header::AUTHORIZATION).is_none_or(|sent| sent != "Bearer access") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(provider.behaviour.lock().expect("lock").user_info.clone()).into_response()
}

/// A discovery document elsewhere.
pub(crate) fn redirected() -> Response {
    Redirect::temporary("/elsewhere").into_response()
}
