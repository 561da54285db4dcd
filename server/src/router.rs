//! All routes, and the layer that renders responses and logs requests.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use tracing::Instrument;

use crate::api::integrator;
use crate::api::page;
use crate::clock::random_hex;
use crate::response::{PendingResponse, SandboxMark, unhandled};
use crate::runtime::connections::reject_overloaded;
use crate::runtime::{request_id, traces};
use crate::state::App;
use crate::web::api_docs;
use crate::web::content_security;
use crate::web::health;
use crate::web::site;

/// The service as a router.
pub fn router(app: App) -> Router {
    let documents = if app.config.documents { api_docs::router() } else { Router::new() };
    let overload = from_fn(reject_overloaded);
    Router::new()
        .merge(Router::from(integrator::routes()))
        .merge(Router::from(health::routes()))
        .merge(documents)
        .fallback(site::serve)
        .layer(overload.clone())
        .merge(page::router(&app).layer(overload).layer(cors(&app)))
        .layer(CatchPanicLayer::custom(handle_panic))
        .layer(from_fn_with_state(app.clone(), render_and_log))
        .with_state(app)
}

fn cors(app: &App) -> CorsLayer {
    let origins = app.config.cors_origins().filter_map(|origin| HeaderValue::from_str(origin.ok()?.as_str()).ok());
    let origins: Vec<HeaderValue> = origins.collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        // `Retry-After` refers to the date.
        .expose_headers([header::RETRY_AFTER, header::DATE])
}

fn handle_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("");
    tracing::error!(panic = message, "a handler panicked");
    let mut response = Response::default();
    *response.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

async fn render_and_log(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let transaction_id = random_hex(&app.entropy, 8);
    let request_id = request_id::of(request.headers(), &transaction_id);
    let started = app.clock.monotonic();
    let method = request.method().clone();
    // The route, never the URL, which contains tokens and ids.
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let sandbox = SandboxMark::default();
    request.extensions_mut().insert(sandbox.clone());
    let plain = route.starts_with("/health");
    let span = tracing::info_span!("request", transaction_id, request_id, %method, route);
    traces::continue_trace(&span, request.headers());
    async {
        let mut response = next.run(request).await;
        let pending =
            response.extensions_mut().remove::<PendingResponse>().map(|pending| Arc::unwrap_or_clone(pending.0));
        let failed = response.status().is_client_error() || response.status().is_server_error();
        let reply = pending.or_else(|| (failed && !plain).then(|| unhandled(response.status())));
        let mut code = "";
        if let Some(mut reply) = reply {
            if sandbox.is_set() {
                reply.mark_sandbox();
            }
            code = reply.status.code;
            let rendered = reply.render(transaction_id);
            // Keeps headers set by other layers: allowed methods and CORS.
            let mut headers: HeaderMap = std::mem::take(response.headers_mut());
            headers.remove(header::CONTENT_LENGTH);
            headers.remove(header::CONTENT_TYPE);
            headers.extend(rendered.headers().clone());
            response = rendered;
            *response.headers_mut() = headers;
        }
        add_headers(&app, response.headers_mut());
        request_id::add(response.headers_mut(), &request_id);
        let duration = app.clock.monotonic().saturating_sub(started);
        let status = response.status().as_u16();
        let seconds = duration.as_secs_f64();
        let duration = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        if route == "other" || plain {
            tracing::debug!(status, code, duration, "answered");
        } else {
            tracing::info!(status, code, duration, "answered");
        }
        let labels =
            [("method", method_label(&method).to_owned()), ("route", route.clone()), ("code", code.to_owned())];
        metrics::counter!("nearfar_requests_total", &labels).increment(1);
        metrics::histogram!("nearfar_request_seconds", "route" => route.clone()).record(seconds);
        response
    }
    .instrument(span)
    .await
}

/// The method as a metric label. Clients can invent others, and each would become a permanent series.
fn method_label(method: &Method) -> &str {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH];
    if known.contains(method) { method.as_str() } else { "other" }
}

fn add_headers(app: &App, headers: &mut HeaderMap) {
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // Defaults for headers that the handler did not set. Responses and redirect URLs contain tokens.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(content_security::NOTHING);
    headers.entry(content_security::RESOURCE_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if app.config.hsts_seconds > 0 {
        let value = format!("max-age={}; includeSubDomains", app.config.hsts_seconds);
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_methods_share_one_metric_series() {
        let invented = Method::from_bytes(b"STRANGER").unwrap();
        assert_eq!(method_label(&invented), "other");
        assert_eq!(method_label(&Method::PUT), "PUT");
    }
}
