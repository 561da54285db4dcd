//! The browser side, and the only place that knows web-sys.
//!
//! The same module runs twice. In the window, [`CaptureController`] owns the camera and hands frames to a worker;
//! in the worker, [`CaptureWorker`] runs the pipeline on them and encodes what was chosen.

mod js;
mod window;
mod worker;

pub use js::options::CaptureOptions;
pub use window::capture_controller::CaptureController;
pub use window::handoff::handoff_stage;
pub use window::host_messenger::notify_host;
pub use worker::capture_worker::CaptureWorker;
pub use worker::detector::FaceDetector;

/// A third of the code of Rust's own allocator for wasm, and the steady state allocates nothing anyway.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
