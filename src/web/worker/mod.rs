//! The worker's side: reads frames into wasm memory, runs the pipeline, and encodes the kept frames.

pub(super) mod capture_worker;
pub(super) mod detector;
pub(super) mod frame_buffer;
pub(super) mod results;
