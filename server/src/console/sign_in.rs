//! Sign-in by name, password and code, and sign-out. The page also leads to the OpenID provider, if there is one.
//!
//! Somebody unknown, a wrong password and a wrong code get the same answer after the same work. Failures slow down
//! further attempts by name and by address. A browser in which the operator has signed in before has a counter of its
//! own instead, so that others who guess cannot lock the operator out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use nearfar_store::{
    Actor, AuditAction, Error as StoreError, NewAuditEntry, OperatorAccount, Role, SignInCounter, ThrottleDecision,
};
use serde::Deserialize;
use serde_json::json;

use crate::console::access::{Access, FormToken, Operator};
use crate::console::cookies::{self, Cookie, DEVICE_SECONDS};
use crate::console::forms::{Field, FormErrors};
use crate::console::layout::{csrf_field, plain_page};
use crate::console::route::ConsoleRoute;
use crate::console::totp::{self, Code};
use crate::console::{Console, ConsoleError, ConsoleResult, oidc, passwords};

/// The answer to every failed sign-in.
const FAILED: &str = "Name, password or code is wrong. Each code can be used once: wait for the next one.";

const CODE_HINT: &str = "Six digits from your authenticator app, or a recovery code";

pub(super) fn routes() -> Vec<ConsoleRoute> {
    vec![
        ConsoleRoute::get("/console/sign-in", Access::Public, form),
        ConsoleRoute::post("/console/sign-in", Access::Public, sign_in),
        ConsoleRoute::post("/console/sign-out", Role::Viewer, sign_out),
    ]
}

#[derive(Deserialize)]
struct SignIn {
    name: String,
    password: String,
    code: String,
}

/// The peer's address; unknown in tests without connections.
pub(super) fn peer(connection: Option<&ConnectInfo<SocketAddr>>) -> IpAddr {
    connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}

async fn form(State(console): State<Console>, FormToken(token): FormToken) -> Response {
    plain_page("Sign in", &body(&console, &token, "", &FormErrors::default())).into_response()
}

fn body(console: &Console, token: &str, name: &str, errors: &FormErrors) -> Markup {
    let field = |name, label, kind, hint, autocomplete| Field {
        name,
        label,
        kind,
        hint,
        autocomplete,
        required: true,
        ..Field::default()
    };
    let with_password = console.app.config.console_password_sign_in;
    html! {
        div.narrow {
            h1 { "Sign in" }
            (errors.summary())
            @if console.provider.is_some() {
                p { a.button href=(oidc::PATH) { "Sign in with your organization’s account" } }
            }
            @if with_password {
                @if console.provider.is_some() { h2 { "Or with a password" } }
                form method="post" action="/console/sign-in" {
                    (csrf_field(token))
                    (Field { value: name, ..field("name", "Name", "text", "", "username") }.render(errors))
                    (field("password", "Password", "password", "", "current-password").render(errors))
                    (field("code", "Code", "text", CODE_HINT, "one-time-code").render(errors))
                    div.actions { button type="submit" { "Sign in" } }
                }
            }
        }
    }
}

async fn sign_in(
    State(console): State<Console>,
    FormToken(token): FormToken,
    connection: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> ConsoleResult {
    let Console { app, .. } = &console;
    if !app.config.console_password_sign_in {
        return Err(ConsoleError::NotFound);
    }
    let address = peer(connection.as_ref().map(|axum::Extension(address)| address));
    let device = Cookie::Device.read(&app.config, &headers);
    let operator = match app.store.operator_by_name(&form.name).await {
        Err(StoreError::NotFound(_)) => None,
        found => Some(found?),
    };
    let counters = counters(&console, operator.as_ref(), &form.name, device.as_deref(), address).await?;
    let is_last = match app.store.begin_sign_in(&counters, app.now()).await? {
        ThrottleDecision::Allowed { is_last } => is_last,
        ThrottleDecision::Blocked(left) => return Ok(too_many(&console, &token, &form.name, left)),
    };
    let known = operator.as_ref().filter(|operator| operator.enabled);
    if let Some(operator) = authenticated(&console, known, form.password, &form.code).await? {
        app.store.sign_in_succeeded(&counters).await?;
        return signed_in(&console, operator, address, "password", Redirect::to("/console/").into_response()).await;
    }
    // Somebody may have typed a password as the name: only names that exist are recorded.
    let entry = NewAuditEntry::new(&Actor::Service, AuditAction::SignInFailed);
    let entry = NewAuditEntry { subject: operator.map(|operator| operator.name), ..entry };
    let details = json!({ "address": address.to_string(), "slowedDown": is_last });
    app.store.record_audit(entry.details(details), app.now()).await?;
    let errors = FormErrors::whole(FAILED);
    let body = body(&console, &token, &form.name, &errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, plain_page("Error: Sign in", &body)).into_response())
}

