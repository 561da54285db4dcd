//! Simulated pictures: portraits on heads in depth, on prints and on screens, covered, lit and filmed as an ordinary camera
//! would. Tests and evaluations are fed with them; nothing of it is part of the product.

pub mod canvas;
pub mod covers;
pub mod everyday;
pub mod footage;
pub mod lighting;
pub mod photographs;
pub mod portraits;
pub mod random;
pub mod scene;
pub mod screen;
