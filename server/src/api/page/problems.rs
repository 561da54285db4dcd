//! Problem reports from the page, for operators.

use axum::extract::State;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::problem::Problem;
use nearfar_protocol::status;
use nearfar_store::is_study;
use serde_json::{Value, json};

use crate::api::auth::PageAuth;
use crate::api::json_body::JsonBody;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;

/// Stores a report with its session and counts it.
#[utoipa::path(
    post, path = "/h5/api/v1/problems", operation_id = "report_problem",
    tag = "Page", security(("session_token" = [])), request_body = Problem,
    responses((status = 200, description = "SUCCESS, PARAMETER_ERROR, SESSION_EXPIRED, IAM_FAILED, SERVICE_BUSY, \
        RETRY_LATER, ERROR", body = Envelope<Value>))
)]
pub async fn report(State(app): State<App>, auth: PageAuth, body: JsonBody) -> ApiResult {
    let problem: Problem = body.read()?;
    if !problem.is_valid() {
        let reason = "code should be snake_case, at most 64 characters; texts at most 500";
        return Err(ApiError::with_extra(status::PARAMETER_ERROR, reason));
    }
    let kind = problem.kind();
    // Neither a study nor a test is counted with customers.
    let is_customer = !is_study(&auth.session.id) && auth.session.sandbox.is_none();
    if let (Some(instruction), true, true) = (kind.instruction, kind.is_drop_off(), is_customer) {
        metrics::counter!("nearfar_captures_given_up_total", "how" => kind.code, "instruction" => instruction)
            .increment(1);
    }
    tracing::info!(signature_id = auth.session.id, problem = problem.code, "the page reported a problem");
    let body = json!({ "device": auth.token.device, "problem": problem }).to_string();
    app.store.report_problem(&auth.session.id, &app.new_id(), &body, kind, app.now()).await?;
    Ok(ApiResponse::ok())
}
