//! One person's capture as a state machine without I/O: events in, effects out.
//!
//! [`Session::step`] is the only way in. Time comes with each event; nothing here reads a clock, a camera or
//! a page. `docs/SESSION.md` shows the table of [`transitions`] and says what each event does.

mod appearance;
mod config;
mod continuity;
mod effect;
mod event;
mod machine;
mod phase;

pub use appearance::Appearance;
pub use config::SessionConfig;
pub use effect::{Effect, Outcome, PauseReason, RestartReason};
pub use event::{Event, Observation};
pub use machine::Session;
pub use phase::{Phase, Trigger, next_phase, transitions};
