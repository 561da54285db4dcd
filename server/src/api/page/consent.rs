//! Consent before a capture in a study.

use axum::extract::State;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::status;
use nearfar_protocol::study::{ConsentAnswer, ConsentView};
use nearfar_store::{StudySession, is_study};

use crate::api::auth::PageAuth;
use crate::api::json_body::JsonBody;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;

/// Stores the person's answer to the consent text of a study. Nothing is captured before they agree. Declining, also
/// after agreeing, ends the session.
#[utoipa::path(
    post, path = "/h5/api/v1/consent", operation_id = "answer_consent", tag = "Page", security(("session_token" = [])),
    request_body = ConsentAnswer,
    responses((status = 200, description = "SUCCESS, CONSENT_NOT_ASKED, STUDY_DISABLED, SESSION_EXPIRED, \
        SESSION_FINISHED, HANDOFF_NOT_CONFIRMED, HANDOFF_VOIDED, HANDOFF_TAKEN, PARAMETER_ERROR, IAM_FAILED, \
        SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<ConsentView>))
)]
pub async fn answer(State(app): State<App>, auth: PageAuth, body: JsonBody) -> ApiResult {
    auth.check_confirmed(&app).await?;
    let ConsentAnswer { version, agrees } = body.read()?;
    if app.config.study.is_none() {
        return Err(ApiError::new(status::STUDY_DISABLED));
    }
    let id = &auth.session.id;
    if !is_study(id) {
        return Err(ApiError::new(status::CONSENT_NOT_ASKED));
    }
    let asked = app.store.study_session(id).await?;
    if asked.consent_version != version {
        return Err(ApiError::with_extra(status::CONSENT_NOT_ASKED, format!("it asks for {}", asked.consent_version)));
    }
    let answered = app.store.answer_consent(id, agrees, app.now()).await?;
    app.notify_change(id);
    tracing::info!(signature_id = id, agrees, "consent was answered");
    ApiResponse::data(&consent_view(&app, answered).await?)
}

/// The consent view of a study session; `None` for other sessions.
pub async fn view(app: &App, session_id: &str) -> Result<Option<ConsentView>, ApiError> {
    if !is_study(session_id) {
        return Ok(None);
    }
    Ok(Some(consent_view(app, app.store.study_session(session_id).await?).await?))
}

async fn consent_view(app: &App, session: StudySession) -> Result<ConsentView, ApiError> {
    Ok(ConsentView {
        state: session.consent(),
        text: app.store.consent_text(&session.consent_version).await?,
        person: session.consenting_person().to_string(),
        version: session.consent_version,
    })
}
