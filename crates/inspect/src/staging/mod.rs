//! Portraits on heads in depth and on prints, as a camera sees them: what captures are staged from.

pub mod portraits;
pub mod scene;
