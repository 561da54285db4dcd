//! Get Token: creates a session.

use std::fmt::Display;

use axum::extract::State;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::level::Level;
use nearfar_protocol::origin::Origin;
use nearfar_protocol::public::{GetTokenRequest, SessionCreated, paths};
use nearfar_protocol::return_url::{AppScheme, return_url};
use nearfar_protocol::sandbox::SandboxResults;
use nearfar_protocol::status::{self, Status};
use nearfar_store::{Account, AccountSettings, Conflict, Error as StoreError, NewSession, Session};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::api::auth::AccountAuth;
use crate::api::json_body::JsonBody;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;
use crate::state::tokens::PageClaims;

const MAX_URL: usize = 2048;
/// Maximum length of a `userId`, in characters.
pub const MAX_USER_ID: usize = 256;
/// Attempts to draw an unused id. A second one is already extremely unlikely.
const MAX_DRAWS: usize = 3;

/// Creates a session and returns the URL of its page.
#[utoipa::path(
    post, path = paths::TOKEN, tag = "Public APIs", security(("access_token" = [])),
    request_body = GetTokenRequest,
    responses((status = 200, description = "SUCCESS, REGION_WRONG, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, \
        RETRY_LATER, ERROR", body = Envelope<SessionCreated>))
)]
pub async fn get_token(State(app): State<App>, AccountAuth(account): AccountAuth, body: JsonBody) -> ApiResult {
    let params = body.params()?;
    let schemes = &account.settings.allowed_return_schemes;
    let success_url = parse_return_url(&params.required("returnUrl")?, schemes, status::RETURN_URL)?;
    let failed_return_url = match params.optional("failedReturnUrl")? {
        None => None,
        Some(text) => Some(parse_return_url(&text, schemes, status::FAILED_RETURN_URL)?),
    };
    let region = region(params.required("region")?)?;
    let try_count = params.optional("tryCount")?.map_or(Ok(1), |text| try_count(&text))?;
    let product_level = params.optional("productLevel")?;
    if product_level.as_deref().is_some_and(|level| Level::from_code(level).is_none()) {
        return Err(ApiError::with_extra(status::PARAMETER_ERROR, "productLevel should be STANDARD or PRO"));
    }
    let user_id = params.optional("userId")?;
    if user_id.as_ref().is_some_and(|id| id.chars().count() > MAX_USER_ID) {
        return Err(ApiError::with_extra(status::PARAMETER_ERROR, "userId should have at most 256 characters"));
    }
    let urls: Vec<&Url> = std::iter::once(&success_url).chain(&failed_return_url).collect();
    let sandbox = sandbox_results(&account, params.value("sandbox"))?;
    check_allowed(&account.settings, &region, &urls)?;

    let now = app.now();
    let new = NewSession {
        id: String::new(),
        account_id: account.id.clone(),
        token_epoch: account.token_epoch,
        region: Some(region),
        user_id,
        sandbox,
        iframe: urls.iter().any(|url| wants_iframe(url)),
        return_url: success_url.into(),
        failed_return_url: failed_return_url.map(Into::into),
        try_count: Some(try_count),
        product_level,
        expires_at: now + i64::from(app.config.session_seconds) * 1000,
        purge_at: now + i64::from(account.settings.retention_hours) * 3_600_000,
    };
    let session = create(&app, new, now).await?;
    let url = page_url(&app, &session, now)?;
    ApiResponse::data(&SessionCreated { signature_id: session.id, url })
}

async fn create(app: &App, new: NewSession, now: i64) -> Result<Session, ApiError> {
    for _ in 1..MAX_DRAWS {
        let drawn = NewSession { id: app.new_id(), ..new.clone() };
        match app.store.create_session(drawn, now).await {
            Err(StoreError::Conflict(Conflict::IdTaken)) => {}
            other => return Ok(other?),
        }
    }
    Ok(app.store.create_session(NewSession { id: app.new_id(), ..new }, now).await?)
}

fn page_url(app: &App, session: &Session, now: i64) -> Result<String, ApiError> {
    let page = PageClaims::for_first_device(session, &app.config);
    app.tokens.session_url(&app.config, &page, now).map_err(|error| ApiError::internal(&error))
}

fn parse_return_url(text: &str, schemes: &[AppScheme], wrong: Status) -> Result<Url, ApiError> {
    return_url(text, schemes).filter(|_| text.len() <= MAX_URL).ok_or_else(|| ApiError::new(wrong))
}

fn region(text: String) -> Result<String, ApiError> {
    let known = rust_iso3166::from_alpha3(&text).is_some_and(|country| country.alpha3 == text);
    if known { Ok(text) } else { Err(ApiError::new(status::REGION_WRONG)) }
}

fn try_count(text: &str) -> Result<u32, ApiError> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| ApiError::new(status::TRY_COUNT))
}

/// The results that the integrator's test chose, serialised; `None` outside sandbox accounts.
fn sandbox_results(account: &Account, chosen: Option<&Value>) -> Result<Option<String>, ApiError> {
    let refused = |reason: &dyn Display| ApiError::with_extra(status::PARAMETER_ERROR, reason.to_string());
    let results = match chosen {
        Some(_) if !account.sandbox => return Err(refused(&"sandbox is accepted only from sandbox accounts")),
        Some(chosen) => SandboxResults::parse(chosen).map_err(|error| refused(&error))?,
        None if account.sandbox => SandboxResults::default(),
        None => return Ok(None),
    };
    serde_json::to_string(&results).map(Some).map_err(|error| ApiError::internal(&error))
}

fn wants_iframe(url: &Url) -> bool {
    // A router in the fragment has a query of its own.
    let routed = url.fragment().and_then(|fragment| fragment.split_once('?')).map_or("", |(_, query)| query);
    let mut pairs = url.query_pairs().chain(form_urlencoded::parse(routed.as_bytes()));
    pairs.any(|(name, value)| name == "isLivenessIframe" && value == "true")
}

fn check_allowed(settings: &AccountSettings, region: &String, urls: &[&Url]) -> Result<(), ApiError> {
    if !settings.regions.is_empty() && !settings.regions.contains(region) {
        return Err(ApiError::new(status::IAM_COUNTRY));
    }
    let allowed = &settings.allowed_return_origins;
    // An app has a scheme that the account lists, and no origin.
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https");
    let foreign = |url: &&Url| is_web(url) && !Origin::of(url).is_some_and(|origin| allowed.contains(&origin));
    if !allowed.is_empty() && urls.iter().any(foreign) {
        return Err(ApiError::new(status::IAM_DOMAIN));
    }
    Ok(())
}
