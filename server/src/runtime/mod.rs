//! The running process: connections and logging.

pub mod connections;
pub mod logging;
pub mod os_user;
