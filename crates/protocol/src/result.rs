//! Results of scored attempts, for the integrator.

use serde::{Deserialize, Serialize};

use crate::status::{self, Status};

/// The outcome of an attempt. Each is a status code of Get Result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ResultCode {
    /// Scored: see the score.
    Success,
    /// More than one face in a picture.
    TooManyFacesDetected,
    /// No face in a picture.
    NoFaceDetected,
    /// The face is too big, too small, cut off or turned away.
    InvalidFaceDetected,
    /// Something covers the face.
    FaceOccluded,
    /// Inconclusive: the pictures are too poor to score, such as blurred, too dark or too bright.
    FaceQualityTooPoor,
}

impl ResultCode {
    /// All codes.
    pub const ALL: [Self; 6] = [
        Self::Success,
        Self::TooManyFacesDetected,
        Self::NoFaceDetected,
        Self::InvalidFaceDetected,
        Self::FaceOccluded,
        Self::FaceQualityTooPoor,
    ];

    /// The row of the status table.
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

    /// The message of the code.
    pub fn message(self) -> &'static str {
        self.status().message
    }

    /// The code with that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// The kind of attack for a score of 0; a number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum AttackType {
    /// Presentation attack: something was held in front of the camera.
    Presentation,
    /// Injection: the pictures did not come from the camera, or were altered afterwards.
    Injection,
    /// Unknown: one or the other.
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

/// A number that is not an [`AttackType`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a valid attack type: 1, 2 and 3 are")]
pub struct UnknownAttackType(pub u8);

/// The camera that took the pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CameraType {
    /// A camera accessed through the browser.
    #[default]
    WebCamera,
    /// The device's own camera app.
    SystemCamera,
}

impl CameraType {
    /// Both cameras.
    pub const ALL: [Self; 2] = [Self::WebCamera, Self::SystemCamera];

    /// The name on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::WebCamera => "WEB_CAMERA",
            Self::SystemCamera => "SYSTEM_CAMERA",
        }
    }

    /// The camera with that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|camera| camera.code() == code)
    }
}

/// The least score of a live person; a lower score means an attack.
pub const LIVE_SCORE: u8 = 50;

/// The decision about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Decision {
    /// A live person: a score of 50 to 100.
    Live,
    /// An attack: a lower score.
    Attack,
    /// Inconclusive: no score.
    Inconclusive,
}

impl Decision {
    /// All decisions.
    pub const ALL: [Self; 3] = [Self::Live, Self::Attack, Self::Inconclusive];

    /// The decision with that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.code() == code)
    }

    /// The stable snake_case name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Attack => "attack",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// The decision for a result code and its score.
    pub fn of(code: ResultCode, score: Option<u8>) -> Self {
        match (code, score) {
            (ResultCode::Success, Some(LIVE_SCORE..)) => Self::Live,
            (ResultCode::Success, Some(_)) => Self::Attack,
            _ => Self::Inconclusive,
        }
    }
}

/// The `data` of Get Result. Pictures and video are base64.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResultData {
    /// The picture of the person: the far picture.
    pub image: Option<String>,
    /// The far picture.
    pub image_far: Option<String>,
    /// The near picture; null if the face was rejected.
    pub image_near: Option<String>,
    /// When the far picture was taken, Unix ms.
    pub far_image_time: Option<i64>,
    /// When the near picture was taken, Unix ms.
    pub near_image_time: Option<i64>,
    /// A temporary link to the audit pictures ([`AuditImages`]); present if the account enables it.
    pub audit_image_url: Option<String>,
    /// 0 to 100; below 50 it may be an attack.
    pub score: Option<u8>,
    /// The camera that took the pictures.
    pub camera_type: CameraType,
    /// The video, webm or mp4, if the account enables it.
    pub video: Option<String>,
    /// Whether more than one device took part; present if the account enables these fields.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub multi_device: Option<bool>,
    /// Whether a second device took the pictures; present if the account enables these fields.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub use_slave_url: Option<bool>,
    /// The kind of attack, if the score is 0.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u8>, minimum = 1, maximum = 3))]
    pub attack_type: Option<AttackType>,
    /// Whether the person passed, by the passing score at the time of scoring; present if the account enables
    /// `verdictFields`. `SUCCESS` alone does not mean passed: an attack has that code too.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub passed: Option<bool>,
    /// The decision; present if the account enables `verdictFields`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<Decision>,
    /// Why the person did not pass, empty if they did: the names of the failed checks, `evidence`, `below_pass_score`
    /// or `not_judged`; present if the account enables `verdictFields`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reasons: Option<Vec<String>>,
}

/// The audit pictures of a capture, as served at `auditImageUrl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditImages {
    /// The session's id.
    pub signature_id: String,
    /// In order of capture.
    pub images: Vec<AuditImage>,
}

/// An audit picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditImage {
    /// When it was taken, Unix ms.
    pub time: i64,
    /// The phase of the capture.
    pub phase: String,
    /// The instruction shown.
    pub code: String,
    /// The JPEG in base64.
    pub image: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_serde() {
        for camera in CameraType::ALL {
            assert_eq!(serde_json::to_value(camera).unwrap(), camera.code());
            assert_eq!(CameraType::from_code(camera.code()), Some(camera));
        }
        for decision in Decision::ALL {
            assert_eq!(serde_json::to_value(decision).unwrap(), decision.code());
            assert_eq!(Decision::from_code(decision.code()), Some(decision));
        }
    }
}
