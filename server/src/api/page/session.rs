//! The session view that the page loads first.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::locale::Locale;
use nearfar_protocol::manifest::MAX_AUDIT;
use nearfar_protocol::page::{SessionView, UploadLimits};
use nearfar_protocol::ui::UiConfig;
use nearfar_store::{LightSetting, MotionSetting};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::consent;
use crate::api::auth::PageAuth;
use crate::api::session_view::{device, status_view};
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;

/// The query.
#[derive(Clone, Debug, Deserialize)]
pub struct LanguageQuery {
    /// The language in the page's URL.
    #[serde(default)]
    pub language: Option<String>,
}

/// The session with its UI configuration for a language.
#[utoipa::path(
    get, path = "/h5/api/v1/session", tag = "Page", security(("session_token" = [])),
    params(("language" = Option<String>, Query, description = "A locale code; else Accept-Language counts")),
    responses((status = 200, description = "SUCCESS, SESSION_EXPIRED, STUDY_DISABLED, IAM_FAILED, SERVICE_BUSY, \
        RETRY_LATER, ERROR", body = Envelope<SessionView>))
)]
pub async fn session(
    State(app): State<App>,
    auth: PageAuth,
    Query(query): Query<LanguageQuery>,
    headers: HeaderMap,
) -> ApiResult {
    let session = &auth.session;
    let settings = &auth.account.settings;
    let policy = settings.policy(session.product_level.as_deref());
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let locale = query.language.as_deref().and_then(Locale::nearest).or_else(|| accepted_locale(accepted));
    let locale = locale.unwrap_or(Locale::ENGLISH);
    let ui = app.store.ui(&auth.account.id, locale.code()).await?;
    let ui: Map<String, Value> = match ui {
        None => Map::new(),
        Some(text) => serde_json::from_str(&text).map_err(|error| ApiError::internal(&error))?,
    };
    if session.opened_at.is_none() {
        // A page that cannot be counted is shown nevertheless.
        if let Err(error) = app.store.mark_opened(&session.id, app.now()).await {
            tracing::warn!(%error, "the opening of a session was not counted");
        }
    }
    let limits = app.config.upload_limit(settings);
    ApiResponse::data(&SessionView {
        signature_id: session.id.clone(),
        device: device(&auth),
        locale,
        ui: UiConfig::for_display(ui, locale),
        iframe: session.iframe,
        message_origins: settings.message_origins.clone(),
        cross_device: settings.cross_device,
        accessibility: settings.accessibility,
        video: settings.video,
        // The device's own camera app cannot follow a path.
        system_camera: settings.system_camera && policy.motion != MotionSetting::Required,
        light_challenge: policy.light != LightSetting::Off,
        motion_challenge: policy.motion != MotionSetting::Off,
        product_level: policy.level,
        sandbox: session.sandbox.is_some(),
        consent: consent::view(&app, &session.id).await?,
        expires_at: session.expires_at,
        server_time: app.now(),
        limits: UploadLimits {
            image_bytes: limits.image,
            video_bytes: limits.video,
            total_bytes: limits.total(),
            audit_images: u32::try_from(MAX_AUDIT).unwrap_or(u32::MAX),
        },
        status: status_view(&app, &auth, session).await?,
    })
}

/// The preferred available language of an `Accept-Language` header.
fn accepted_locale(header: &str) -> Option<Locale> {
    let weight = |part: &str| {
        let given = part.split(';').find_map(|piece| piece.trim().strip_prefix("q="));
        given.map_or(Some(1.0), |text| text.parse::<f32>().ok()).filter(|weight| *weight > 0.0)
    };
    let mut parts: Vec<(f32, &str)> = header.split(',').filter_map(|part| Some((weight(part)?, part))).collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.into_iter().find_map(|(_, part)| Locale::nearest(part.split(';').next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_language_counts() {
        let best = |header| accepted_locale(header).map(Locale::code);
        assert_eq!(best("tlh, de;q=0.5, fr-CA;q=0.8"), Some("fr_FR"));
        assert_eq!(best("en;q=0, vi"), Some("vi_VN"));
        assert_eq!(best("*"), None);
        assert_eq!(best(""), None);
    }
}
