//! The running process: connections, logs, metrics, traces and request ids.

pub mod allocator;
pub mod connections;
pub mod logging;
pub mod metrics;
pub mod os_user;
pub mod request_id;
pub mod traces;
