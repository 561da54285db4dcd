//! ConfigureUI.

use axum::extract::State;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::public::paths;
use nearfar_protocol::status;
use nearfar_protocol::ui::{UiConfig, UiError};
use serde_json::Value;

use crate::api::auth::AccountAuth;
use crate::api::json_body::JsonBody;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;

/// Sets appearance and texts of the page in one language, for new and open sessions.
#[utoipa::path(
    post, path = paths::CONFIGURE_UI, tag = "Public APIs", security(("access_token" = [])),
    request_body = Object,
    responses((status = 200, description = "SUCCESS, PARAMETER_ERROR, EMPTY_PARAMETER_ERROR, IAM_FAILED, \
        SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<Value>))
)]
pub async fn configure_ui(
    State(app): State<App>,
    AccountAuth(account): AccountAuth,
    JsonBody(body): JsonBody,
) -> ApiResult {
    let (locale, config) = UiConfig::parse(&body).map_err(refuse)?;
    let values = Value::Object(config.values).to_string();
    app.store.put_ui(&account.id, locale.code(), &values, app.now()).await?;
    let mut reply = ApiResponse::ok();
    if !config.unknown.is_empty() {
        let names: Vec<String> = config.unknown.iter().take(20).map(|name| name.chars().take(100).collect()).collect();
        reply.extra = Some(format!("Ignored, not known: {}", names.join(", ")));
    }
    Ok(reply)
}

fn refuse(error: UiError) -> ApiError {
    match error {
        UiError::NotAnObject => ApiError::with_extra(status::BAD_REQUEST, error.to_string()),
        UiError::NoLocale => ApiError::new(status::EMPTY_PARAMETER_ERROR),
        UiError::UnknownLocale => ApiError::with_extra(status::PARAMETER_ERROR, error.to_string()),
        UiError::Field { message, name, path } => {
            let extra = name.map_or_else(|| path.clone(), |name| format!("{name} {path}"));
            ApiError::with_message(status::PARAMETER_ERROR, message, extra)
        }
    }
}
