//! Problems that the page met, for those who run the service.

use axum::extract::State;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::page::Problem;
use nearfar_protocol::status;
use serde_json::{Value, json};

use crate::app::App;
use crate::auth::Visitor;
use crate::body::JsonBody;
use crate::reply::{Answer, Failure, Reply};

/// Keeps a report with the session and counts it.
#[utoipa::path(
    post, path = "/h5/api/v1/problems", operation_id = "report_problem",
    tag = "Page", security(("session_token" = [])), request_body = Problem,
    responses((status = 200, description = "SUCCESS, PARAMETER_ERROR, SESSION_EXPIRED, IAM_FAILED, SERVICE_BUSY, \
        RETRY_LATER, ERROR", body = Envelope<Value>))
)]
pub async fn report(State(app): State<App>, visitor: Visitor, body: JsonBody) -> Answer {
    let problem: Problem = body.read()?;
    if !problem.is_sound() {
        let why = "code should be snake_case, at most 64 characters; texts at most 500";
        return Err(Failure::with_extra(status::PARAMETER_ERROR, why));
    }
    tracing::info!(signature_id = visitor.session.id, problem = problem.code, "the page met a problem");
    let body = json!({ "device": visitor.token.device, "problem": problem }).to_string();
    app.store.report_problem(&visitor.session.id, &app.fresh_id(), &body, app.now()).await?;
    Ok(Reply::ok())
}
