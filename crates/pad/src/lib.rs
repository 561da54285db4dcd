//! Trained networks for presentation attack detection (PAD). None comes with nearfar: the operator brings ONNX files and
//! says how each wants its input (`docs/PAD.md`).
//!
//! A network looks at one picture around the face and distinguishes a living person from a print or a screen. What it was trained on
//! decides what it is worth; how its output is weighed against the rest is the matter of the crate that scores.

mod config;
mod input;
mod model;
mod models;
mod open_image;

pub use config::{Colors, ConfigError, ModelConfig};
pub use input::{Crop, input};
pub use model::{LoadError, LoadReason, Model, RunError};
pub use models::{FaceImage, Models, Score, Scores};
pub use open_image::open_image;
