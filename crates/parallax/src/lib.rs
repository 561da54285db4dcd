//! Flat or real: whether one plane explains the far and the near picture of a capture, or a face's depth.
//!
//! No trained network: both faces are brought to one size by eyes and mouth, patches of one are found in the other,
//! the plane that explains most of them is taken out, and the residual flow is compared with the parallax that the depth
//! of a mean face gives, and with that of bent and folded sheets. What it is worth: `docs/LIVENESS.md`. Part of the score,
//! and of nothing that runs in a browser.

mod calibration;
mod crop;
mod depth;
mod evidence;
mod explanation;
mod face_table;
mod figures;
mod flow;
mod homography;
mod least_squares;
mod map;
mod odds;
mod odds_model;
mod parallax;
mod residual_flow;
mod sheets;

pub use calibration::{Calibration, calibration};
pub use depth::face_depth;
pub use evidence::{EVIDENCE_COUNT, EVIDENCE_NAMES};
pub use figures::Figures;
pub use map::ResidualMap;
pub use parallax::{InconclusiveReason, Parallax, Verdict, View, parallax};
