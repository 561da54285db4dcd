//! The limits of the checks.

use nearfar::guidance::{ThresholdError, Thresholds};
use serde::{Deserialize, Serialize};

/// All limits of the built-in scorer. Deserialises from camelCase JSON: missing fields take their defaults, unknown
/// fields are an error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limits {
    /// Limits of far and near: by the contract 256 to 4096 pixels a side and less than 2 MB. Bytes 1000 to 16000000.
    pub picture: PictureLimits,
    /// Limits of audit frames. Default 16 to 1280 pixels a side and less than 500000 bytes.
    pub audit: PictureLimits,
    /// Greatest length of the video in bytes. 0 to 1000000000, default 64000000.
    pub max_video_bytes: u64,
    /// The thresholds of guidance, as on the page. They validate their own ranges.
    pub thresholds: Thresholds,
    /// The share by which a face may miss `thresholds` here. A still is measured differently from a frame of a stream,
    /// and a picture that the page just accepts must pass here. 0 to 0.5, default 0.2.
    pub allowance: f32,
    /// Least width of a face in pixels; figures of smaller faces are meaningless. 16 to 512, default 40.
    pub min_face_pixels: f32,
    /// How many times wider the near face must be, each relative to the width of its picture. 1.05 to 3, default 1.4:
    /// the page asks for 1.55, and two detections of a face differ by a few percent.
    pub min_growth: f32,
    /// Least time from far to near, ms. 0 to 10000, default 100.
    pub min_far_to_near: u32,
    /// Greatest time from far to near, ms. 1000 to 1000000, default 930000: more than the longest attempt of a page with
    /// more time (`sessionLimit`, at most 900 s), so that no slow person counts as an attacker.
    pub max_far_to_near: u32,
    /// Greatest offset of the device's clock from the server's, ms; with a greater one `times` is skipped. 0 to
    /// 86400000, default 600000. The *duration* of the capture is always checked against the server's clock.
    pub max_clock_offset: u32,
    /// Tolerance between times that should agree, ms: a frame is taken a little before it is assessed.
    /// 0 to 60000, default 1500.
    pub time_slack: u32,
    /// Greatest difference of the aspect ratios of far and near, as a share. 0 to 0.2, default 0.01.
    pub max_aspect_difference: f32,
    /// The score is 0 below this likelihood that both pictures show one face in one capture. 0 to 0.5, default 0.1.
    pub min_likelihood: f32,
    /// The score is 0 below this likelihood that the face has depth. 0 to 0.5, default 0.12.
    pub min_depth: f32,
    /// An attempt is an attack below this likelihood of a living head. Between it and 0.5 the attempt is inconclusive,
    /// and the person may try again. 0 to 0.5, default 0.12: chosen in view of captures of real people, of which one in
    /// 49 is below it (docs/LIVENESS.md).
    pub attack_below: f32,
}

/// Limits of a JPEG file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PictureLimits {
    /// Least side, pixels. 1 to `max_side`.
    pub min_side: u32,
    /// Greatest side, pixels. At most 4096: it bounds the memory of one picture.
    pub max_side: u32,
    /// The file is shorter than this.
    pub max_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            picture: PictureLimits { min_side: 256, max_side: 4096, max_bytes: 2_000_000 },
            audit: PictureLimits { min_side: 16, max_side: 1280, max_bytes: 500_000 },
            max_video_bytes: 64_000_000,
            thresholds: Thresholds::default(),
            allowance: 0.2,
            min_face_pixels: 40.0,
            min_growth: 1.4,
            min_far_to_near: 100,
            max_far_to_near: 930_000,
            max_clock_offset: 600_000,
            time_slack: 1500,
            max_aspect_difference: 0.01,
            min_likelihood: 0.1,
            min_depth: 0.12,
            attack_below: 0.12,
        }
    }
}

/// A limit out of its range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LimitError {
    /// A number out of its range.
    #[error("{field} is {value}, outside {min} to {max}")]
    Range {
        /// The name of the field in JSON.
        field: &'static str,
        /// The value given.
        value: f64,
        /// Least value allowed.
        min: f64,
        /// Greatest value allowed.
        max: f64,
    },
    /// A threshold of guidance is out of its range.
    #[error("thresholds: {0}")]
    Threshold(#[from] ThresholdError),
}

