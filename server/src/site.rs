//! The page's files, with a policy that lets only the session's integrator frame them.

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use nearfar_protocol::origin::{Origin, web_url};
use nearfar_protocol::ui::UiConfig;
use nearfar_store::Account;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::app::{App, is_id};
use crate::policy;

const PREFIX: &str = "/h5";

/// A file of the page, at `/` or below `/h5/`.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let uri = request.uri().clone();
    if uri.path() == PREFIX {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("{PREFIX}/{query}")).into_response();
    }
    let (mut parts, body) = request.into_parts();
    let path = uri.path().strip_prefix(PREFIX).filter(|rest| rest.starts_with('/')).unwrap_or(uri.path());
    let Ok(inner) = path.parse::<Uri>() else { return StatusCode::NOT_FOUND.into_response() };
    parts.uri = inner;
    // The build has put compressed copies beside the files.
    let files = ServeDir::new(&app.config.page_dir).precompressed_br().precompressed_gzip();
    let mut response = match files.oneshot(Request::from_parts(parts, body)).await {
        Ok(response) => response.map(axum::body::Body::new),
        Err(never) => match never {},
    };
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        set_headers(&app, &uri, &mut response).await;
    }
    response
}

async fn set_headers(app: &App, uri: &Uri, response: &mut Response) {
    // "Not modified" does not say of what, and a browser puts its headers in the place of those that it has kept.
    let html = match response.headers().get(header::CONTENT_TYPE) {
        Some(kind) => kind.as_bytes().starts_with(b"text/html"),
        None => response.status() == StatusCode::NOT_MODIFIED,
    };
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
    set(header::CONTENT_SECURITY_POLICY, &policy::page(&ancestors, &images));
    let kept = if is_hashed(uri.path()) { "public, max-age=31536000, immutable" } else { "no-cache" };
    set(header::CACHE_CONTROL, kept);
    // Of "not modified" too: whether it is depends on which of the copies is asked for.
    set(header::VARY, "accept-encoding");
    set(HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(), geolocation=()");
}

/// The account of the session that the page's URL names: by its token, by the session's id, which takes the token's
/// place once the page is open, or by the id of a cross-device link. An id is no proof of anything, and needs to be
/// none: what it tells is which origins the account has chosen.
async fn account_of(app: &App, uri: &Uri) -> Option<Account> {
    let query = uri.query()?.as_bytes();
    let of = |wanted: &str| url::form_urlencoded::parse(query).find(|(name, _)| name == wanted).map(|(_, value)| value);
    let session_id = match of("token") {
        Some(token) => app.tokens.read_page(&token, app.now())?.sub,
        None => match of("session") {
            Some(id) => is_id(&id).then(|| id.into_owned())?,
            None => app.store.hand_off(&of("link").filter(|id| is_id(id))?).await.ok()?.session_id,
        },
    };
    let session = app.store.session(&session_id).await.ok()?;
    app.store.account(&session.account_id).await.ok()
}

/// Where the pictures of the account's user-interface configurations lie.
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
                None => tracing::warn!(account = account.id, locale, field, "a stored link is ignored: set it anew"),
            }
        }
    }
    origins
}

/// Whether the name bears a hash of the content, as the build makes them: `page.0123abcd.js`.
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
    fn only_hashed_names_are_kept_for_ever() {
        assert!(is_hashed("/h5/page.0123abcd.js"));
        assert!(!is_hashed("/h5/index.html"));
        assert!(!is_hashed("/0123abcd.js"));
    }
}
