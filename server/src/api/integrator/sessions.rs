//! The sessions API: searches an account's sessions, and describes one. An addition to the contract.

use axum::extract::State;
use nearfar_protocol::device_class::{BrowserFamily, DeviceType, OsFamily};
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::level::Level;
use nearfar_protocol::public::{Params, SignatureRequest};
use nearfar_protocol::result::{CameraType, Decision};
use nearfar_protocol::sessions::{
    DEFAULT_PAGE, LifecycleState, MAX_PAGE, SessionDetails, SessionPage, SessionSearchRequest, paths,
};
use nearfar_protocol::status;
use nearfar_store::{Error as StoreError, Review, SessionFilter};

use super::get_token::MAX_USER_ID;
use crate::api::auth::AccountAuth;
use crate::api::json_body::JsonBody;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::{App, is_valid_id};
use crate::stored::session_summary::{attempt_summary, session_summary};

/// The parameters of a search. Others are refused: a mistyped filter would find everything.
const PARAMETERS: [&str; 12] = [
    "createdFrom",
    "createdBefore",
    "userId",
    "state",
    "verdict",
    "os",
    "browser",
    "deviceType",
    "cameraType",
    "productLevel",
    "limit",
    "cursor",
];

/// A page of the account's sessions that match all given fields, newest first.
#[utoipa::path(
    post, path = paths::SEARCH, tag = "Sessions", operation_id = "search_sessions", security(("access_token" = [])),
    request_body = SessionSearchRequest,
    responses((status = 200, description = "SUCCESS, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR",
        body = Envelope<SessionPage>))
)]
pub async fn search(State(app): State<App>, AccountAuth(account): AccountAuth, body: JsonBody) -> ApiResult {
    let params = body.params()?;
    let filter = SessionFilter { account_id: Some(account.id), ..filter(&params)? };
    let limit = match params.optional("limit")? {
        None => DEFAULT_PAGE,
        Some(text) => {
            let limit = text.parse().ok().filter(|limit| (1..=MAX_PAGE).contains(limit));
            limit.ok_or_else(|| wrong(&format!("limit should be 1 to {MAX_PAGE}")))?
        }
    };
    let after = params.optional("cursor")?.map(|text| text.parse()).transpose()?;
    let now = app.now();
    let found = app.store.search_sessions(&filter, limit, after.as_ref(), now).await?;
    ApiResponse::data(&SessionPage {
        sessions: found.sessions.into_iter().map(|session| session_summary(session, now)).collect(),
        next_cursor: found.next.map(|cursor| cursor.to_string()),
    })
}

/// One of the account's sessions with its attempts.
#[utoipa::path(
    post, path = paths::GET, tag = "Sessions", operation_id = "get_session", security(("access_token" = [])),
    request_body = SignatureRequest,
    responses((status = 200, description = "SUCCESS, SIGNATURE_NOT_EXIST, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, \
        RETRY_LATER, ERROR", body = Envelope<SessionDetails>))
)]
pub async fn get(State(app): State<App>, AccountAuth(account): AccountAuth, body: JsonBody) -> ApiResult {
    let signature_id = body.params()?.required("signatureId")?;
    if !is_valid_id(&signature_id) {
        return Err(ApiError::new(status::SIGNATURE_NOT_EXIST));
    }
    let found = app.store.found_session(&account.id, &signature_id).await.map_err(|error| match error {
        StoreError::NotFound(_) => ApiError::new(status::SIGNATURE_NOT_EXIST),
        other => other.into(),
    })?;
    let attempts = app.store.attempts(&signature_id).await?;
    ApiResponse::data(&SessionDetails {
        session: session_summary(found, app.now()),
        attempts: attempts.into_iter().map(attempt_summary).collect(),
        review: app.store.reviews(&signature_id).await?.pop().map(Review::into_view),
    })
}

fn filter(params: &Params) -> Result<SessionFilter, ApiError> {
    if let Some(unknown) = params.unknown(&PARAMETERS) {
        let unknown: String = unknown.chars().take(100).collect();
        return Err(wrong(&format!("{unknown} is not a parameter; {} are", PARAMETERS.join(", "))));
    }
    let filter = SessionFilter {
        created_from: time(params, "createdFrom")?,
        created_before: time(params, "createdBefore")?,
        user_id: params.optional("userId")?,
        state: choice(params, "state", &LifecycleState::ALL, LifecycleState::code)?,
        verdict: choice(params, "verdict", &Decision::ALL, Decision::code)?,
        os: choice(params, "os", OsFamily::ALL, OsFamily::code)?,
        browser: choice(params, "browser", BrowserFamily::ALL, BrowserFamily::code)?,
        device_type: choice(params, "deviceType", DeviceType::ALL, DeviceType::code)?,
        camera_type: choice(params, "cameraType", &CameraType::ALL, CameraType::code)?,
        product_level: choice(params, "productLevel", &Level::ALL, Level::code)?,
        ..SessionFilter::default()
    };
    if filter.user_id.as_ref().is_some_and(|id| id.chars().count() > MAX_USER_ID) {
        return Err(wrong(&format!("userId should have at most {MAX_USER_ID} characters")));
    }
    if filter.created_from.zip(filter.created_before).is_some_and(|(from, before)| from >= before) {
        return Err(wrong("createdBefore should be later than createdFrom"));
    }
    Ok(filter)
}

/// A parameter of a fixed list of names.
fn choice<T: Copy>(
    params: &Params,
    name: &'static str,
    all: &[T],
    code: impl Fn(T) -> &'static str,
) -> Result<Option<T>, ApiError> {
    let Some(text) = params.optional(name)? else { return Ok(None) };
    let chosen = all.iter().copied().find(|choice| code(*choice) == text);
    let names = || all.iter().map(|choice| code(*choice)).collect::<Vec<_>>().join(", ");
    chosen.map(Some).ok_or_else(|| wrong(&format!("{name} should be one of {}", names())))
}

fn time(params: &Params, name: &'static str) -> Result<Option<i64>, ApiError> {
    let time = params.optional(name)?.map(|text| text.parse().ok().filter(|time| *time >= 0));
    time.map(|time| time.ok_or_else(|| wrong(&format!("{name} should be a Unix time in ms")))).transpose()
}

fn wrong(reason: &str) -> ApiError {
    ApiError::with_extra(status::PARAMETER_ERROR, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_parameters_are_those_of_the_documented_request() {
        let request = serde_json::to_value(SessionSearchRequest::default()).expect("JSON");
        let documented: BTreeSet<&str> = request.as_object().expect("fields").keys().map(String::as_str).collect();
        assert_eq!(documented, PARAMETERS.into_iter().collect());
    }
}
