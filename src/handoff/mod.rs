//! The cross-device process as the first device sees it: what it shows, and when it asks again. No I/O.

mod schedule;
mod stage;

pub use schedule::{pause_after_answer, pause_after_failure};
pub use stage::{LinkState, Stage};
