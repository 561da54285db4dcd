//! Decides whether the far and the near picture of a capture show a flat surface or a face with depth.
//!
//! It uses no trained network: both faces are normalised in size by eyes and mouth, patches of one are matched in the
//! other, the plane that explains most of them is removed, and the residual flow is compared with the parallax of a
//! mean face's depth and with that of bent and folded sheets. Error rates: `docs/LIVENESS.md`. The result is part of
//! the score; nothing of it runs in a browser.
//!
//! ```
//! use nearfar_parallax::{Verdict, View, parallax};
//!
//! fn is_face(far: View, near: View) -> bool {
//!     matches!(parallax(far, near, 1).verdict, Verdict::LogLikelihoodRatio(ratio) if ratio > 0.0)
//! }
//! ```

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
