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
use nearfar_store::{Account, Attempt, Error as StoreError, FileEntry, Judgement, Session, SessionState};

use super::audit_images;
use crate::api::auth::Caller;
use crate::api::json_body::JsonBody;
use crate::api::reply::{Answer, Failure, Reply};
use crate::app::{App, is_id};
use crate::reasons::reasons;

/// How many times as much memory as a file takes its way into an answer: read, in base64, in JSON.
pub const RENDERED: u64 = 4;

/// Tells how the last attempt of a session was judged.
#[utoipa::path(
    post, path = paths::GET_RESULT, tag = "Public APIs", security(("access_token" = [])),
    request_body = SignatureRequest,
    responses((status = 200, description = "SUCCESS, TOO_MANY_FACES_DETECTED, NO_FACE_DETECTED, \
        INVALID_FACE_DETECTED, FACE_OCCLUDED, FACE_QUALITY_TOO_POOR, SIGNATURE_NOT_EXIST, RESULT_NOT_FOUND, \
        LIVENESS_NO_RESULT, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR",
        body = Envelope<ResultData>))
)]
pub async fn get_result(State(app): State<App>, Caller(account): Caller, body: JsonBody) -> Answer {
    let (session, attempt) = judged_attempt(&app, &account, body).await?;
    let judgement = attempt.judgement.as_ref().ok_or_else(|| Failure::of(status::LIVENESS_NO_RESULT))?;
    let code = ResultCode::from_code(&judgement.code)
        .ok_or_else(|| Failure::internal(&format!("the result code {} is not known", judgement.code)))?;
    let data = result_data(&app, &account, &session, &attempt, judgement, code).await?;
    Reply::of(*code.status()).with_data(&data)
}

/// The account's session that the body names, and the last attempt that was judged of it.
pub async fn judged_attempt(app: &App, account: &Account, body: JsonBody) -> Result<(Session, Attempt), Failure> {
    let signature_id = body.params()?.required("signatureId")?;
    if !is_id(&signature_id) {
        return Err(Failure::of(status::SIGNATURE_NOT_EXIST));
    }
    let session = app.store.session_of(&account.id, &signature_id).await.map_err(|error| match error {
        StoreError::NotFound(_) => Failure::of(status::SIGNATURE_NOT_EXIST),
        other => other.into(),
    })?;
    if session.state == SessionState::Cleared {
        return Err(Failure::of(status::RESULT_NOT_FOUND));
    }
    let attempt_id = session.result_attempt.as_ref().ok_or_else(|| Failure::of(status::LIVENESS_NO_RESULT))?;
    let attempt = app.store.attempt(&session.id, attempt_id).await.map_err(cleared_meanwhile)?;
    Ok((session, attempt))
}

async fn result_data(
    app: &App,
    account: &Account,
    session: &Session,
    attempt: &Attempt,
    judgement: &Judgement,
    code: ResultCode,
) -> Result<ResultData, Failure> {
    // An attempt that was refused for the face shows the far picture alone, as the contract's examples do.
    let judged = code == ResultCode::Success;
    let files = app.store.files(&attempt.session_id, &attempt.id).await?;
    let shown = |file: &&FileEntry| match file.name.as_str() {
        FAR => true,
        NEAR => judged,
        VIDEO => judged && account.settings.video,
        _ => false,
    };
    let bytes = RENDERED * files.iter().filter(shown).map(|file| file.bytes).sum::<u64>();
    let _memory = app.result_memory.reserve(&account.id, bytes)?;
    let image_far = file(app, attempt, FAR).await?;
    let image_near = if judged { file(app, attempt, NEAR).await? } else { None };
    let video = if judged && account.settings.video { file(app, attempt, VIDEO).await? } else { None };
    let several = account.settings.multi_device_fields;
    let shows_verdict = account.settings.verdict_fields;
    let verdict = Decision::of(code, judgement.score);
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
        score: judgement.score,
        camera_type: match attempt.camera_type.as_deref() {
            Some("SYSTEM_CAMERA") => CameraType::SystemCamera,
            _ => CameraType::WebCamera,
        },
        video,
        multi_device: several.then_some(session.multi_device),
        use_slave_url: several.then_some(session.use_slave_url),
        attack_type: judgement.attack_type.and_then(|number| AttackType::try_from(number).ok()),
        passed: shows_verdict.then_some(passed),
        verdict: shows_verdict.then_some(verdict),
        reasons: if shows_verdict { Some(told_reasons(judgement, verdict, passed)?) } else { None },
    })
}

fn told_reasons(judgement: &Judgement, verdict: Decision, passed: bool) -> Result<Vec<String>, Failure> {
    let checks: Vec<CheckOutcome> = serde_json::from_str(&judgement.checks)
        .map_err(|error| Failure::internal(&format!("the stored checks cannot be read: {error}")))?;
    Ok(reasons(&checks, verdict, passed))
}

async fn file(app: &App, attempt: &Attempt, name: &str) -> Result<Option<String>, Failure> {
    match app.store.file(&attempt.session_id, &attempt.id, name).await {
        Ok(bytes) => Ok(Some(BASE64.encode(bytes))),
        // The video is not always there; the pictures are, unless they are being cleared right now.
        Err(StoreError::NotFound(_)) if name == VIDEO => Ok(None),
        Err(error) => Err(cleared_meanwhile(error)),
    }
}

/// What is gone since the session was looked at was cleared.
pub fn cleared_meanwhile(error: StoreError) -> Failure {
    match error {
        StoreError::NotFound(_) => Failure::of(status::RESULT_NOT_FOUND),
        other => other.into(),
    }
}
