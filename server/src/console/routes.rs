//! The table of the console's routes with their least roles, and the router that it makes.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use nearfar_store::Role;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::clock::random_hex;
use crate::console::access::{Access, Guard, Operator, guard};
use crate::console::route::ConsoleRoute;
use crate::console::{
    Console, ConsoleError, accounts, audit_log, oidc, operators, profile, sessions, set_up, sign_in, statistics,
};
use crate::runtime::request_id;
use crate::state::App;

/// The policy of every page: nothing but the style sheet, pictures and forms of the console itself.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// The style sheet.
const STYLE: &str =
    concat!(include_str!("style.css"), include_str!("../review/review.css"), include_str!("../review/pages.css"));

/// All routes.
pub fn table() -> Vec<ConsoleRoute> {
    let own = vec![
        ConsoleRoute::get("/console/style.css", Access::Public, style),
        ConsoleRoute::get("/console/", Role::Viewer, home),
    ];
    [
        own,
        sign_in::routes(),
        oidc::pages::routes(),
        set_up::routes(),
        profile::routes(),
        sessions::routes(),
        statistics::routes(),
        accounts::routes(),
        operators::routes(),
        audit_log::routes(),
    ]
    .concat()
}

/// The console as a router.
pub fn router(console: &Console) -> Router {
    let mut router = Router::new();
    for ConsoleRoute { path, access, handler, .. } in table() {
        let checks = Guard { console: console.clone(), access, path };
        router = router.route(path, handler.route_layer(from_fn_with_state(checks, guard)));
    }
    let hsts = console.app.config.hsts_seconds;
    router
        .route("/", axum::routing::get(async || Redirect::to("/console/")))
        .route("/console", axum::routing::get(async || Redirect::to("/console/")))
        .fallback(async || ConsoleError::NotFound)
        .layer(CatchPanicLayer::custom(handle_panic))
        .layer(from_fn(move |request: Request, next: Next| add_headers(hsts, request, next)))
        .layer(from_fn_with_state(console.app.clone(), identify))
        .with_state(console.clone())
}

/// Gives the request its id, in the log and in the answer.
async fn identify(State(app): State<App>, request: Request, next: Next) -> Response {
    let request_id = request_id::of(request.headers(), &random_hex(&app.entropy, 8));
    let span = tracing::info_span!("console_request", request_id, method = %request.method());
    let mut response = next.run(request).instrument(span).await;
    request_id::add(response.headers_mut(), &request_id);
    response
}

/// Leads to where the operator's work begins. Administrators begin with the accounts, which are not personal data: the
/// list of sessions is, and every view of it is recorded.
async fn home(operator: Operator) -> Redirect {
    Redirect::to(if operator.role() >= Role::Administrator { "/console/accounts" } else { "/console/sessions" })
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

fn handle_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("");
    tracing::error!(panic = message, "a handler of the console panicked");
    ConsoleError::Internal.into_response()
}

async fn add_headers(hsts_seconds: u32, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    // Not `no-referrer`, with which browsers send forms with the origin `null`.
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    set(header::CACHE_CONTROL, "no-store");
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    if hsts_seconds > 0 {
        let value = format!("max-age={hsts_seconds}; includeSubDomains");
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
        }
    }
    response
}
