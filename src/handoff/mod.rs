//! The handoff to another device as the first device shows it. No I/O.

mod stage;

pub use stage::{HandoffStage, LinkState};
