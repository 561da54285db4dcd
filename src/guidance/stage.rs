//! The stages of an attempt.

use serde::{Deserialize, Serialize};

/// The most stops between far and near.
pub const MAX_STOPS: usize = 2;

/// The stages of an attempt, in their order. The stops are those of a motion challenge; without one there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// First, at arm's length.
    Far,
    /// On the way, where the path says.
    FirstStop,
    /// Farther on the way, where the path has two stops.
    SecondStop,
    /// Then close to the camera.
    Near,
}

impl Stage {
    /// All of them.
    pub const ALL: [Stage; 4] = [Stage::Far, Stage::FirstStop, Stage::SecondStop, Stage::Near];
    /// The stops.
    pub const STOPS: [Stage; MAX_STOPS] = [Stage::FirstStop, Stage::SecondStop];

    /// Which stop it is, from 0, if it is one.
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
