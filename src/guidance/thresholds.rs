//! The numbers that decide, with their defaults and their ranges.

use super::setting::{Setting, ThresholdError, check_ranges, in_range};
use serde::{Deserialize, Serialize};

/// How many times larger than in the far frame the face must be in the near frame. A little above the 1.5
/// that an independent detector is to find, since two detectors differ by a few percent.
pub const MIN_GROWTH: f32 = 1.55;

/// Size and place of the face in one stage, as shares of the visible short side: of the shorter side of
/// that part of the frame which the page shows. A stage is given whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StageThresholds {
    /// Least width of the face box. 0.1 to 0.95.
    pub min_size: f32,
    /// Greatest width of the face box; at least 1.15 times `minSize`. 0.1 to 0.95.
    pub max_size: f32,
    /// How far the middle of the face may be from its place in the oval, across and along. 0.02 to 0.5.
    pub max_offset: f32,
}

/// Everything that guidance compares with. A field that is missing takes its default; one that is unknown is an error.
///
/// The sizes of the defaults lie between those in the field (far faces of 0.14 to 0.21 of the short side or
/// a little more, near ones from 0.3 up) and what makes the near face 1.55 times the far one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Thresholds {
    /// The far stage. Default 0.22 to 0.36, offset 0.12.
    pub far: StageThresholds,
    /// The near stage. Default 0.56 to 0.74, offset 0.13. `minSize` is at least 1.55 times the far `maxSize`.
    pub near: StageThresholds,
    /// Least detection score of a face that is looked at. 0.1 to 0.95, default 0.5.
    pub min_score: f32,
    /// A second face counts from this share of the main face's width: smaller ones are posters and
    /// passers-by. 0.1 to 1, default 0.35.
    pub other_face_size: f32,
    /// Least detection score of a second face that counts. Higher than `minScore`: the detector now and then sees
    /// a face of little score in a pattern, a hand or an animal, less than 0.8 in nearly all of a thousand photographs in
    /// which clear faces have 0.85 and more. 0.1 to 0.95, default 0.8.
    pub other_face_score: f32,
    /// Greatest turn to either side, degrees. 3 to 60, default 18.
    pub max_yaw: f32,
    /// Greatest nod up or down, degrees. 3 to 60, default 20.
    pub max_pitch: f32,
    /// Greatest tilt to either shoulder, degrees. 3 to 60, default 18.
    pub max_roll: f32,
    /// Least sharpness of the face. 0 to 0.95, default 0.25.
    pub min_sharpness: f32,
    /// Least brightness of the face. 0 to 0.6, default 0.24: of photographed faces four of five are below it when the light
    /// is four stops less, and none as photographed, whatever the skin's tone.
    pub min_brightness: f32,
    /// Greatest brightness of the face. 0.4 to 1, default 0.85.
    pub max_brightness: f32,
    /// By how much the surroundings may be brighter than the face. 0.05 to 1, default 0.5: a pale wall behind
    /// dark skin is not back light.
    pub max_backlight: f32,
    /// Greatest overexposed share of the face. 0.01 to 1, default 0.25.
    pub max_overexposed: f32,
    /// Greatest occlusion. 0.05 to 1, default 0.5.
    pub max_occlusion: f32,
    /// Fastest motion of the face, in its own widths a second. 0.05 to 10, default 0.6.
    pub max_speed: f32,
    /// How much further than its limit a failing check must go to pass again, as a share of the limit (of a
    /// stage's whole range for sizes). 0 to 0.3, default 0.08.
    pub margin: f32,
    /// How long a changed instruction must hold before it is shown, ms. 0 to 3000, default 600.
    pub instruction_hold: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            far: StageThresholds { min_size: 0.22, max_size: 0.36, max_offset: 0.12 },
            near: StageThresholds { min_size: 0.56, max_size: 0.74, max_offset: 0.13 },
            min_score: 0.5,
            other_face_size: 0.35,
            other_face_score: 0.8,
            max_yaw: 18.0,
            max_pitch: 20.0,
            max_roll: 18.0,
            min_sharpness: 0.25,
            min_brightness: 0.24,
            max_brightness: 0.85,
            max_backlight: 0.5,
            max_overexposed: 0.25,
            max_occlusion: 0.5,
            max_speed: 0.6,
            margin: 0.08,
            instruction_hold: 600.0,
        }
    }
}

impl Thresholds {
    /// Every number, under its name in JSON and with its range.
    pub const SETTINGS: &[Setting<Self>] = &[
        Setting::new("far.minSize", 0.1, 0.95, |all| &mut all.far.min_size),
        Setting::new("far.maxSize", 0.1, 0.95, |all| &mut all.far.max_size),
        Setting::new("far.maxOffset", 0.02, 0.5, |all| &mut all.far.max_offset),
        Setting::new("near.minSize", 0.1, 0.95, |all| &mut all.near.min_size),
        Setting::new("near.maxSize", 0.1, 0.95, |all| &mut all.near.max_size),
        Setting::new("near.maxOffset", 0.02, 0.5, |all| &mut all.near.max_offset),
        Setting::new("minScore", 0.1, 0.95, |all| &mut all.min_score),
        Setting::new("otherFaceSize", 0.1, 1.0, |all| &mut all.other_face_size),
        Setting::new("otherFaceScore", 0.1, 0.95, |all| &mut all.other_face_score),
        Setting::new("maxYaw", 3.0, 60.0, |all| &mut all.max_yaw),
        Setting::new("maxPitch", 3.0, 60.0, |all| &mut all.max_pitch),
        Setting::new("maxRoll", 3.0, 60.0, |all| &mut all.max_roll),
        Setting::new("minSharpness", 0.0, 0.95, |all| &mut all.min_sharpness),
        Setting::new("minBrightness", 0.0, 0.6, |all| &mut all.min_brightness),
        Setting::new("maxBrightness", 0.4, 1.0, |all| &mut all.max_brightness),
        Setting::new("maxBacklight", 0.05, 1.0, |all| &mut all.max_backlight),
        Setting::new("maxOverexposed", 0.01, 1.0, |all| &mut all.max_overexposed),
        Setting::new("maxOcclusion", 0.05, 1.0, |all| &mut all.max_occlusion),
        Setting::new("maxSpeed", 0.05, 10.0, |all| &mut all.max_speed),
        Setting::new("margin", 0.0, 0.3, |all| &mut all.margin),
        Setting::new("instructionHold", 0.0, 3000.0, |all| &mut all.instruction_hold),
    ];

    /// Checks every range, and what the sizes and the brightnesses must be to one another.
    ///
    /// # Errors
    /// The first field that is out of its range, with its value and the range.
    pub fn validate(&self) -> Result<(), ThresholdError> {
        check_ranges(Self::SETTINGS, self)?;
        const ROOM: &str = " (at least 1.15 times minSize)";
        in_range("far.maxSize", self.far.max_size, self.far.min_size * 1.15, 0.95, ROOM)?;
        in_range("near.maxSize", self.near.max_size, self.near.min_size * 1.15, 0.95, ROOM)?;
        const GROWTH: &str = " (at least 1.55 times far.maxSize)";
        in_range("near.minSize", self.near.min_size, self.far.max_size * MIN_GROWTH, 0.95, GROWTH)?;
        const BRIGHTER: &str = " (above minBrightness by 0.1)";
        in_range("maxBrightness", self.max_brightness, self.min_brightness + 0.1, 1.0, BRIGHTER)
    }
}
