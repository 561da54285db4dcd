//! The browser side, and the only place that knows web-sys.
//!
//! The same module runs twice. In the window, [`Capture`] owns the camera and hands frames to a worker;
//! in the worker, [`WorkerCapture`] runs the pipeline on them and encodes what was chosen.

mod js;
mod window;
mod worker;

pub use js::options::CaptureOptions;
pub use window::capture::Capture;
pub use window::handoff::handoff_stage;
pub use window::host_messenger::notify_host;
pub use worker::capture::WorkerCapture;
pub use worker::detector::FaceDetector;

/// A third of the code of Rust's own allocator for wasm, and the steady state allocates nothing anyway.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
