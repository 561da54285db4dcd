//! The browser side; the only module that uses web-sys.
//!
//! The same wasm module runs twice. In the window, [`WindowCapture`] owns the camera and sends frames to a worker.
//! In the worker, [`CaptureWorker`] runs the pipeline on them and encodes the selected frames.

mod js;
mod window;
mod worker;

pub use js::options::CaptureOptions;
pub use window::host_messenger::notify_host;
pub use window::window_capture::WindowCapture;
pub use worker::capture_worker::CaptureWorker;
pub use worker::detector::FaceDetector;

/// A third of the code size of Rust's default allocator for wasm; the steady state does not allocate.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
