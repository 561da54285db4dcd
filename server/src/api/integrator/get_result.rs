//! Get Result.

use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::manifest::{FAR, NEAR, VIDEO};
use nearfar_protocol::public::{SignatureRequest, paths};
use nearfar_protocol::result::{AttackType, CameraType, Decision, ResultCode, ResultData};
use nearfar_protocol::status;
use nearfar_scoring::CheckOutcome;
use nearfar_store::{Account, Attempt, AttemptOutcome, Error as StoreError, FileEntry, Session, SessionState};

use super::audit_images;
use super::scored_attempt::{erased_meanwhile, scored_attempt};
use crate::api::auth::AccountAuth;
use crate::api::json_body::JsonBody;
use crate::config::upload_limit::RESULT_FACTOR;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;
use crate::stored::failure_reasons::failure_reasons;

/// Returns the outcome of the last scored attempt of a session.
#[utoipa::path(
    post, path = paths::GET_RESULT, tag = "Public APIs", security(("access_token" = [])),
    request_body = SignatureRequest,
    responses((status = 200, description = "SUCCESS, TOO_MANY_FACES_DETECTED, NO_FACE_DETECTED, \
        INVALID_FACE_DETECTED, FACE_OCCLUDED, FACE_QUALITY_TOO_POOR, SIGNATURE_NOT_EXIST, RESULT_NOT_FOUND, \
        LIVENESS_NO_RESULT, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR",
        body = Envelope<ResultData>))
)]
pub async fn get_result(State(app): State<App>, AccountAuth(account): AccountAuth, body: JsonBody) -> ApiResult {
    let (session, attempt) = scored_attempt(&app, &account, body).await?;
    let outcome = attempt.outcome.as_ref().ok_or_else(|| ApiError::new(status::LIVENESS_NO_RESULT))?;
    let code = ResultCode::from_code(&outcome.code)
        .ok_or_else(|| ApiError::internal(&format!("unknown result code {}", outcome.code)))?;
    let data = result_data(&app, &account, &session, &attempt, outcome, code).await?;
    ApiResponse::new(*code.status()).with_data(&data)
}

async fn result_data(
    app: &App,
    account: &Account,
    session: &Session,
    attempt: &Attempt,
    outcome: &AttemptOutcome,
    code: ResultCode,
) -> Result<ResultData, ApiError> {
    // An attempt with a rejected face shows only the far picture, as in the contract's examples.
    let scored = code == ResultCode::Success;
    let files = app.store.files(&attempt.session_id, &attempt.id).await?;
    let shown = |file: &&FileEntry| match file.name.as_str() {
        FAR => true,
        NEAR => scored,
        VIDEO => scored && account.settings.video,
        _ => false,
    };
    let bytes = RESULT_FACTOR * files.iter().filter(shown).map(|file| file.bytes).sum::<u64>();
    let _memory = app.result_memory.reserve(&account.id, bytes)?;
    let image_far = file(app, attempt, FAR).await?;
    let image_near = if scored { file(app, attempt, NEAR).await? } else { None };
    let video = if scored && account.settings.video { file(app, attempt, VIDEO).await? } else { None };
    let several = account.settings.multi_device_fields;
    let shows_verdict = account.settings.verdict_fields;
    let verdict = Decision::of(code, outcome.score);
    let passed = session.state == SessionState::Passed;
    Ok(ResultData {
        image: image_far.clone(),
        image_far,
        near_image_time: attempt.near_image_time.filter(|_| image_near.is_some()),
        image_near,
        far_image_time: attempt.far_image_time,
        audit_image_url: if account.settings.audit_images {
            audit_images::link(app, account, attempt, &files)?
        } else {
            None
        },
        score: outcome.score,
        camera_type: match attempt.camera_type.as_deref() {
            Some("SYSTEM_CAMERA") => CameraType::SystemCamera,
            _ => CameraType::WebCamera,
        },
        video,
        multi_device: several.then_some(session.multi_device),
        use_slave_url: several.then_some(session.use_slave_url),
        attack_type: outcome.attack_type.and_then(|number| AttackType::try_from(number).ok()),
        passed: shows_verdict.then_some(passed),
        verdict: shows_verdict.then_some(verdict),
        reasons: if shows_verdict { Some(public_reasons(outcome, verdict, passed)?) } else { None },
    })
}

fn public_reasons(outcome: &AttemptOutcome, verdict: Decision, passed: bool) -> Result<Vec<String>, ApiError> {
    let checks: Vec<CheckOutcome> = serde_json::from_str(&outcome.checks)
        .map_err(|error| ApiError::internal(&format!("the stored checks are invalid: {error}")))?;
    Ok(failure_reasons(&checks, verdict, passed))
}

async fn file(app: &App, attempt: &Attempt, name: &str) -> Result<Option<String>, ApiError> {
    match app.store.file(&attempt.session_id, &attempt.id, name).await {
        Ok(bytes) => Ok(Some(BASE64.encode(bytes))),
        // The video is optional, and the account may keep pictures for a shorter time than results.
        Err(StoreError::NotFound(_)) if name == VIDEO => Ok(None),
        Err(error @ StoreError::NotFound(_)) => {
            let session = app.store.session(&attempt.session_id).await.map_err(erased_meanwhile)?;
            if session.state == SessionState::Cleared { Err(erased_meanwhile(error)) } else { Ok(None) }
        }
        Err(error) => Err(erased_meanwhile(error)),
    }
}
