//! Everything that an integrator can set.

use crate::guidance::{ThresholdError, Thresholds, in_range};
use crate::session::SessionConfig;
use serde::{Deserialize, Serialize};

/// Everything that can be set. Deserialises from camelCase JSON; missing fields take their defaults, unknown
/// ones are an error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PipelineConfig {
    /// What guidance compares with.
    pub thresholds: Thresholds,
    /// How long things may take.
    pub session: SessionConfig,
    /// How many audit frames are kept. 0 to 24, default 6.
    pub audit_frames: usize,
}

impl Default for PipelineConfig {
    fn default() -> Self {
        PipelineConfig { thresholds: Thresholds::default(), session: SessionConfig::default(), audit_frames: 6 }
    }
}

impl PipelineConfig {
    /// Checks every range.
    ///
    /// # Errors
    /// The first field that is out of its range, with its value and the range.
    pub fn validate(&self) -> Result<(), ThresholdError> {
        self.thresholds.validate()?;
        self.session.validate()?;
        in_range("auditFrames", self.audit_frames as f32, 0.0, 24.0, "")
    }
}
