//! The worker's side: reads frames into wasm memory, runs the pipeline, and encodes the kept frames.

pub mod capture_worker;
pub mod detector;
pub mod frame_buffer;
pub mod results;
