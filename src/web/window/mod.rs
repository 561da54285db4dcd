//! The window's side: camera, frame source, worker client, and messages to the host.

pub(super) mod battery;
pub(super) mod camera;
mod capture_run;
pub(super) mod frame_source;
pub(super) mod host_messenger;
pub(super) mod page_watch;
pub(super) mod window_capture;
pub(super) mod worker_client;
