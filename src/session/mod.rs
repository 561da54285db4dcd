//! One person's capture as a state machine without I/O.
//!
//! [`Session::step`] is the only entry point: it takes events and returns effects. Time comes with each event; nothing
//! here reads a clock, a camera or a page. `docs/SESSION.md` contains the table of [`transitions`] and describes each
//! event.

mod appearance;
mod config;
mod continuity;
mod effect;
mod event;
mod machine;
mod phase;

pub use appearance::{Appearance, CELLS_PER_SIDE};
pub use config::SessionConfig;
pub use effect::{Effect, Outcome, PauseReason, RestartReason};
pub use event::{Event, Observation};
pub use machine::Session;
pub use phase::{Phase, Trigger, next_phase, transitions};
