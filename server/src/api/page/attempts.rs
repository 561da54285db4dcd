//! Starts an attempt: issues a nonce.

use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::page::{Accessibility, AttemptView};
use nearfar_protocol::status;
use nearfar_store::{Issuance, NonceRequest};

use crate::api::auth::PageAuth;
use crate::api::json_body::JsonBody;
use crate::challenges::StoredChallenge;
use crate::challenges::light::StoredLightChallenge;
use crate::challenges::motion::{Abilities, StoredMotionChallenge, replaces_light};
use crate::clock::random_hex;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;

/// The body.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAttempt {
    /// An id drawn by the page, so that the request can be repeated. 1 to 64 letters, digits, `-` or `_`.
    #[serde(default)]
    pub attempt_id: Option<String>,
    /// Whether the page supports motion challenges. Older pages omit this field.
    #[serde(default)]
    pub motion: bool,
    /// Whether the page will not show colours: the person prefers reduced motion or skipped them.
    #[serde(default)]
    pub light_unwanted: bool,
    /// Whether the person takes more time, if the account allows it.
    #[serde(default)]
    pub more_time: bool,
}

/// Issues a nonce for an attempt.
#[utoipa::path(
    post, path = "/h5/api/v1/attempts", operation_id = "create_attempt", tag = "Page", security(("session_token" = [])),
    request_body = NewAttempt,
    responses((status = 200, description = "SUCCESS, ATTEMPT_CONFLICT, ATTEMPT_PENDING, CLIENT_OUTDATED, SESSION_EXPIRED, \
        SESSION_FINISHED, TRY_LIMIT_REACHED, HANDOFF_NOT_CONFIRMED, HANDOFF_VOIDED, HANDOFF_TAKEN, \
        CONSENT_REQUIRED, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<AttemptView>))
)]
pub async fn create(State(app): State<App>, auth: PageAuth, body: JsonBody) -> ApiResult {
    auth.check_confirmed(&app).await?;
    let body_fields: NewAttempt = body.read()?;
    let now = app.now();
    let policy = auth.account.settings.policy(auth.session.product_level.as_deref());
    let abilities = Abilities { motion: body_fields.motion, light_unwanted: body_fields.light_unwanted };
    let motion = StoredMotionChallenge::draw(&policy, abilities, &app.entropy).map_err(ApiError::new)?;
    let light =
        if replaces_light(&policy, abilities) { None } else { StoredLightChallenge::draw(policy.light, &app.entropy) };
    let more_time = body_fields.more_time && auth.account.settings.accessibility != Accessibility::Off;
    let request = NonceRequest {
        session_id: auth.session.id.clone(),
        attempt_id: body_fields.attempt_id.unwrap_or_else(|| app.new_id()),
        nonce: random_hex(&app.entropy, 32),
        device: auth.token.device.clone(),
        expires_at: now + app.config.attempt_time(more_time),
        start_limit: auth.account.settings.retry_limit,
        light: light.map(|light| light.to_json()).transpose().map_err(|error| ApiError::internal(&error))?,
        motion: motion.map(|motion| motion.to_json()).transpose().map_err(|error| ApiError::internal(&error))?,
    };
    let issued = app.store.issue_nonce(request, now).await?;
    app.notify_change(&auth.session.id);
    match issued {
        Issuance::LimitReached => Err(ApiError::new(status::TRY_LIMIT_REACHED)),
        Issuance::Issued(attempt) => {
            let keys = app.sealing.of(&auth.session.id, attempt.issued_at)?;
            let light = attempt.light.as_deref().map(StoredLightChallenge::from_json).transpose();
            let motion = attempt.motion.as_deref().map(StoredMotionChallenge::from_json).transpose();
            let motion = motion.map_err(|error| ApiError::internal(&error))?;
            ApiResponse::data(&AttemptView {
                attempt_id: attempt.id,
                nonce: attempt.nonce,
                issued_at: attempt.issued_at,
                expires_at: attempt.nonce_expires_at,
                server_time: app.now(),
                sealing_key: BASE64URL.encode(keys.public()),
                light: light.map_err(|error| ApiError::internal(&error))?.map(|light| light.challenge),
                light_replaceable: motion.as_ref().is_some_and(|motion| motion.with_light),
                motion: motion.map(|motion| motion.path),
            })
        }
    }
}
