//! The challenges of a capture, and how an account overrides each level.

use crate::error::{Error, Result};
use nearfar_protocol::result::LIVE_SCORE;
use serde::{Deserialize, Serialize};

/// How the light challenge is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LightSetting {
    /// Not used.
    #[default]
    Off,
    /// Optional. A face that does not reflect the colours can pass with a lower score.
    Offered,
    /// Only a face that reflects the colours passes.
    Required,
}

/// How the motion challenge is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MotionSetting {
    /// Not used.
    #[default]
    Off,
    /// Used if the page supports it.
    On,
    /// Every attempt needs a path.
    Required,
}

/// Overrides of an account for each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields, default)]
pub struct Levels {
    /// For `STANDARD`.
    pub standard: LevelSettings,
    /// For `PRO`.
    pub pro: LevelSettings,
}

/// Overrides of one level. Missing fields keep the level's default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LevelSettings {
    /// Default: `off` at `STANDARD`, `required` at `PRO`.
    pub motion_challenge: Option<MotionSetting>,
    /// Default: `off` at `STANDARD`, `offered` at `PRO`.
    pub light_challenge: Option<LightSetting>,
    /// The least passing score, 50 to 100. Default: the service's.
    pub pass_score: Option<u8>,
}

impl LevelSettings {
    fn validate(&self, what: &'static str) -> Result<()> {
        if self.pass_score.is_some_and(|score| !(LIVE_SCORE..=100).contains(&score)) {
            return Err(Error::invalid(what, "must be 50 to 100: a lower score means an attack"));
        }
        Ok(())
    }
}

impl Levels {
    /// Validates every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the first invalid field.
    pub fn validate(&self) -> Result<()> {
        self.standard.validate("levels.STANDARD.passScore")?;
        self.pro.validate("levels.PRO.passScore")
    }
}
