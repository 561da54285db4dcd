//! The OpenID provider: discovery, the authorization address, and who the person behind a code is
//! (OpenID Connect Core 1.0, section 3.1).

use std::error::Error;
use std::time::Duration;

use anyhow::Context;
use chrono::DateTime;
use nearfar_store::ProviderIdentity;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreUserInfoClaims,
};
use openidconnect::{
    AuthType, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
};
use reqwest::redirect::Policy;
use tokio::sync::Mutex;
use url::Url;

use super::flow::Flow;
use super::{CALLBACK, ProviderError};
use crate::config::Config;
use crate::config::oidc::OidcClaim;

/// Timeout of a request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest response, in bytes.
const RESPONSE_LIMIT: usize = 1024 * 1024;
/// How long endpoints and keys are kept for starting sign-ins, in ms. Finishing one always reads them anew.
const KEPT: i64 = 5 * 60_000;
/// How long a failure to read them is kept, in ms: strangers cannot make the service ask more often.
const FAILURE_KEPT: i64 = 5_000;

/// Signatures with a public key. Not the client secret's HMAC, and not none.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Endpoints and keys, or why they could not be read, with the time.
type Discovered = (i64, Result<CoreProviderMetadata, ProviderError>);

/// The configured provider.
pub(in crate::console) struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    claim: OidcClaim,
    /// Accepted ways of authentication; empty: all.
    acr_values: Vec<String>,
    http: reqwest::Client,
    discovered: Mutex<Option<Discovered>>,
}

/// Why a request got no answer. The message has no URL.
#[derive(Debug, thiserror::Error)]
enum HttpError {
    #[error("{}", cause(.0))]
    Request(reqwest::Error),
    #[error("the response has more than {RESPONSE_LIMIT} bytes")]
    TooLong,
    #[error(transparent)]
    Response(#[from] openidconnect::http::Error),
}

fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no response within {} s", TIMEOUT.as_secs());
    }
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

impl Provider {
    /// The configured one.
    ///
    /// # Errors
    /// For an invalid configuration.
    pub(in crate::console) fn new(config: &Config) -> anyhow::Result<Option<Self>> {
        let Some(issuer) = &config.console_oidc_issuer else { return Ok(None) };
        // Fails if it is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .user_agent(concat!("nearfar/", env!("CARGO_PKG_VERSION")))
            // A redirect could lead to an address inside the network.
            .redirect(Policy::none())
            .https_only(issuer.starts_with("https:"))
            .timeout(TIMEOUT)
            .build()
            .context("the HTTP client of the OpenID provider")?;
        let origin = config.console_url.strip_suffix('/').unwrap_or(&config.console_url);
        Ok(Some(Self {
            issuer: IssuerUrl::new(issuer.clone()).context("console_oidc_issuer")?,
            client_id: ClientId::new(config.console_oidc_client_id.clone()),
            client_secret: config.console_oidc_client_secret.clone().map(ClientSecret::new),
            redirect: RedirectUrl::new(format!("{origin}{CALLBACK}")).context("console_url")?,
            claim: config.console_oidc_claim,
            acr_values: config.console_oidc_acr_values.split_whitespace().map(str::to_owned).collect(),
            http,
            discovered: Mutex::default(),
        }))
    }

