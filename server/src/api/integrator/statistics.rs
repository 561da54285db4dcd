//! The statistics API: an account's funnel, verdicts, times and devices by day. An addition to the contract.

use axum::extract::State;
use jiff::civil::Date;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::statistics::{PATH, StatisticsReport, StatisticsRequest};
use nearfar_protocol::status;
use nearfar_store::{SessionKind, StatisticsQuery};

use crate::api::auth::AccountAuth;
use crate::api::json_body::JsonBody;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;

/// Statistics of the account's sessions, by the day (UTC) of their creation.
#[utoipa::path(
    post, path = PATH, tag = "Sessions", security(("access_token" = [])),
    request_body = StatisticsRequest,
    responses((status = 200, description = "SUCCESS, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR",
        body = Envelope<StatisticsReport>))
)]
pub async fn statistics(State(app): State<App>, AccountAuth(account): AccountAuth, body: JsonBody) -> ApiResult {
    let params = body.params()?;
    let from = day("from", &params.required("from")?)?;
    let to = params.optional("to")?.map_or(Ok(from), |text| day("to", &text))?;
    let kind = SessionKind::of_account(&account);
    let query = StatisticsQuery { account_id: Some(account.id), kind, from, to };
    ApiResponse::data(&app.store.statistics(&query).await?)
}

fn day(name: &str, text: &str) -> Result<Date, ApiError> {
    // Without the further forms that jiff accepts.
    let day: Option<Date> = text.parse().ok().filter(|day: &Date| day.to_string() == text);
    day.ok_or_else(|| {
        ApiError::with_extra(status::PARAMETER_ERROR, format!("{name} should be a date such as 2026-03-31"))
    })
}
