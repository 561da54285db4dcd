//! Which frames are worth keeping: the best of each stage, and a few spread over the session.

mod audit;
mod score;

pub use audit::{AuditFrame, AuditPlan};
pub use score::{Best, FaceFacts, KeptFrame, Score, score};
