//! The window's side: the camera, the frame source, the worker's client, and messages to the host page.

pub mod camera;
pub mod capture_controller;
pub mod frame_source;
pub mod handoff;
pub mod host_messenger;
pub mod page_watch;
pub mod worker_client;
