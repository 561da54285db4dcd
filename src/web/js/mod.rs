//! JavaScript values: bindings, plain objects, errors, and messages between the two threads.

pub mod bindings;
pub mod config;
pub mod error;
pub mod messages;
pub mod object;
pub mod options;
