//! Simulated pictures for tests and evaluations: portraits rendered on 3D heads, prints and screens, with covers,
//! lighting and the degradation of ordinary cameras. The product does not contain this crate.

pub mod augmentation;
pub mod confounders;
pub mod covers;
pub mod degradation;
pub mod lighting;
pub mod paper;
pub mod photographs;
pub mod portraits;
pub mod random;
pub mod scene;
pub mod screen;
