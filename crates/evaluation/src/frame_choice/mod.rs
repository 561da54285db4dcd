//! Holds, made and filmed, and which of their frames the engine keeps.

pub mod choice;
pub mod reference;
pub mod simulated;
