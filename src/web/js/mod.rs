//! JavaScript interop: bindings, plain objects, errors, and messages between window and worker.

pub(super) mod bindings;
pub(super) mod config;
pub(super) mod error;
pub(super) mod messages;
pub(super) mod object;
pub(super) mod options;
