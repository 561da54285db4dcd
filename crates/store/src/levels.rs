//! The challenges of a capture, and what an account changes of each level.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// What the light challenge counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LightSetting {
    /// There is none.
    #[default]
    Off,
    /// The person may leave it out, and a face that does not follow passes all the same, with a lower score.
    Offered,
    /// Only a face that follows passes.
    Required,
}

/// What the motion challenge counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MotionSetting {
    /// There is none.
    #[default]
    Off,
    /// A page that can leads along a path; one that cannot delivers without.
    On,
    /// No attempt is made without a path.
    Required,
}

/// What an account changes of each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields, default)]
pub struct Levels {
    /// Of `STANDARD`.
    pub standard: LevelSettings,
    /// Of `PRO`.
    pub pro: LevelSettings,
}

/// What an account changes of a level; what is missing stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LevelSettings {
    /// `off` at `STANDARD` and `required` at `PRO` unless told.
    pub motion_challenge: Option<MotionSetting>,
    /// `off` at `STANDARD` and `offered` at `PRO` unless told.
    pub light_challenge: Option<LightSetting>,
    /// The least score that passes, 50 to 100; the service's own unless told.
    pub pass_score: Option<u8>,
}

impl LevelSettings {
    fn validate(&self, what: &'static str) -> Result<()> {
        if self.pass_score.is_some_and(|score| !(50..=100).contains(&score)) {
            return Err(Error::invalid(what, "must be 50 to 100: a lower score means an attack"));
        }
        Ok(())
    }
}

impl Levels {
    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the first field that is wrong.
    pub fn validate(&self) -> Result<()> {
        self.standard.validate("levels.STANDARD.passScore")?;
        self.pro.validate("levels.PRO.passScore")
    }
}
