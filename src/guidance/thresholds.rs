//! The thresholds of guidance, with defaults and ranges.

use super::setting::{Setting, ThresholdError, check_ranges, in_range};
use serde::{Deserialize, Serialize};

/// Minimum growth of the face from the far to the near frame. Slightly above the 1.5 that an independent detector is
/// required to find, since two detectors differ by a few percent.
pub const MIN_GROWTH: f32 = 1.55;

/// Size and position of the face in one stage, relative to the visible short side: the shorter side of the part of the
/// frame that the page shows. A stage must be given completely.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StageThresholds {
    /// Minimum width of the face box. 0.1 to 0.95.
    pub min_size: f32,
    /// Maximum width of the face box; at least 1.15 times `minSize`. 0.1 to 0.95.
    pub max_size: f32,
    /// Maximum distance of the face's centre from its position in the oval, horizontally and vertically. 0.02 to 0.5.
    pub max_offset: f32,
}

/// The thresholds of guidance. Missing fields take their defaults; unknown fields are an error.
///
/// The default sizes lie between those observed in the field (far faces of 0.14 to 0.21 of the short side or slightly
/// more, near ones from 0.3 up) and a growth of 1.55 from far to near.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Thresholds {
    /// The far stage. Default 0.22 to 0.36, offset 0.12.
    pub far: StageThresholds,
    /// The near stage. Default 0.56 to 0.74, offset 0.13. `minSize` is at least 1.55 times the far `maxSize`.
    pub near: StageThresholds,
    /// Minimum detection score of a face. 0.1 to 0.95, default 0.5.
    pub min_score: f32,
    /// Minimum width of a second face that counts, relative to the main face: smaller ones are posters and passers-by.
    /// 0.1 to 1, default 0.35.
    pub other_face_size: f32,
    /// Minimum detection score of a second face that counts. Higher than `minScore`: the detector sometimes finds
    /// low-scoring faces in patterns, hands or animals, below 0.8 in nearly all of a thousand photographs in which
    /// clear faces have 0.85 and more. 0.1 to 0.95, default 0.8.
    pub other_face_score: f32,
    /// Maximum yaw, degrees. 3 to 60, default 18.
    pub max_yaw: f32,
    /// Maximum pitch, degrees. 3 to 60, default 20.
    pub max_pitch: f32,
    /// Maximum roll, degrees. 3 to 60, default 18.
    pub max_roll: f32,
    /// Minimum sharpness of the face. 0 to 0.95, default 0.25.
    pub min_sharpness: f32,
    /// Minimum brightness of the face. 0 to 0.6, default 0.24: four of five photographed faces are below it when
    /// darkened by four stops, and none as photographed, for every skin tone.
    pub min_brightness: f32,
    /// Maximum brightness of the face. 0.4 to 1, default 0.85.
    pub max_brightness: f32,
    /// Maximum brightness of the background above that of the face. 0.05 to 1, default 0.5: a pale wall behind dark
    /// skin is not back light.
    pub max_backlight: f32,
    /// Maximum overexposed share of the face. 0.01 to 1, default 0.25.
    pub max_overexposed: f32,
    /// Maximum occlusion. 0.05 to 1, default 0.5.
    pub max_occlusion: f32,
    /// Maximum speed of the face, in face widths per second. 0.05 to 10, default 0.6.
    pub max_speed: f32,
    /// How far beyond its limit a failing check must go to pass again, relative to the limit (to the stage's whole
    /// range for sizes). 0 to 0.3, default 0.08.
    pub margin: f32,
    /// How long a changed instruction must persist before it is shown, ms. 0 to 3000, default 600.
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
    /// All settings with their names in JSON and their ranges.
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

    /// Checks all ranges and the relations between sizes and between brightnesses.
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
