//! Checks every request before its handler: the session, the least role, and that a form comes from the console.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use nearfar_store::{Actor, AuditAction, ConsoleSession, NewAuditEntry, OperatorAccount, Role};
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::console::cookies::{self, Cookie};
use crate::console::{Console, ConsoleError};

/// The largest form, in bytes.
const MAX_FORM: usize = 64 * 1024;
/// Timeout of a form. Otherwise a few clients that send nothing could hold all connections of the console.
const FORM_TIMEOUT: Duration = Duration::from_secs(30);
/// The field of the form's token.
pub(super) const CSRF_FIELD: &str = "csrf";

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Operators of at least this role.
    AtLeast(Role),
}

impl From<Role> for Access {
    fn from(role: Role) -> Self {
        Access::AtLeast(role)
    }
}

/// The state of [`guard`].
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub console: Console,
    pub access: Access,
    pub path: &'static str,
}

/// The signed-in operator, whose role suffices for the route.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The session.
    pub session: ConsoleSession,
    /// The token for forms.
    pub csrf: String,
}

impl Operator {
    /// The operator's account.
    pub fn account(&self) -> &OperatorAccount {
        &self.session.operator
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.session.operator.role
    }

    /// The actor for the audit log.
    pub fn actor(&self) -> Actor {
        Actor::Operator(self.session.operator.name.clone())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Operator {
    type Rejection = ConsoleError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ConsoleError> {
        // A handler of a public route asked for an operator: a bug.
        let missing = || ConsoleError::internal(&"a public route needs an operator");
        parts.extensions.get::<Operator>().cloned().ok_or_else(missing)
    }
}

/// The token for forms of somebody who is not signed in.
#[derive(Clone, Debug)]
pub(super) struct FormToken(pub String);

impl<S: Send + Sync> FromRequestParts<S> for FormToken {
    type Rejection = ConsoleError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ConsoleError> {
        let missing = || ConsoleError::internal(&"only public routes have this token");
        parts.extensions.get::<FormToken>().cloned().ok_or_else(missing)
    }
}

/// The layer of every route.
pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match check(&guard, request).await {
        Ok((request, new_cookie)) => {
            let mut response = next.run(request).await;
            if let Some(value) = new_cookie {
                cookies::set_all(response.headers_mut(), &guard.console.app.config, &[(Cookie::Form, &value)]);
            }
            response
        }
        Err(response) => response,
    }
}

/// The request with its operator, and the cookie to set; or the response that ends it.
async fn check(guard: &Guard, mut request: Request) -> Result<(Request, Option<String>), Response> {
    let Guard { console, access, .. } = guard;
    let config = &console.app.config;
    let is_form = !matches!(*request.method(), Method::GET | Method::HEAD);
    if is_form && !is_same_origin(request.headers(), &config.console_url) {
        return Err(ConsoleError::StaleForm.into_response());
    }
    match access {
        Access::Public => {
            let sent = Cookie::Form.read(config, request.headers());
            let cookie = sent.clone().unwrap_or_else(|| crate::clock::random_hex(&console.app.entropy, 32));
            let token = console.csrf_token(&cookie).map_err(IntoResponse::into_response)?;
            if is_form {
                request = check_token(request, &token).await?;
            }
            request.extensions_mut().insert(FormToken(token));
            Ok((request, sent.is_none().then_some(cookie)))
        }
        Access::AtLeast(role) => {
            let Some((cookie, session)) = session(console, request.headers()).await? else {
                let mut response = Redirect::to("/console/sign-in").into_response();
                cookies::set_all(response.headers_mut(), config, &[(Cookie::Session, "")]);
                return Err(response);
            };
            if session.operator.role < *role {
                return Err(deny(guard, &session).await);
            }
            let csrf = console.csrf_token(&cookie).map_err(IntoResponse::into_response)?;
            if is_form {
                request = check_token(request, &csrf).await?;
            }
            request.extensions_mut().insert(Operator { session, csrf });
            Ok((request, None))
        }
    }
}

async fn session(console: &Console, headers: &HeaderMap) -> Result<Option<(String, ConsoleSession)>, Response> {
    let config = &console.app.config;
    let Some(cookie) = Cookie::Session.read(config, headers) else { return Ok(None) };
    let (idle, absolute) = (config.console_idle_seconds, config.console_session_seconds);
    let (idle, absolute) = (i64::from(idle) * 1000, i64::from(absolute) * 1000);
    let found = console.app.store.console_session(&cookie, idle, absolute, console.app.now()).await;
    let found = found.map_err(|error| ConsoleError::from(error).into_response())?;
    Ok(found.map(|session| (cookie, session)))
}

/// Records that the role did not suffice.
async fn deny(guard: &Guard, session: &ConsoleSession) -> Response {
    let actor = Actor::Operator(session.operator.name.clone());
    let details = json!({ "route": guard.path, "role": session.operator.role.name() });
    let entry = NewAuditEntry::new(&actor, AuditAction::AccessDenied).details(details);
    let app = &guard.console.app;
    match app.store.record_audit(entry, app.now()).await {
        Ok(_) => ConsoleError::Forbidden.into_response(),
        Err(error) => ConsoleError::from(error).into_response(),
    }
}

/// Whether the browser sent the form from a page of the console. Every supported browser sends one of the headers.
fn is_same_origin(headers: &HeaderMap, console_url: &str) -> bool {
    let console = console_url.strip_suffix('/').unwrap_or(console_url);
    let site = headers.get("sec-fetch-site").map(|site| site == "same-origin");
    let origin = headers.get(header::ORIGIN).map(|origin| origin == console);
    match (site, origin) {
        // A proxy may give the console another name than the service knows; the browser knows better.
        (Some(same), _) => same,
        (None, Some(same)) => same,
        (None, None) => false,
    }
}

/// Compares the form's token, and gives the handler the same body.
async fn check_token(request: Request, expected: &str) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let body = read_form(body, FORM_TIMEOUT).await.map_err(IntoResponse::into_response)?;
    let mut fields = url::form_urlencoded::parse(&body);
    let sent = fields.find(|(name, _)| name == CSRF_FIELD).map(|(_, value)| value.into_owned()).unwrap_or_default();
    if bool::from(sent.as_bytes().ct_eq(expected.as_bytes())) {
        Ok(Request::from_parts(parts, Body::from(body)))
    } else {
        Err(ConsoleError::StaleForm.into_response())
    }
}

async fn read_form(body: Body, within: Duration) -> Result<Bytes, StatusCode> {
    match tokio::time::timeout(within, to_bytes(body, MAX_FORM)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream::pending;

    #[tokio::test]
    async fn forms_are_limited_in_time_and_size() {
        let silent = Body::from_stream(pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(read_form(silent, Duration::ZERO).await, Err(StatusCode::REQUEST_TIMEOUT));
        assert_eq!(
            read_form(Body::from(vec![b'a'; MAX_FORM + 1]), FORM_TIMEOUT).await,
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        );
        assert_eq!(read_form(Body::from("a=b"), FORM_TIMEOUT).await, Ok(Bytes::from("a=b")));
    }
}
