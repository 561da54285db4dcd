//! The browser side, and the only place that knows web-sys.
//!
//! The same module runs twice. In the window, [`Capture`] owns the camera and hands frames to a worker;
//! in the worker, [`WorkerCapture`] runs the pipeline on them and encodes what was chosen.

mod bindings;
mod camera;
mod capture;
mod config;
mod detector;
mod fault;
mod feed;
mod handoff;
mod landing;
mod link;
mod messages;
mod options;
mod outbox;
mod page_watch;
mod results;
mod support;
mod worker;

pub use capture::Capture;
pub use detector::FaceDetector;
pub use handoff::hand_off_stage;
pub use options::CaptureOptions;
pub use outbox::tell;
pub use worker::WorkerCapture;

/// A third of the code of Rust's own allocator for wasm, and the steady state allocates nothing anyway.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
