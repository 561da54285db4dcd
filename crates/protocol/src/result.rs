//! What the integrator is told about a judged attempt.

use serde::{Deserialize, Serialize};

use crate::status::{self, Status};

/// How an attempt was judged. Each is a status code of the Get Result API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ResultCode {
    /// Judged: the score says how.
    Success,
    /// More than one face in a picture.
    TooManyFacesDetected,
    /// No face in a picture.
    NoFaceDetected,
    /// The face is too big, too small, cut off or turned away.
    InvalidFaceDetected,
    /// Something covers the face.
    FaceOccluded,
    /// Inconclusive: the pictures are too poor for a judgement, such as blurred, too dark or too bright.
    FaceQualityTooPoor,
}

impl ResultCode {
    /// Every code, for tables and tests.
    pub const ALL: [Self; 6] = [
        Self::Success,
        Self::TooManyFacesDetected,
        Self::NoFaceDetected,
        Self::InvalidFaceDetected,
        Self::FaceOccluded,
        Self::FaceQualityTooPoor,
    ];

    /// The row of the table of status codes.
    pub fn status(self) -> &'static Status {
        match self {
            Self::Success => &status::OK,
            Self::TooManyFacesDetected => &status::TOO_MANY_FACES_DETECTED,
            Self::NoFaceDetected => &status::NO_FACE_DETECTED,
            Self::InvalidFaceDetected => &status::INVALID_FACE_DETECTED,
            Self::FaceOccluded => &status::FACE_OCCLUDED,
            Self::FaceQualityTooPoor => &status::FACE_QUALITY_TOO_POOR,
        }
    }

    /// The stable code, as on the wire.
    pub fn code(self) -> &'static str {
        self.status().code
    }

    /// The sentence that goes with the code.
    pub fn message(self) -> &'static str {
        self.status().message
    }

    /// The code of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// What kind of attack a score of 0 stands for; a number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum AttackType {
    /// Something was held before the camera.
    Presentation,
    /// The pictures did not come from the camera, or were altered after.
    Injection,
    /// One or the other.
    Unsure,
}

impl From<AttackType> for u8 {
    fn from(attack: AttackType) -> u8 {
        match attack {
            AttackType::Presentation => 1,
            AttackType::Injection => 2,
            AttackType::Unsure => 3,
        }
    }
}

impl TryFrom<u8> for AttackType {
    type Error = UnknownAttackType;

    fn try_from(number: u8) -> Result<Self, UnknownAttackType> {
        match number {
            1 => Ok(Self::Presentation),
            2 => Ok(Self::Injection),
            3 => Ok(Self::Unsure),
            other => Err(UnknownAttackType(other)),
        }
    }
}

/// A number that is no [`AttackType`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no attack type: 1, 2 and 3 are")]
pub struct UnknownAttackType(pub u8);

/// The camera that took the pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CameraType {
    /// The camera as the browser shows it to a page.
    #[default]
    WebCamera,
    /// The device's own camera program.
    SystemCamera,
}

/// The least score of a living person; a lower score means an attack.
pub const LIVE_SCORE: u8 = 50;

/// What was decided of an attempt, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Decision {
    /// A living person: a score of [`LIVE_SCORE`] to 100.
    Live,
    /// An attack: a lower score.
    Attack,
    /// Neither can be said: there is no score.
    Inconclusive,
}

impl Decision {
    /// The stable snake_case word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Attack => "attack",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// Of a result code and its score.
    pub fn of(code: ResultCode, score: Option<u8>) -> Self {
        match (code, score) {
            (ResultCode::Success, Some(LIVE_SCORE..)) => Self::Live,
            (ResultCode::Success, Some(_)) => Self::Attack,
            _ => Self::Inconclusive,
        }
    }
}

/// The `data` of Get Result. Pictures and video are Base64.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResultData {
    /// The picture of the person: the far one.
    pub image: Option<String>,
    /// The far picture.
    pub image_far: Option<String>,
    /// The near picture; none when the attempt was refused for the face.
    pub image_near: Option<String>,
    /// When the far picture was taken, Unix ms.
    pub far_image_time: Option<i64>,
    /// When the near picture was taken, Unix ms.
    pub near_image_time: Option<i64>,
    /// Where the audit pictures can be had for a while, as [`AuditImages`]; there if the account has it on.
    pub audit_image_url: Option<String>,
    /// 0 to 100; under 50 it may be an attack.
    pub score: Option<u8>,
    /// The camera that took the pictures.
    pub camera_type: CameraType,
    /// The video, webm or mp4, if the account has it on.
    pub video: Option<String>,
    /// Whether more than one device took part; there if the account has these fields on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub multi_device: Option<bool>,
    /// Whether a second device took the pictures; there if the account has these fields on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub use_slave_url: Option<bool>,
    /// The kind of attack, if the score is 0.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u8>, minimum = 1, maximum = 3))]
    pub attack_type: Option<AttackType>,
    /// Whether the person passed, by the line that held when the attempt was judged; there if the account has
    /// `verdictFields` on. `SUCCESS` alone does not say so: an attack has that code too.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub passed: Option<bool>,
    /// What was decided; there if the account has `verdictFields` on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<Decision>,
    /// Why the person did not pass, none if they did: the names of the checks that failed, `evidence`, `below_pass_score` or
    /// `not_judged`; there if the account has `verdictFields` on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reasons: Option<Vec<String>>,
}

/// The pictures taken in the course of a capture: what is at `auditImageUrl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditImages {
    /// The session.
    pub signature_id: String,
    /// In the order in which they were taken.
    pub images: Vec<AuditImage>,
}

/// One of the pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditImage {
    /// When it was taken, Unix ms.
    pub time: i64,
    /// What was being captured then.
    pub phase: String,
    /// What the page asked for then.
    pub code: String,
    /// The JPEG in base64.
    pub image: String,
}
