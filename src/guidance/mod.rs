//! Guidance: derives one instruction from faces, measurements and the target oval.
//!
//! [`assess`] is pure and total: for any input it selects exactly one [`Instruction`] and reports all failing checks.
//! [`Hysteresis`] keeps the displayed instruction from flickering.

mod assess;
mod confidence;
mod hysteresis;
mod instruction;
mod motion;
mod path;
mod setting;
mod stage;
mod target;
mod thresholds;

pub use assess::{Assessment, Scene, assess, assess_in_stream, main_face, main_face_in_stream};
pub use confidence::ConfidenceGate;
pub use hysteresis::Hysteresis;
pub use instruction::{Instruction, InstructionSet};
pub use motion::Motion;
pub use path::{MotionPath, Position};
pub use setting::{Setting, ThresholdError};
pub(crate) use setting::{check_ranges, in_range, set_by_name};
pub use stage::{MAX_STOPS, Stage};
pub use target::{Target, Viewport};
pub use thresholds::{MIN_GROWTH, StageThresholds, Thresholds};
