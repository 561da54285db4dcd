//! Portraits on heads in depth, on prints and on screens, as a camera sees them: what captures are staged from.

pub mod everyday;
pub mod footage;
pub mod portraits;
pub mod scene;
pub mod screen;
