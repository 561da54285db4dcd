//! The choice of the frame that the engine keeps of a hold, on simulated and filmed holds.

pub mod choice;
pub mod reference;
pub mod simulated;
