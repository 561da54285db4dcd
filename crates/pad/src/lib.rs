//! Runs trained networks for presentation attack detection (PAD). nearfar ships none: the operator provides ONNX files
//! and describes the input of each (`docs/PAD.md`).
//!
//! A network sees one crop around the face and distinguishes a living person from a print or a screen. Its training
//! data determines its value; `nearfar-scoring` weighs its output against other evidence.
//!
//! ```no_run
//! use nearfar_pad::{Colors, FaceImage, ModelConfig, Models};
//! use nearfar::frame::Rect;
//! let config = ModelConfig {
//!     file: "minifasnet.onnx".into(),
//!     sha256: "…".into(),
//!     side: 80,
//!     crop: 2.7,
//!     colors: Colors::Bgr,
//!     range: [0.0, 255.0],
//!     live: 1,
//!     temperature: 1.0,
//!     threshold: 0.5,
//!     weight: 1.0,
//! };
//! let models = Models::load(&[config], 2)?;
//! let picture = nearfar_pad::open_image("face.jpg".as_ref())?;
//! let face = Rect { x: 120.0, y: 80.0, width: 200.0, height: 200.0 };
//! let image = FaceImage { name: "near", picture: &picture, face: &face };
//! if let Some(scores) = models.scores(&[image], || false)? {
//!     println!("log odds of a living person: {}", scores.log_odds);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
