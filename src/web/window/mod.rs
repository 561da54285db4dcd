//! The window's side: camera, frame source, worker client, and messages to the host.

pub mod camera;
pub mod capture_controller;
pub mod frame_source;
pub mod handoff;
pub mod host_messenger;
pub mod page_watch;
pub mod worker_client;
