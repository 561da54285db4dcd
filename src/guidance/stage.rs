//! The stages of an attempt.

use serde::{Deserialize, Serialize};

/// Maximum number of stops between far and near.
pub const MAX_STOPS: usize = 2;

/// The stages of an attempt in order. Stops exist only in a motion challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// At arm's length.
    Far,
    /// The first stop of the path.
    FirstStop,
    /// The second stop of the path, if it has two.
    SecondStop,
    /// Close to the camera.
    Near,
}

impl Stage {
    /// All stages.
    pub const ALL: [Stage; 4] = [Stage::Far, Stage::FirstStop, Stage::SecondStop, Stage::Near];
    /// The stops.
    pub const STOPS: [Stage; MAX_STOPS] = [Stage::FirstStop, Stage::SecondStop];

    /// Index of the stop, if this is one.
    pub fn stop(self) -> Option<usize> {
        Self::STOPS.iter().position(|stop| *stop == self)
    }

    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Far => "far",
            Stage::FirstStop => "first_stop",
            Stage::SecondStop => "second_stop",
            Stage::Near => "near",
        }
    }
}
