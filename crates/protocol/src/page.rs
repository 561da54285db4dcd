//! What the page and the service say to one another.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::level::Level;
use crate::light::LightChallenge;
use crate::locale::Locale;
use crate::motion::MotionPath;
use crate::origin::Origin;
use crate::result::ResultCode;
use crate::study::ConsentView;

/// Which device the token belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Device {
    /// The one that opened the session's URL.
    First,
    /// One that opened a cross-device link.
    Second,
}

/// Where a session stands, as the page sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SessionState {
    /// Waiting for an attempt.
    Open,
    /// An attempt was received and is being judged.
    #[serde(rename = "judging")]
    Scoring,
    /// The last attempt failed or was inconclusive; there are tries left.
    Retry,
    /// Over, and well.
    Succeeded,
    /// Over, and not well.
    Failed,
    /// Its time is over, or its data were cleared.
    Expired,
}

/// What the page is told once: `GET /h5/api/v1/session`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The session.
    pub signature_id: String,
    /// Which device this is.
    pub device: Device,
    /// The language that was found for the one asked for.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub locale: Locale,
    /// The integrator's configuration for that language.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub ui: Map<String, Value>,
    /// Whether the page reports to its parent by messages.
    pub iframe: bool,
    /// The origins that it may report to.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub message_origins: Vec<Origin>,
    /// Whether a second device may help.
    pub cross_device: bool,
    /// Whether a video is wanted.
    pub video: bool,
    /// Whether the person may take the pictures with the device's own camera program, as a last resort.
    pub system_camera: bool,
    /// Whether colours will light the face up.
    pub light_challenge: bool,
    /// Whether the oval will move along a path.
    pub motion_challenge: bool,
    /// The session's level: as the integrator asked, or the account's.
    pub product_level: Level,
    /// What the person is to agree to before anything is captured, where the session is one of a study.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub consent: Option<ConsentView>,
    /// When the session ends, Unix ms.
    pub expires_at: i64,
    /// The service's time, Unix ms: a device's clock may be wrong.
    pub server_time: i64,
    /// What an upload may hold.
    pub limits: UploadLimits,
    /// Where it stands.
    pub status: StatusView,
}

/// What an upload may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadLimits {
    /// Bytes of a picture.
    pub image_bytes: u64,
    /// Bytes of a video.
    pub video_bytes: u64,
    /// Bytes of the whole.
    pub total_bytes: u64,
    /// Audit pictures.
    pub audit_images: u32,
}

/// Where the session stands: `GET /h5/api/v1/status`, and the answer to an upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusView {
    /// Where it stands.
    pub state: SessionState,
    /// Changes whenever anything here does; a long poll waits for a change of it.
    pub version: String,
    /// The tries that are left. The first three attempts with the code `FACE_QUALITY_TOO_POOR` cost none.
    pub tries_left: u32,
    /// How the last attempt was judged.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub result: Option<ResultView>,
    /// Where the person may go now: once an attempt was judged, or the session is over.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub next: Option<Next>,
    /// The cross-device process, if it was begun.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub handoff: Option<HandoffView>,
    /// Whether this device may make attempts now.
    pub active: bool,
}

/// How an attempt was judged, as far as the person may know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResultView {
    /// The attempt.
    pub attempt_id: String,
    /// Its code.
    pub code: ResultCode,
    /// Whether it was good enough.
    pub passed: bool,
    /// Its score.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub score: Option<u8>,
}

/// What the page tells its parent when the session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NextInfo {
    /// It went well.
    SuccessNext,
    /// It did not.
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

/// An attempt that the service waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptView {
    /// Its id, part of the upload's path.
    pub attempt_id: String,
    /// The nonce that its manifest must carry.
    pub nonce: String,
    /// When the nonce was made, Unix ms.
    pub issued_at: i64,
    /// When the nonce ends, Unix ms.
    pub expires_at: i64,
    /// The service's time now, Unix ms, also where the nonce is one that was given out before: by it the page tells its
    /// own clock's offset.
    pub server_time: i64,
    /// The public key that the upload is sealed with, base64url without padding.
    pub sealing_key: String,
    /// The colours to show, where the account or the level wants that.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub light: Option<LightChallenge>,
    /// Whether a longer path takes the place of the colours: a page that has not shown them asks for another attempt, with
    /// `lightUnwanted`, in place of delivering.
    pub light_replaceable: bool,
    /// The path to lead along, where the account or the level wants one and the page can.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub motion: Option<MotionPath>,
}

/// Where the cross-device process stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HandoffState {
    /// The link is there; nobody has opened it.
    Waiting,
    /// A device has opened it and waits for the first device's word.
    Claimed,
    /// The second device goes on with the session.
    Confirmed,
    /// Two devices have opened it before it was confirmed: nobody gets in by it.
    Voided,
    /// The link's time is over before it was confirmed.
    Ended,
}

/// The cross-device process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffView {
    /// Its id.
    pub handoff_id: String,
    /// Where it stands.
    pub state: HandoffState,
    /// When the link ends, Unix ms.
    pub expires_at: i64,
    /// While the link is `claimed`: the number that both devices show, for the person to compare. Told to the first
    /// device, and to the one whose claim it is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub number: Option<String>,
    /// While the link is `claimed`: the claim, to be named by the confirmation. Told to the first device alone.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub claim_id: Option<String>,
}

/// The answer to creating a link. The link is told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffCreated {
    /// The link for the second device.
    pub url: String,
    /// Where it stands.
    pub handoff: HandoffView,
}

/// The answer to the second device that opens the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffClaimed {
    /// The second device's own token, a session token from now on.
    pub token: String,
    /// Where it stands.
    pub handoff: HandoffView,
}

/// The first device's word on the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoffConfirm {
    /// The claim that the first device has shown the number of.
    pub claim_id: String,
    /// The number that the second device shows.
    pub number: String,
}

/// A problem that the page met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable snake_case code, as `camera_in_use`.
    pub code: String,
    /// What is known of it.
    #[serde(default)]
    pub message: Option<String>,
    /// The phase of the session, snake_case.
    #[serde(default)]
    pub phase: Option<String>,
    /// The browser.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// The instruction that the person was given and could not follow, or gave up at.
    #[serde(default)]
    pub instruction: Option<String>,
}

/// Every instruction of the page, for metrics: nobody is to make up names of their own there. A test of the service holds
/// them against the engine's.
pub const INSTRUCTIONS: [&str; 15] = [
    "no_face",
    "multiple_faces",
    "too_far",
    "too_near",
    "move_left",
    "move_right",
    "move_up",
    "move_down",
    "not_centered",
    "not_frontal",
    "occluded",
    "too_dark",
    "too_bright",
    "blurry",
    "keep_still",
];

/// The longest message of a [`Problem`], in characters.
pub const MAX_PROBLEM_TEXT: usize = 500;

impl Problem {
    /// Whether it is of a size and shape that is worth keeping.
    pub fn is_valid(&self) -> bool {
        let code = self.code.len() <= 64
            && !self.code.is_empty()
            && self.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.chars().count() <= MAX_PROBLEM_TEXT);
        code && short(&self.instruction) && short(&self.message) && short(&self.phase) && short(&self.user_agent)
    }
}
