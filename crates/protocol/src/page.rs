//! Messages between the page and the service.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::level::Level;
use crate::light::LightChallenge;
use crate::locale::Locale;
use crate::motion::MotionPath;
use crate::origin::Origin;
use crate::result::ResultCode;
use crate::study::ConsentView;

/// The device of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Device {
    /// The device that opened the session's URL.
    First,
    /// A device that opened a cross-device link.
    Second,
}

/// Where the page offers to continue on another device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CrossDevice {
    /// Nowhere.
    #[default]
    Off,
    /// Where the capture did not work.
    Fallback,
    /// Also on a computer's start page, beside the tips.
    Offer,
    /// A computer's start page asks for the phone first.
    First,
}

/// Whether the person gets more time and a larger oval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Accessibility {
    /// Never.
    Off,
    /// If the person chooses so.
    #[default]
    Offer,
    /// Unless the person chooses otherwise.
    On,
}

/// The state of a session, as the page sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SessionState {
    /// Waiting for an attempt.
    Open,
    /// An attempt was received and is being scored.
    #[serde(rename = "judging")]
    Scoring,
    /// The last attempt failed or was inconclusive; there are tries left.
    Retry,
    /// Finished: passed.
    Succeeded,
    /// Finished: not passed.
    Failed,
    /// Expired, or its data was erased.
    Expired,
}

/// The session that the page loads first: `GET /h5/api/v1/session`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The session's id.
    pub signature_id: String,
    /// The device of the request.
    pub device: Device,
    /// The language chosen for the requested one.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub locale: Locale,
    /// The integrator's UI configuration for that language.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub ui: Map<String, Value>,
    /// Whether the page posts messages to its parent.
    pub iframe: bool,
    /// The origins that receive messages.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub message_origins: Vec<Origin>,
    /// Where a second device is offered.
    pub cross_device: CrossDevice,
    /// Whether the person gets more time and a larger oval.
    pub accessibility: Accessibility,
    /// Whether a video is recorded.
    pub video: bool,
    /// Whether the person may use the device's own camera app as a last resort.
    pub system_camera: bool,
    /// Whether there is a light challenge.
    pub light_challenge: bool,
    /// Whether there is a motion challenge.
    pub motion_challenge: bool,
    /// The session's level: the integrator's choice, or the account's default.
    pub product_level: Level,
    /// Whether a test chooses the verdicts: the session belongs to a sandbox account, and its results prove nothing.
    pub sandbox: bool,
    /// The consent required before a capture, in sessions of a study.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub consent: Option<ConsentView>,
    /// When the session expires, Unix ms.
    pub expires_at: i64,
    /// The service's time, Unix ms: a device's clock may be wrong.
    pub server_time: i64,
    /// The limits of an upload.
    pub limits: UploadLimits,
    /// The session's status.
    pub status: StatusView,
}

/// The limits of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadLimits {
    /// Maximum bytes of a picture.
    pub image_bytes: u64,
    /// Maximum bytes of a video.
    pub video_bytes: u64,
    /// Maximum bytes in total.
    pub total_bytes: u64,
    /// Maximum number of audit pictures.
    pub audit_images: u32,
}

/// The status of the session: `GET /h5/api/v1/status`, and the response to an upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusView {
    /// The state.
    pub state: SessionState,
    /// Changes with every other field; a long poll waits for another version.
    pub version: String,
    /// Tries left. The first three attempts with the code `FACE_QUALITY_TOO_POOR` cost none.
    pub tries_left: u32,
    /// The outcome of the last attempt.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub result: Option<ResultView>,
    /// Where the person may go now: once an attempt was scored, or the session is over.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub next: Option<Next>,
    /// The cross-device process, if started.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub handoff: Option<HandoffView>,
    /// Whether this device may start attempts now.
    pub active: bool,
}

/// The outcome of an attempt, as far as the person may know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResultView {
    /// The attempt's id.
    pub attempt_id: String,
    /// Its code.
    pub code: ResultCode,
    /// Whether it passed.
    pub passed: bool,
    /// Its score.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub score: Option<u8>,
}

/// The message to the page's parent at the end of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NextInfo {
    /// The person passed.
    SuccessNext,
    /// The person did not pass.
    FailedNext,
}

/// Where the person goes once the session is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Next {
    /// The message to the parent.
    pub info: NextInfo,
    /// The page to go to.
    pub url: String,
}

/// An issued attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptView {
    /// The attempt's id, which is part of the upload's path.
    pub attempt_id: String,
    /// The nonce for the manifest.
    pub nonce: String,
    /// When the nonce was issued, Unix ms.
    pub issued_at: i64,
    /// When the nonce expires, Unix ms.
    pub expires_at: i64,
    /// The service's current time, Unix ms, also for a nonce issued before. The page uses it to compute its clock
    /// offset.
    pub server_time: i64,
    /// The public key that the upload is sealed with, base64url without padding.
    pub sealing_key: String,
    /// The colours to show, if the account or level requires them.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub light: Option<LightChallenge>,
    /// Whether a longer path can replace the colours: a page that has not shown them requests another attempt with
    /// `lightUnwanted` instead of uploading.
    pub light_replaceable: bool,
    /// The path to follow, if the account or level requires one and the page supports it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub motion: Option<MotionPath>,
}

/// The state of the cross-device process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HandoffState {
    /// The link exists; no device has opened it.
    Waiting,
    /// A device has opened it and waits for confirmation by the first device.
    Claimed,
    /// The second device continues the session.
    Confirmed,
    /// Two devices opened the link before confirmation, so it admits neither.
    Voided,
    /// The link expired before confirmation.
    Ended,
}

/// The cross-device process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffView {
    /// Its id.
    pub handoff_id: String,
    /// The state.
    pub state: HandoffState,
    /// When the link expires, Unix ms.
    pub expires_at: i64,
    /// While the link is `claimed`: the number that both devices show for comparison. Visible to the first device and
    /// to the device that holds the claim.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub number: Option<String>,
    /// While the link is `claimed`: the claim to confirm. Visible only to the first device.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub claim_id: Option<String>,
}

/// The response to creating a link, which is returned only once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffCreated {
    /// The link for the second device.
    pub url: String,
    /// The state of the link.
    pub handoff: HandoffView,
}

/// The response to the second device that opens the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffClaimed {
    /// The second device's own session token.
    pub token: String,
    /// The state of the link.
    pub handoff: HandoffView,
}

/// The confirmation of the second device by the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffConfirm {
    /// The claim whose number the first device showed.
    pub claim_id: String,
    /// The number that the second device shows.
    pub number: String,
}
