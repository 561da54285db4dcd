//! The cross-device process as the first device sees it: what it shows. No I/O.

mod stage;

pub use stage::{HandoffStage, LinkState};
