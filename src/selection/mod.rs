//! Selects the frames to keep: the best of each stage, and a few spread over the session.

mod audit;
mod score;

pub use audit::{AuditFrame, AuditPlan};
pub use score::{Best, EYES_CLOSED_MAX, EYES_OPEN_MIN, FaceFacts, KeptFrame, MIN_RELATIVE_FITNESS, Score, score};
