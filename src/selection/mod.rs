//! Which frames are worth keeping: the best of each stage, and a few spread over the session.

mod audit;
mod score;

pub use audit::{AuditFrame, AuditPlan};
pub use score::{Best, FIT, FaceFacts, KeptFrame, SURELY_OPEN, SURELY_SHUT, Score, score};
