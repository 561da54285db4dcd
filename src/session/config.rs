//! How long things may take.

use crate::guidance::ThresholdError;
use crate::guidance::in_range;
use serde::{Deserialize, Serialize};

/// Times of a session, ms. Deserialises from camelCase JSON; missing fields take their defaults.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SessionConfig {
    /// How long the far position must be held. 200 to 5000, default 1000.
    pub far_hold: f32,
    /// How long the near position must be held. 200 to 5000, default 800.
    pub near_hold: f32,
    /// The limit for each stage. 3000 to 300000, default 20000.
    pub stage_limit: f32,
    /// The limit for all attempts together: restarts do not go on for ever. 5000 to 900000, default 120000.
    pub session_limit: f32,
    /// How long the face may be out of sight between far and near. 200 to 5000, default 1000.
    pub face_lost: f32,
    /// How long a second face, or a face that looks like another one, may be seen between far and near:
    /// shorter is a slip of the detector. 0 to 700, default 250; less than `nearHold`.
    pub other_face: f32,
    /// How long the camera may be muted. 1000 to 60000, default 10000.
    pub mute_limit: f32,
}

impl Default for SessionConfig {
    fn default() -> Self {
        SessionConfig {
            far_hold: 1000.0,
            near_hold: 800.0,
            stage_limit: 20_000.0,
            session_limit: 120_000.0,
            face_lost: 1000.0,
            other_face: 250.0,
            mute_limit: 10_000.0,
        }
    }
}

impl SessionConfig {
    /// Checks every range.
    ///
    /// # Errors
    /// The first field that is out of its range, with its value and the range.
    pub fn validate(&self) -> Result<(), ThresholdError> {
        let check = |field, value, min, max| in_range(field, value, min, max, "");
        check("farHold", self.far_hold, 200.0, 5000.0)?;
        check("nearHold", self.near_hold, 200.0, 5000.0)?;
        check("stageLimit", self.stage_limit, 3000.0, 300_000.0)?;
        check("sessionLimit", self.session_limit, 5000.0, 900_000.0)?;
        check("faceLost", self.face_lost, 200.0, 5000.0)?;
        const SOONER: &str = " (at most 0.8 times nearHold)";
        in_range("otherFace", self.other_face, 0.0, (0.8 * self.near_hold).min(700.0), SOONER)?;
        check("muteLimit", self.mute_limit, 1000.0, 60_000.0)
    }
}
