//! Serves the page's files, with a policy that lets only the session's integrator frame the page.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::Path;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use nearfar_protocol::origin::{Origin, web_url};
use nearfar_protocol::ui::UiConfig;
use nearfar_store::Account;
use tower_http::services::ServeDir;

use crate::config::Config;
use crate::response::{ApiError, PendingResponse};
use crate::state::{App, is_valid_id};
use crate::web::content_security;
use crate::web::content_security::RESOURCE_POLICY;
use crate::web::docs_path;

const PREFIX: &str = "/h5";

/// The query parameters that name a session. Without any, the page is the demo.
const SESSION: [&str; 3] = ["token", "session", "link"];
/// The page itself.
const INDEX: &str = "index.html";
const EMBEDDER_POLICY: HeaderName = HeaderName::from_static("cross-origin-embedder-policy");

/// A file of the page, at `/` or below `/h5/`.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    let not_found = || StatusCode::NOT_FOUND.into_response();
    let uri = request.uri().clone();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return not_found();
    }
    if uri.path() == PREFIX {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("{PREFIX}/{query}")).into_response();
    }
    let below = uri.path().strip_prefix(PREFIX).filter(|rest| rest.starts_with('/'));
    if below.is_none() && !app.config.demo {
        return not_found();
    }
    let Ok(inner) = below.unwrap_or(uri.path()).parse::<Uri>() else { return not_found() };
    let (mut parts, body) = request.into_parts();
    parts.uri = inner;
    let no_page = !app.config.demo && !names_session(&uri);
    if no_page {
        // "Not modified" would show a cached demo.
        parts.headers.remove(header::IF_NONE_MATCH);
        parts.headers.remove(header::IF_MODIFIED_SINCE);
    }
    if docs_path::is_docs_path(parts.uri.path()) {
        return not_found();
    }
    let mut response = file(&app.config.page_dir, Request::from_parts(parts, body)).await;
    if no_page && is_html(&response) == Some(true) {
        return not_found();
    }
    if response.extensions().get::<PendingResponse>().is_some() {
        // A file system error: answered by the service, not by a file of the page.
        return response;
    }
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        set_headers(&app, &uri, &mut response).await;
    }
    response
}

/// A file of a folder, by the request's path.
pub async fn file(folder: &Path, request: Request) -> Response {
    // Never redirects to a folder: after `//` its name would be a host in `Location`.
    let files = ServeDir::new(folder).redirect_to_trailing_slash(false);
    // The build writes compressed copies next to the files.
    let mut files = files.precompressed_br().precompressed_gzip();
    match files.try_call(request).await {
        Ok(response) => response.map(axum::body::Body::new),
        Err(error) if is_not_found(&error) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => ApiError::internal(&error).into_response(),
    }
}

/// Whether the file cannot exist or does not exist. Other errors are the machine's.
fn is_not_found(error: &io::Error) -> bool {
    use ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound, PermissionDenied};
    matches!(error.kind(), NotFound | PermissionDenied | NotADirectory | InvalidFilename | InvalidInput)
}

/// Whether the page's folder contains a page.
pub async fn has_page(config: &Config) -> bool {
    tokio::fs::metadata(config.page_dir.join(INDEX)).await.is_ok_and(|found| found.is_file())
}

/// Whether the URL names a session.
fn names_session(uri: &Uri) -> bool {
    let mut query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    query.any(|(name, _)| SESSION.contains(&&*name))
}

/// Whether this is HTML; `None` for "not modified", which does not say.
fn is_html(response: &Response) -> Option<bool> {
    let kind = response.headers().get(header::CONTENT_TYPE);
    match kind {
        None if response.status() == StatusCode::NOT_MODIFIED => None,
        kind => Some(kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))),
    }
}

async fn set_headers(app: &App, uri: &Uri, response: &mut Response) {
    // Browsers replace cached headers with those of "not modified", so it carries the page's headers.
    let html = is_html(response).unwrap_or(true);
    let account = if html { account_of(app, uri).await } else { None };
    let images = match &account {
        Some(account) => image_origins(app, account).await,
        None => BTreeSet::new(),
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let ancestors = account.map(|account| account.settings.frame_ancestors).unwrap_or_default();
    set(header::CONTENT_SECURITY_POLICY, &content_security::page(&ancestors, &images));
    // A page that isolates itself (COEP) can frame only pages that do so too and permit being framed. The page's own
    // pictures comply; an integrator's hosts may not.
    set(EMBEDDER_POLICY, if images.is_empty() { "require-corp" } else { "credentialless" });
    set(RESOURCE_POLICY, "cross-origin");
    let cache_control = if is_hashed(uri.path()) { "public, max-age=31536000, immutable" } else { "no-cache" };
    set(header::CACHE_CONTROL, cache_control);
    // "Not modified" also depends on the requested encoding.
    set(header::VARY, "accept-encoding");
    set(HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(), geolocation=()");
}

/// The account of the session in the page's URL: by token, by session id (which replaces the token once the page is
/// open), or by the id of a cross-device link. An id proves nothing, and need not: it only selects the origins that the
/// account has configured.
async fn account_of(app: &App, uri: &Uri) -> Option<Account> {
    let query = uri.query()?.as_bytes();
    let of = |wanted: &str| url::form_urlencoded::parse(query).find(|(name, _)| name == wanted).map(|(_, value)| value);
    let session_id = match of("token") {
        Some(token) => app.tokens.verify_page(&token, app.now())?.sub,
        None => match of("session") {
            Some(id) => is_valid_id(&id).then(|| id.into_owned())?,
            None => app.store.handoff(&of("link").filter(|id| is_valid_id(id))?).await.ok()?.session_id,
        },
    };
    let session = app.store.session(&session_id).await.ok()?;
    app.store.account(&session.account_id).await.ok()
}

/// The image origins of the account's UI configurations.
async fn image_origins(app: &App, account: &Account) -> BTreeSet<Origin> {
    let mut origins = BTreeSet::new();
    for locale in app.store.ui_locales(&account.id).await.unwrap_or_default() {
        let Ok(Some(text)) = app.store.ui(&account.id, &locale).await else { continue };
        let values = serde_json::from_str(&text).unwrap_or_default();
        for (field, link) in UiConfig::links(&values) {
            match web_url(link).and_then(|url| Origin::of(&url)) {
                Some(origin) => {
                    origins.insert(origin);
                }
                // Only an older version stored such a link.
                None => tracing::warn!(
                    account = account.id,
                    locale,
                    field,
                    "a stored link is invalid and ignored: set it again"
                ),
            }
        }
    }
    origins
}

/// Whether the name contains a content hash, as the build adds them: `page.0123abcd.js`.
fn is_hashed(path: &str) -> bool {
    let mut parts = path.rsplit('.');
    let (_, hash) = (parts.next(), parts.next());
    hash.is_some_and(|hash| hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
        && parts.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_immutable() {
        assert!(is_hashed("/h5/page.0123abcd.js"));
        assert!(!is_hashed("/h5/index.html"));
        assert!(!is_hashed("/0123abcd.js"));
    }
}
