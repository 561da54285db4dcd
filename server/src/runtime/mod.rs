//! The running process: start and shutdown, connections, memory, logging.

pub mod connections;
pub mod logging;