impl Limits {
    /// Checks every range.
    ///
    /// # Errors
    /// The first field out of its range, with its value and the range.
    pub fn validate(&self) -> Result<(), LimitError> {
        self.thresholds.validate()?;
        let float = f64::from;
        let side = |side: u32| f64::from(side);
        let numbers = [
            ("picture.maxSide", side(self.picture.max_side), 1.0, 4096.0),
            ("picture.minSide", side(self.picture.min_side), 1.0, side(self.picture.max_side)),
            ("picture.maxBytes", self.picture.max_bytes as f64, 1000.0, 16e6),
            ("audit.maxSide", side(self.audit.max_side), 1.0, 4096.0),
            ("audit.minSide", side(self.audit.min_side), 1.0, side(self.audit.max_side)),
            ("audit.maxBytes", self.audit.max_bytes as f64, 1000.0, 16e6),
            ("maxVideoBytes", self.max_video_bytes as f64, 0.0, 1e9),
            ("allowance", float(self.allowance), 0.0, 0.5),
            ("minFacePixels", float(self.min_face_pixels), 16.0, 512.0),
            ("minGrowth", float(self.min_growth), 1.05, 3.0),
            ("minFarToNear", self.min_far_to_near.into(), 0.0, 10_000.0),
            ("maxFarToNear", self.max_far_to_near.into(), 1000.0, 1_000_000.0),
            ("maxClockOffset", self.max_clock_offset.into(), 0.0, 86_400_000.0),
            ("timeSlack", self.time_slack.into(), 0.0, 60_000.0),
            ("maxAspectDifference", float(self.max_aspect_difference), 0.0, float(0.2)),
            ("minLikelihood", float(self.min_likelihood), 0.0, 0.5),
            ("minDepth", float(self.min_depth), 0.0, 0.5),
            ("attackBelow", float(self.attack_below), 0.0, 0.5),
        ];
        let wrong = numbers.into_iter().find(|(_, value, min, max)| !(*min..=*max).contains(value));
        wrong.map_or(Ok(()), |(field, value, min, max)| Err(LimitError::Range { field, value, min, max }))
    }

    /// The thresholds of guidance, each widened by the allowance.
    pub fn widened(&self) -> Thresholds {
        let (more, less) = (1.0 + self.allowance, 1.0 - self.allowance);
        let mut wide = self.thresholds;
        for stage in [&mut wide.far, &mut wide.near] {
            stage.min_size *= less;
            stage.max_size *= more;
            stage.max_offset *= more;
        }
        wide.max_yaw *= more;
        wide.max_pitch *= more;
        wide.max_roll *= more;
        wide.min_sharpness *= less;
        wide.min_brightness *= less;
        wide.max_brightness = (wide.max_brightness * more).min(1.0 - 0.5 * (1.0 - wide.max_brightness));
        wide.max_backlight *= more;
        wide.max_overexposed *= more;
        wide.max_occlusion = (wide.max_occlusion * more).min(1.0);
        wide
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_in_range_and_other_values_are_named() {
        Limits::default().validate().unwrap();
        let field = |change: fn(&mut Limits)| {
            let mut limits = Limits::default();
            change(&mut limits);
            limits.validate().unwrap_err().to_string()
        };
        assert_eq!(field(|l| l.min_growth = 0.5), "minGrowth is 0.5, outside 1.05 to 3");
        assert!(field(|l| l.allowance = f32::NAN).starts_with("allowance is NaN"));
        assert!(field(|l| l.attack_below = 0.6).starts_with("attackBelow is 0.6"));
        // Depth decides first, so `min_depth` may exceed `attack_below`.
        Limits { min_depth: 0.3, ..Limits::default() }.validate().unwrap();
        assert!(field(|l| l.picture.min_side = 5000).starts_with("picture.minSide is 5000"));
        assert!(field(|l| l.picture.max_side = 20_000).starts_with("picture.maxSide is 20000"));
        assert!(field(|l| l.thresholds.max_yaw = 90.0).starts_with("thresholds: maxYaw"));
    }

    #[test]
    fn widening_never_tightens_a_threshold() {
        let limits = Limits::default();
        let (given, wide) = (limits.thresholds, limits.widened());
        assert!(wide.near.max_size > given.near.max_size && wide.near.min_size < given.near.min_size);
        assert!(wide.max_brightness > given.max_brightness && wide.max_brightness <= 1.0);
        assert!(wide.min_sharpness < given.min_sharpness && wide.max_occlusion > given.max_occlusion);
        assert_eq!(Limits { allowance: 0.0, ..limits }.widened().max_yaw, given.max_yaw);
    }

    #[test]
    fn limits_come_from_json_with_defaults_for_the_rest() {
        let limits: Limits = serde_json::from_str(r#"{"minGrowth": 1.5, "thresholds": {"maxYaw": 30}}"#).unwrap();
        assert_eq!((limits.min_growth, limits.thresholds.max_yaw, limits.allowance), (1.5, 30.0, 0.2));
        assert!(serde_json::from_str::<Limits>(r#"{"minGrowht": 1.5}"#).is_err());
    }
}
