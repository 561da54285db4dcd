//! Scores an attempt: checks the integrity of the upload, the faces, the comparison of far and near, and fuses the
//! evidence.
//!
//! `docs/SCORE.md` says what the score proves and what it does not.

pub mod analyzer;
pub mod cancellation;
pub mod checks;
pub mod comparison;
pub mod evidence;
pub mod fusion;
mod geometry_scorer;
pub mod interval;
pub mod limits;
pub mod pad;
pub mod picture;
pub mod scorer;
pub mod verdict;
mod verdict_builder;

pub use cancellation::{Cancellation, Cancelled};
pub use evidence::{Evidence, IssuedLightChallenge, IssuedMotionChallenge, IssuedNonce};
pub use geometry_scorer::{GeometryScorer, LoadError};
pub use limits::{LimitError, Limits, PictureLimits};
pub use scorer::Scorer;
pub use verdict::{Bounds, Check, CheckOutcome, Kind, Outcome, Verdict};