    /// Where the browser signs in.
    ///
    /// # Errors
    /// [`ProviderError::Unreachable`].
    pub(super) async fn authorization_url(&self, flow: &Flow, now: i64) -> Result<Url, ProviderError> {
        let client = self.client(self.metadata(now, KEPT).await?);
        let (state, nonce) = (flow.state.clone(), flow.nonce.clone());
        let verifier = PkceCodeVerifier::new(flow.verifier.clone());
        let scope = match self.claim {
            OidcClaim::Email => "email",
            OidcClaim::PreferredUsername => "profile",
        };
        let request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce))
            .add_scope(Scope::new(scope.to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        let acr_values = self.acr_values.iter().cloned().map(AuthenticationContextClass::new);
        let (url, ..) = acr_values.fold(request, openidconnect::AuthorizationRequest::add_auth_context_value).url();
        Ok(url)
    }

    /// Who the person is to whom the provider gave this code.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub(super) async fn identity(
        &self,
        code: String,
        flow: &Flow,
        now: i64,
    ) -> Result<ProviderIdentity, ProviderError> {
        let client = self.client(self.metadata(now, 0).await?);
        let http = self.http();
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Unreachable(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .request_async(&http)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(error) => ProviderError::Unreachable(error.to_string()),
                RequestTokenError::ServerResponse(refusal) => refused(refusal.error().as_ref()),
                // The others can contain the response, and so tokens.
                RequestTokenError::Parse(..) => refused("the token response cannot be read"),
                RequestTokenError::Other(reason) => refused(&reason),
            })?;
        let time = DateTime::from_timestamp_millis(now).unwrap_or_default();
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(|| time)
            .set_auth_context_verifier_fn(|acr| self.check_context(acr));
        let id_token = tokens.id_token().ok_or_else(|| refused("there is no ID token"))?;
        let claims =
            id_token.claims(&verifier, &Nonce::new(flow.nonce.clone())).map_err(|error| refused(&error.to_string()))?;
        let subject = claims.subject().clone();
        let mut name = match self.claim {
            OidcClaim::Email => confirmed(claims.email(), claims.email_verified()),
            OidcClaim::PreferredUsername => claims.preferred_username().map(|name| name.to_string()),
        };
        // Many providers put such claims only there.
        if name.is_none()
            && let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject.clone()))
        {
            let claims: CoreUserInfoClaims =
                request.request_async(&http).await.map_err(|error| refused(&error.to_string()))?;
            name = match self.claim {
                OidcClaim::Email => confirmed(claims.email(), claims.email_verified()),
                OidcClaim::PreferredUsername => claims.preferred_username().map(|name| name.to_string()),
            };
        }
        let name = name.ok_or(ProviderError::Nameless(self.claim.label()))?;
        Ok(ProviderIdentity { issuer: self.issuer.to_string(), subject: subject.to_string(), name })
    }

    /// Endpoints and keys, at most this old.
    async fn metadata(&self, now: i64, kept: i64) -> Result<CoreProviderMetadata, ProviderError> {
        // Held meanwhile: requests at the same time wait for one answer.
        let mut discovered = self.discovered.lock().await;
        if let Some((at, known)) = &*discovered {
            let kept = if known.is_ok() { kept } else { FAILURE_KEPT };
            if (0..kept).contains(&(now - at)) {
                return known.clone();
            }
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http()).await;
        let found = found.map_err(|error| ProviderError::Unreachable(with_cause(&error)));
        *discovered = Some((now, found.clone()));
        found
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Client {
        let methods = metadata.token_endpoint_auth_methods_supported().cloned().unwrap_or_default();
        let in_body = methods.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
        let auth_type = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        CoreClient::from_provider_metadata(metadata, self.client_id.clone(), self.client_secret.clone())
            .set_auth_type(auth_type)
            .set_redirect_uri(self.redirect.clone())
    }

    fn check_context(&self, acr: Option<&AuthenticationContextClass>) -> Result<(), String> {
        let accepted = self.acr_values.is_empty()
            || acr.is_some_and(|acr| self.acr_values.iter().any(|accepted| *accepted == **acr));
        if accepted { Ok(()) } else { Err("the way of authentication is not among console_oidc_acr_values".into()) }
    }

    /// The HTTP client, as the library needs it.
    fn http(
        &self,
    ) -> impl for<'c> openidconnect::AsyncHttpClient<'c, Error = HttpError, Future: Send> + Send + Sync + 'static {
        let client = self.http.clone();
        move |request: HttpRequest| send(client.clone(), request)
    }
}

async fn send(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let request = reqwest::Request::try_from(request).map_err(HttpError::Request)?;
    let mut response = client.execute(request).await.map_err(HttpError::Request)?;
    let mut answer = openidconnect::http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(HttpError::Request)? {
        if body.len() + chunk.len() > RESPONSE_LIMIT {
            return Err(HttpError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(answer.body(body)?)
}

fn refused(reason: &str) -> ProviderError {
    ProviderError::Refused(reason.chars().filter(|letter| !letter.is_control()).take(200).collect())
}

fn with_cause(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// An email address that the provider has confirmed: anybody can claim another one.
fn confirmed(email: Option<&openidconnect::EndUserEmail>, is_verified: Option<bool>) -> Option<String> {
    email.filter(|_| is_verified == Some(true)).map(|email| email.to_string())
}