/// What an attempt counts for. The first counter starts anew after success.
async fn counters(
    console: &Console,
    operator: Option<&OperatorAccount>,
    name: &str,
    device: Option<&str>,
    address: IpAddr,
) -> Result<Vec<SignInCounter>, StoreError> {
    if let (Some(operator), Some(device)) = (operator, device)
        && console.app.store.is_known_device(&operator.id, device).await?
    {
        return Ok(vec![SignInCounter::of_device(device)]);
    }
    Ok(vec![SignInCounter::of_name(name), SignInCounter::of_address(address)])
}

/// The operator, if password and code are right. The code is used up only if the password is right.
async fn authenticated<'a>(
    console: &Console,
    operator: Option<&'a OperatorAccount>,
    password: String,
    code: &str,
) -> Result<Option<&'a OperatorAccount>, ConsoleError> {
    let store = &console.app.store;
    let id = operator.map_or("", |operator| operator.id.as_str());
    let credentials = store.operator_credentials(id).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    if !passwords::verify(console, password, hash).await? {
        return Ok(None);
    }
    let (Some(operator), Some(credentials)) = (operator, credentials) else { return Ok(None) };
    let accepted = match Code::parse(code) {
        Some(Code::Totp(code)) => match totp::matching_step(&credentials.totp_secret, &code, console.app.now())? {
            Some(step) => store.accept_totp_step(&operator.id, step).await?,
            None => false,
        },
        Some(Code::Recovery(code)) => store.accept_recovery_code(&operator.id, &code).await?,
        None => false,
    };
    Ok(accepted.then_some(operator))
}

/// Adds a new session with a new token to the response, whatever the browser sent.
pub(super) async fn signed_in(
    console: &Console,
    operator: &OperatorAccount,
    address: IpAddr,
    method: &str,
    mut response: Response,
) -> ConsoleResult {
    let Console { app, .. } = console;
    let (config, now) = (&app.config, app.now());
    let (idle, absolute) = (i64::from(config.console_idle_seconds), i64::from(config.console_session_seconds));
    let since = |seconds: i64| now - seconds * 1000;
    app.store.delete_old_console_sessions(since(idle), since(absolute), since(DEVICE_SECONDS)).await?;
    let details = json!({ "address": address.to_string(), "method": method });
    let (session, device) = app.store.create_console_session(operator, details, now).await?;
    let cookies = [(Cookie::Session, session.as_str()), (Cookie::Device, device.as_str()), (Cookie::Form, "")];
    cookies::set_all(response.headers_mut(), config, &cookies);
    Ok(response)
}

/// A wait in ms as whole seconds, rounded up.
pub(super) fn wait_seconds(left: i64) -> i64 {
    (left.max(1) - 1) / 1000 + 1
}

fn too_many(console: &Console, token: &str, name: &str, left: i64) -> Response {
    let seconds = wait_seconds(left);
    let errors = FormErrors::whole(format!("Too many failed attempts. Try again in {seconds} seconds."));
    let body = body(console, token, name, &errors);
    let mut response = (StatusCode::TOO_MANY_REQUESTS, plain_page("Error: Sign in", &body)).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

async fn sign_out(State(console): State<Console>, operator: Operator) -> ConsoleResult {
    let Console { app, .. } = &console;
    app.store.sign_out(&operator.session, false, app.now()).await?;
    let mut response = Redirect::to("/console/sign-in").into_response();
    cookies::set_all(response.headers_mut(), &app.config, &[(Cookie::Session, "")]);
    Ok(response)
}
