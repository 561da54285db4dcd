//! The engine's native tests, in one program: each further one would link everything again.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]
#![cfg(not(target_arch = "wasm32"))]

mod architecture;
#[path = "../common/mod.rs"]
mod common;
mod detection_golden;
mod detection_int8;
mod detection_model;
mod detection_nms;
mod detection_phantoms;
mod detection_sampling;
mod detection_stream;
mod encoding_jpeg;
mod face_network;
mod frame_pixels;
mod guidance_assess;
mod guidance_confidence;
mod guidance_properties;
mod imports;
#[path = "../model_file/mod.rs"]
mod model_file;
mod pipeline_config;
mod pipeline_frame_analyses;
mod pipeline_path;
mod pipeline_session_driver;
mod quality_detail;
mod quality_light;
mod quality_photographs;
mod quality_properties;
mod selection_best;
mod session_docs;
mod session_properties;
mod session_streams;
