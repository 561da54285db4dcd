//! Judges an attempt: is the upload what the page captured, can the faces be judged, are far and near one capture?
//!
//! What the score proves and what it does not: `docs/SCORE.md`.

pub mod analyzer;
pub mod checks;
pub mod comparison;
pub mod evidence;
pub mod interval;
pub mod limits;
pub mod pad;
pub mod picture;
mod report;
pub mod score;
pub mod scorer;
pub mod stop;
pub mod verdict;

pub use evidence::{AskedLight, AskedMotion, Evidence, IssuedNonce};
pub use limits::{LimitError, Limits, PictureLimits};
pub use scorer::{GeometryScorer, LoadError, Scorer};
pub use stop::{Stop, Stopped};
pub use verdict::{Check, CheckOutcome, Kind, Outcome, Verdict};
