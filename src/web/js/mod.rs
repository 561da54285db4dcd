//! JavaScript interop: bindings, plain objects, errors, and messages between window and worker.

pub mod bindings;
pub mod config;
pub mod error;
pub mod messages;
pub mod object;
pub mod options;
