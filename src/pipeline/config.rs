//! The configuration of the pipeline.

use crate::guidance::{ThresholdError, Thresholds, in_range, set_by_name};
use crate::session::SessionConfig;
use serde::{Deserialize, Serialize};

const AUDIT_FRAMES: &str = "auditFrames";
const MAX_AUDIT_FRAMES: f32 = 24.0;

/// The configuration of a capture. Missing fields take their defaults; unknown fields are an error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(rename = "CaptureConfig"))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PipelineConfig {
    /// Thresholds of guidance.
    pub thresholds: Thresholds,
    /// Holds and time limits.
    pub session: SessionConfig,
    /// Number of audit frames. 0 to 24, default 6.
    pub audit_frames: usize,
}

impl Default for PipelineConfig {
    fn default() -> Self {
        PipelineConfig { thresholds: Thresholds::default(), session: SessionConfig::default(), audit_frames: 6 }
    }
}

/// Why a setting cannot be set.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingError {
    /// The setting does not exist.
    Unknown,
    /// The value is invalid.
    Value(ThresholdError),
}

impl PipelineConfig {
    /// Sets the number at `path`, such as `thresholds.far.minSize`. Replaces deserialisation where there is no
    /// deserialiser. [`PipelineConfig::validate`] checks the ranges.
    ///
    /// # Errors
    /// An unknown path, or a number of frames that is not an integer.
    pub fn set(&mut self, path: &str, value: f32) -> Result<(), SettingError> {
        let known = match path.split_once('.') {
            Some(("thresholds", name)) => set_by_name(Thresholds::SETTINGS, &mut self.thresholds, name, value),
            Some(("session", name)) => set_by_name(SessionConfig::SETTINGS, &mut self.session, name, value),
            _ if path == AUDIT_FRAMES => {
                let whole = if value.fract() == 0.0 { value } else { f32::NAN };
                in_range(AUDIT_FRAMES, whole, 0.0, MAX_AUDIT_FRAMES, " (a whole number)")
                    .map_err(|error| SettingError::Value(ThresholdError { value, ..error }))?;
                self.audit_frames = value as usize;
                true
            }
            _ => false,
        };
        if known { Ok(()) } else { Err(SettingError::Unknown) }
    }

    /// Checks all ranges.
    ///
    /// # Errors
    /// The first field that is out of its range, with its value and the range.
    pub fn validate(&self) -> Result<(), ThresholdError> {
        self.thresholds.validate()?;
        self.session.validate()?;
        in_range(AUDIT_FRAMES, self.audit_frames as f32, 0.0, MAX_AUDIT_FRAMES, "")
    }
}
