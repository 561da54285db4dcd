//! The choice of the frame that the engine keeps of a hold, on simulated and recorded holds.

pub mod choice;
pub mod reference;
pub mod simulated;
