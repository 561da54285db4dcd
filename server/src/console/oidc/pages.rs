//! The pages of the sign-in through the OpenID provider: its start, its end, and what went wrong.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use nearfar_store::{Actor, AuditAction, NewAuditEntry, SignInCounter, ThrottleDecision};
use serde::Deserialize;
use serde_json::json;

use crate::clock::random_hex;
use crate::console::access::Access;
use crate::console::cookies::{self, Cookie};
use crate::console::layout::plain_page;
use crate::console::oidc::flow::Flow;
use crate::console::oidc::{CALLBACK, PATH, ProviderError};
use crate::console::route::ConsoleRoute;
use crate::console::sign_in::{peer, signed_in, wait_seconds};
use crate::console::{Console, ConsoleError, ConsoleResult};

pub(in crate::console) fn routes() -> Vec<ConsoleRoute> {
    vec![ConsoleRoute::get(PATH, Access::Public, start), ConsoleRoute::get(CALLBACK, Access::Public, finish)]
}

/// What the provider sends back.
#[derive(Deserialize)]
struct Callback {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

async fn start(State(console): State<Console>) -> ConsoleResult {
    let provider = console.provider.as_deref().ok_or(ConsoleError::NotFound)?;
    let cookie = random_hex(&console.app.entropy, 32);
    match provider.authorization_url(&Flow::of(&console, &cookie)?, console.app.now()).await {
        Ok(url) => {
            let location = HeaderValue::from_str(url.as_str()).map_err(|error| ConsoleError::internal(&error))?;
            let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
            cookies::set_all(response.headers_mut(), &console.app.config, &[(Cookie::Provider, &cookie)]);
            Ok(response)
        }
        Err(error) => Ok(provider_failed(&error)),
    }
}

async fn finish(
    State(console): State<Console>,
    connection: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Query(callback): Query<Callback>,
) -> ConsoleResult {
    let provider = console.provider.as_deref().ok_or(ConsoleError::NotFound)?;
    let (store, config) = (&console.app.store, &console.app.config);
    let address = peer(connection.as_ref().map(|axum::Extension(address)| address));
    // Without the cookie of this browser, the answer belongs to somebody else's sign-in.
    let flow = Cookie::Provider.read(config, &headers).map(|cookie| Flow::of(&console, &cookie)).transpose()?;
    let Some(flow) = flow.filter(|flow| flow.is_of(callback.state.as_deref().unwrap_or_default())) else {
        return Ok(failed(StatusCode::BAD_REQUEST, STALE));
    };
    let counters = [SignInCounter::of_provider(address)];
    if let ThrottleDecision::Blocked(left) = store.begin_sign_in(&counters, console.app.now()).await? {
        let seconds = wait_seconds(left);
        let text = format!("Too many failed attempts. Try again in {seconds} seconds.");
        let mut response = failed(StatusCode::TOO_MANY_REQUESTS, &text);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(response);
    }
    let Some(code) = callback.code.filter(|_| callback.error.is_none()) else {
        let error: String = callback.error.unwrap_or_default().chars().take(60).collect();
        tracing::warn!(error, "the OpenID provider refused a sign-in");
        return Ok(end(&console, failed(StatusCode::FORBIDDEN, DENIED)));
    };
    let identity = match provider.identity(code, &flow, console.app.now()).await {
        Ok(identity) => identity,
        Err(error) => {
            let details = json!({ "address": address.to_string(), "method": "oidc", "reason": error.to_string() });
            let entry = NewAuditEntry::new(&Actor::Service, AuditAction::SignInFailed).details(details);
            store.record_audit(entry, console.app.now()).await?;
            return Ok(end(&console, provider_failed(&error)));
        }
    };
    let operator = store.operator_by_identity(&identity, console.app.now()).await?;
    let Some(operator) = operator.filter(|operator| operator.enabled) else {
        let details = json!({ "address": address.to_string(), "method": "oidc", "reason": "no such operator" });
        let entry = NewAuditEntry::new(&Actor::Service, AuditAction::SignInFailed);
        let entry = NewAuditEntry { subject: Some(identity.name.clone()), ..entry };
        store.record_audit(entry.details(details), console.app.now()).await?;
        let text = format!(
            "{} may not use this console. An administrator can create an operator of that name.",
            identity.name
        );
        return Ok(end(&console, failed(StatusCode::FORBIDDEN, &text)));
    };
    store.sign_in_succeeded(&counters).await?;
    let body = html! {
        h1 { "Signed in" }
        p { a href="/console/" { "To the console" } }
    };
    // Not a redirect: browsers would follow it as a request from the provider's site, without the session's cookie.
    let refresh = (HeaderName::from_static("refresh"), HeaderValue::from_static("0; url=/console/"));
    let response = ([refresh], plain_page("Signed in", &body)).into_response();
    Ok(end(&console, signed_in(&console, &operator, address, "oidc", response).await?))
}

const STALE: &str = "This sign-in has expired, or was started in another browser. Start again.";
const DENIED: &str = "Your organization's sign-in was cancelled or refused.";

/// Forgets the sign-in: what the provider sent counts once.
fn end(console: &Console, mut response: Response) -> Response {
    cookies::set_all(response.headers_mut(), &console.app.config, &[(Cookie::Provider, "")]);
    response
}

fn provider_failed(error: &ProviderError) -> Response {
    tracing::warn!(%error, "a sign-in through the OpenID provider failed");
    match error {
        ProviderError::Unreachable(_) => failed(
            StatusCode::SERVICE_UNAVAILABLE,
            "Your organization's sign-in does not answer. Try again later; the service's log has the details.",
        ),
        ProviderError::Refused(_) => failed(
            StatusCode::FORBIDDEN,
            "The answer of your organization's sign-in was not accepted. The service's log has the details.",
        ),
        ProviderError::Nameless(claim) => failed(
            StatusCode::FORBIDDEN,
            &format!("Your organization's sign-in did not send a confirmed {claim} for you."),
        ),
    }
}

fn failed(status: StatusCode, text: &str) -> Response {
    let body = html! {
        div.narrow {
            h1 { "You are not signed in" }
            p { (text) }
            p { a.button href="/console/sign-in" { "Sign in" } }
        }
    };
    (status, plain_page("You are not signed in", &body)).into_response()
}
