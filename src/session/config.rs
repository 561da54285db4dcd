//! Holds and time limits of a session.

use crate::guidance::{Setting, ThresholdError, check_ranges, in_range};
use serde::{Deserialize, Serialize};

/// Times of a session in ms. Missing fields take their defaults.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SessionConfig {
    /// Hold of the far position. 200 to 5000, default 1000.
    pub far_hold: f32,
    /// Hold of each stop of a path. 200 to 5000, default 350.
    pub stop_hold: f32,
    /// Hold of the near position. 200 to 5000, default 800.
    pub near_hold: f32,
    /// Time limit of a stage. 3000 to 300000, default 20000.
    pub stage_limit: f32,
    /// Time limit of all attempts together, so that restarts end. 5000 to 900000, default 120000.
    pub session_limit: f32,
    /// How long the face may be lost between far and near. 200 to 5000, default 1000.
    pub face_lost: f32,
    /// How long a second face, or a face of different appearance, is tolerated between far and near as an error of the
    /// detector. 0 to 700, default 250; less than `nearHold`.
    pub other_face: f32,
    /// How long the camera may be muted. 1000 to 60000, default 10000.
    pub mute_limit: f32,
}

impl Default for SessionConfig {
    fn default() -> Self {
        SessionConfig {
            far_hold: 1000.0,
            stop_hold: 350.0,
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
    /// All settings with their names in JSON and their ranges.
    pub const SETTINGS: &[Setting<Self>] = &[
        Setting::new("farHold", 200.0, 5000.0, |all| &mut all.far_hold),
        Setting::new("stopHold", 200.0, 5000.0, |all| &mut all.stop_hold),
        Setting::new("nearHold", 200.0, 5000.0, |all| &mut all.near_hold),
        Setting::new("stageLimit", 3000.0, 300_000.0, |all| &mut all.stage_limit),
        Setting::new("sessionLimit", 5000.0, 900_000.0, |all| &mut all.session_limit),
        Setting::new("faceLost", 200.0, 5000.0, |all| &mut all.face_lost),
        Setting::new("otherFace", 0.0, 700.0, |all| &mut all.other_face),
        Setting::new("muteLimit", 1000.0, 60_000.0, |all| &mut all.mute_limit),
    ];

    /// Checks all ranges.
    ///
    /// # Errors
    /// The first field that is out of its range, with its value and the range.
    pub fn validate(&self) -> Result<(), ThresholdError> {
        check_ranges(Self::SETTINGS, self)?;
        const SOONER: &str = " (at most 0.8 times nearHold)";
        in_range("otherFace", self.other_face, 0.0, 0.8 * self.near_hold, SOONER)
    }
}
